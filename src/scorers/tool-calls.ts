import type { ToolCall } from "../core/message.ts";
import { jsonKey } from "./json-key.ts";
import { type PythonJson, parsePythonJson } from "./python-json.ts";

/** A call as it is compared. */
export interface Call {
  readonly name: string;
  /** undefined: none that could be read, which fits none that are wanted. */
  readonly args: ReadonlyMap<string, PythonJson> | undefined;
}

/** How strictly arguments are compared: all equal, those of the ideal equal, not at all. */
export type ArgumentRule = "exact" | "subset" | "ignore";

export function callOf({ name, arguments: text }: Pick<ToolCall, "name" | "arguments">): Call {
  const args = parsed(text.trim() === "" ? "{}" : text);
  return { name, args: args instanceof Map ? args : undefined };
}

/**
 * The calls that a JSON text describes: `{"name", "arguments"}`, as OpenAI nests it (`{"function": {…}}`), or a list of these. Arguments
 * are an object or a text that holds one.
 *
 * @returns undefined when it describes none
 */
export function callsIn(text: string): readonly Call[] | undefined {
  const value = parsed(text);
  if (value === undefined) return undefined;
  const items: readonly PythonJson[] = Array.isArray(value) ? value : [value as PythonJson];
  const calls = items.map(describedCall);
  return calls.every((call) => call !== undefined) ? calls : undefined;
}

function describedCall(value: PythonJson): Call | undefined {
  if (!(value instanceof Map)) return undefined;
  const nested: PythonJson | undefined = value.get("function");
  const call = nested instanceof Map ? nested : value;
  const name = call.get("name");
  if (typeof name !== "string") return undefined;
  const args = call.get("arguments") ?? new Map<string, PythonJson>();
  if (typeof args === "string") return callOf({ name, arguments: args });
  return { name, args: args instanceof Map ? args : undefined };
}

/** `<tool_call>` blocks, as many open models write them. */
export function taggedCalls(text: string): readonly Call[] | undefined {
  const blocks = text.split("<tool_call>").slice(1);
  if (blocks.length === 0) return undefined;
  const calls = blocks.map((block) => callsIn(block.split("</tool_call>")[0] ?? ""));
  return calls.flatMap((found) => found ?? [{ name: "", args: undefined }]);
}

/**
 * How many calls are made that are wanted, each matched with one that is wanted at most; `ordered` matches them place by place.
 */
export function matchedCalls(said: readonly Call[], wanted: readonly Call[], rule: ArgumentRule, ordered = false): number {
  if (ordered) return said.filter((call, place) => fits(call, wanted[place], rule)).length;
  const left = [...wanted];
  // The one that asks for most first: what fits it would fit one that asks for less, too.
  left.sort((a, b) => (b.args?.size ?? 0) - (a.args?.size ?? 0));
  let matched = 0;
  for (const call of said) {
    const place = left.findIndex((other) => fits(call, other, rule));
    if (place < 0) continue;
    left.splice(place, 1);
    matched++;
  }
  return matched;
}

function fits(said: Call, wanted: Call | undefined, rule: ArgumentRule): boolean {
  if (said.name !== wanted?.name) return false;
  if (rule === "ignore") return true;
  if (said.args === undefined || wanted.args === undefined) return false;
  if (rule === "exact" && said.args.size !== wanted.args.size) return false;
  for (const [name, value] of wanted.args) {
    const other = said.args.get(name);
    if (other === undefined || jsonKey(other) !== jsonKey(value)) return false;
  }
  return true;
}

function parsed(text: string): PythonJson | undefined {
  try {
    return parsePythonJson(text);
  } catch {
    return undefined;
  }
}
