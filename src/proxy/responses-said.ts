import { type Bag, isBag, type Json } from "../core/json.ts";
import type { Said } from "./said.ts";

/**
 * A request of the Responses API and its reply as a chat. Reasoning is left out; what is not text, an image or a call is kept as it came.
 *
 * @param earlier what was said up to the `previous_response_id`
 */
export function responsesSaid(request: Bag, reply: Bag, earlier: readonly Bag[] = []): Said[] {
  const { instructions, input, tools, parallel_tool_calls } = request;
  const asked = typeof input === "string" ? [{ role: "user", content: input }] : turns(input);
  const said = turns(reply.output);
  if (asked.length === 0 || said.length === 0) return [];
  // Instructions hold for one request alone, and take the place of those before.
  const system = typeof instructions === "string" && instructions !== "" ? [{ role: "system", content: instructions }] : [];
  const before = system.length > 0 ? earlier.filter(({ role }, at) => at > 0 || role !== "system") : earlier;
  return [
    {
      messages: [...system, ...before, ...asked, ...said],
      beside: {
        ...(Array.isArray(tools) && tools.length > 0 && { tools: (tools as readonly Json[]).map(asChatTool) }),
        ...(typeof parallel_tool_calls === "boolean" && { parallel_tool_calls }),
      },
      finish_reason: finishOf(reply, said),
    },
  ];
}

function finishOf({ incomplete_details }: Bag, said: readonly Bag[]): string {
  const reason = isBag(incomplete_details) ? incomplete_details.reason : undefined;
  if (typeof reason === "string") return reason === "max_output_tokens" ? "length" : reason;
  return said.at(-1)?.tool_calls === undefined ? "stop" : "tool_calls";
}

/** Items as messages; calls that stand together, and a text before them, are one message. */
function turns(items: Json | undefined): Bag[] {
  const found: Bag[] = [];
  for (const item of Array.isArray(items) ? (items as readonly Json[]).filter(isBag) : []) {
    const { type, role, content, call_id = null } = item;
    if (type === "function_call") addCall(found, item);
    else if (type === "function_call_output") {
      const { output } = item;
      found.push({ role: "tool", tool_call_id: call_id, content: typeof output === "string" ? output : JSON.stringify(output) });
    } else if (typeof role === "string") found.push(messageOf(role, content));
  }
  return found;
}

function addCall(found: Bag[], { call_id = null, name = null, arguments: args = null }: Bag): void {
  const call = { id: call_id, type: "function", function: { name, arguments: args } };
  const last = found.at(-1);
  if (last?.role !== "assistant") {
    found.push({ role: "assistant", content: null, tool_calls: [call] });
    return;
  }
  const before = Array.isArray(last.tool_calls) ? (last.tool_calls as readonly Json[]) : [];
  found[found.length - 1] = { ...last, tool_calls: [...before, call] };
}

function messageOf(role: string, content: Json | undefined): Bag {
  if (!Array.isArray(content)) return { role, content: content ?? null };
  const parts = (content as readonly Json[]).filter(isBag);
  const refusal = parts.find(({ type }) => type === "refusal")?.refusal;
  const spoken = parts.filter(({ type }) => type !== "refusal");
  const onlyText = spoken.every(({ type, text }) => /text$/.test(String(type)) && typeof text === "string");
  const text = spoken.map((part) => part.text).join("");
  return {
    role,
    content: onlyText ? (spoken.length === 0 ? null : text) : spoken.map(asChatPart),
    ...(refusal !== undefined && { refusal }),
  };
}

function asChatPart(part: Bag): Bag {
  const { type, text, image_url, detail } = part;
  if (typeof text === "string") return { type: "text", text };
  if (type !== "input_image" || typeof image_url !== "string") return part;
  return { type: "image_url", image_url: { url: image_url, ...(typeof detail === "string" && { detail }) } };
}

/** The Responses API has a function's parts one level higher. */
function asChatTool(tool: Json): Json {
  if (!isBag(tool) || tool.type !== "function" || isBag(tool.function)) return tool;
  const { type, ...called } = tool;
  return { type, function: called };
}
