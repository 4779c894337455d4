import { type Bag, isBag, type Json } from "../../core/json.ts";
import { checkContent } from "./check-content.ts";
import { type Fail, quoted } from "./finding.ts";
import { isFilled } from "./messages-of.ts";

const roles = ["system", "developer", "user", "assistant", "tool", "function"];

/** Keys of any message, and those of some alone. */
const everywhere = ["role", "content", "name"];
const keysOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["assistant", ["tool_calls", "function_call", "refusal", "weight", "audio"]],
  ["tool", ["tool_call_id"]],
]);
const known = [...everywhere, ...[...keysOf.values()].flat()];

/** Checks one message as the API takes it today. */
export function checkMessage(message: Bag, fail: Fail): void {
  const { role, name, weight, refusal, tool_calls, function_call } = message;
  if (role === undefined) fail("message_missing_key", "has no role");
  else if (!roles.includes(role as string)) fail("unrecognized_role", `has the role ${quoted(role)}`);
  for (const key in message) {
    if (everywhere.includes(key)) continue;
    if (!known.includes(key)) fail("message_unrecognized_key", `has the key ${quoted(key)}`);
    else if (key === "weight" && role !== "assistant") fail("invalid_weight", "has a weight, and is not the assistant's");
    else if (roles.includes(role as string) && !keysOf.get(role as string)?.includes(key))
      fail("misplaced_key", `has ${quoted(key)}, and is of the role ${quoted(role)}`);
  }
  if (name !== undefined && (typeof name !== "string" || name === "")) fail("invalid_name", "has a name that is no text");
  if (weight !== undefined && weight !== 0 && weight !== 1 && role === "assistant")
    fail("invalid_weight", `has the weight ${quoted(weight)}, which is neither 0 nor 1`);
  if (refusal !== undefined && refusal !== null && typeof refusal !== "string")
    fail("invalid_refusal", "has a refusal that is no text");
  const answers = [tool_calls, function_call, refusal, message.audio].some(isFilled);
  checkContent(message, role === "assistant" && answers, fail);
  if (tool_calls !== undefined && tool_calls !== null) checkCalls(tool_calls, fail);
  if (function_call !== undefined && function_call !== null) checkFunction(function_call, "function_call", fail);
}

function checkCalls(calls: Json, fail: Fail): void {
  if (!Array.isArray(calls) || calls.length === 0) {
    fail("invalid_tool_call", "has tool_calls that are no list, or an empty one");
    return;
  }
  for (const [at, call] of (calls as readonly Json[]).entries()) {
    const name = `call ${at + 1}`;
    if (!isBag(call)) fail("invalid_tool_call", `has a ${name} that is no object`);
    else if (typeof call.id !== "string" || call.id === "") fail("invalid_tool_call", `has a ${name} without an id`);
    else if (call.type !== "function") fail("invalid_tool_call", `has a ${name} whose type is not "function"`);
    else checkFunction(call.function, name, fail);
  }
}

function checkFunction(value: Json | undefined, what: string, fail: Fail): void {
  const kind = what === "function_call" ? "invalid_function_call" : "invalid_tool_call";
  if (!isBag(value)) fail(kind, `has a ${what} without a function`);
  else if (typeof value.name !== "string" || value.name === "") fail(kind, `has a ${what} without the function's name`);
  else if (typeof value.arguments !== "string") fail(kind, `has a ${what} whose arguments are no text of JSON`);
}
