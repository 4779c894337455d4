import { type Bag, isBag, type Json } from "../../core/json.ts";
import { contentText } from "../../core/prompt.ts";
import { type Conversation, conversationOf, type Turn } from "../conversation.ts";
import type { Format } from "./format.ts";
import { lostInTexts } from "./lost.ts";
import { readRecords } from "./records.ts";

/** ShareGPT: `{"conversations": [{"from": "human", "value": "…"}, …]}`, as JSON Lines or a JSON array. */
export const sharegpt: Format = {
  read: (source) => readRecords(source, ofShareGpt),
  write: () => ({
    row(conversation) {
      let said = "";
      for (const turn of conversation.messages) {
        said += `${said === "" ? "" : ","}{"value":${JSON.stringify(textOf(turn))},"from":"${speakerOf(turn)}"}`;
      }
      const id = conversation.id === undefined ? "" : `"id":${JSON.stringify(conversation.id)},`;
      return { text: `{${id}"conversations":[${said}]}\n`, lost: lostInTexts(conversation) };
    },
  }),
};

/** Names in files of many makers. */
const roles: ReadonlyMap<string, Turn["role"] | "call"> = new Map([
  ["system", "system"],
  ["human", "user"],
  ["user", "user"],
  ["gpt", "assistant"],
  ["assistant", "assistant"],
  ["chatgpt", "assistant"],
  ["bing", "assistant"],
  ["bard", "assistant"],
  ["model", "assistant"],
  ["function_call", "call"],
  ["tool", "tool"],
  ["observation", "tool"],
  ["function_response", "tool"],
]);

function textOf(turn: Turn): string | null {
  return turn.content === null ? null : contentText(turn);
}

/** A message that calls tools is told apart from one that only answers. */
function speakerOf({ role, tool_calls }: Turn): string {
  if (role === "user") return "human";
  if (role === "assistant") return tool_calls === undefined ? "gpt" : "assistant";
  return role === "developer" ? "system" : role;
}

function ofShareGpt({ conversations, id, system, tools }: Bag): Conversation | { readonly fault: string } {
  if (!Array.isArray(conversations)) return { fault: "has no conversations" };
  const turns: Turn[] = typeof system === "string" && system !== "" ? [{ role: "system", content: system }] : [];
  let called = 0;
  for (const [at, said] of (conversations as readonly Json[]).entries()) {
    if (!isBag(said)) return { fault: `has a message ${at + 1} that is no object` };
    const { from = said.role, value = said.content ?? null, weight } = said;
    const role = roles.get(String(from).toLowerCase());
    if (role === undefined) return { fault: `has a message ${at + 1} from ${JSON.stringify(from ?? null)}` };
    if (value !== null && typeof value !== "string") return { fault: `has a message ${at + 1} whose value is no text` };
    if (role === "call") {
      const call = callOf(value, `call_${++called}`);
      if (call === undefined) return { fault: `has a message ${at + 1} that calls no function by name` };
      turns.push({ role: "assistant", content: null, tool_calls: [call] });
    } else {
      const answers = role === "tool" && called > 0 ? { tool_call_id: `call_${called}` } : {};
      turns.push({ role, content: value, ...answers, ...((weight === 0 || weight === 1) && { weight }) });
    }
  }
  const made = conversationOf(turns);
  const known = toolsOf(tools);
  return { ...made, ...(typeof id === "string" && { id }), ...(known !== undefined && { tools: known }) };
}

function callOf(value: string | null, id: string): Json | undefined {
  try {
    const call: Json = JSON.parse(value ?? "") as Json;
    if (!isBag(call) || typeof call.name !== "string") return undefined;
    const { name, arguments: given = {} } = call;
    return { id, type: "function", function: { name, arguments: typeof given === "string" ? given : JSON.stringify(given) } };
  } catch {
    return undefined;
  }
}

/** Some makers put the list into a text. */
function toolsOf(tools: Json | undefined): Json[] | undefined {
  if (Array.isArray(tools)) return tools as Json[];
  if (typeof tools !== "string") return undefined;
  try {
    const parsed: Json = JSON.parse(tools) as Json;
    return Array.isArray(parsed) ? (parsed as Json[]) : undefined;
  } catch {
    return undefined;
  }
}
