import { type Bag, isBag, type Json } from "../../../core/json.ts";
import type { Conversation, Turn } from "../../conversation.ts";

/** What a saved message is in a conversation. */
interface Read {
  readonly turn?: Turn;
  readonly metadata?: Bag;
}

/**
 * A conversation as PromptingTools.jl saves it: an array of messages told apart by `_type`. Its files of different ages have different
 * fields, so that nothing is expected that is not needed.
 *
 * A message that its tracer wrapped is read as what it wraps; what is said of a call (tokens, cost, model) is metadata, that of the last
 * call.
 */
export function savedConversation(saved: readonly Json[]): Conversation | { readonly fault: string } {
  const messages: Turn[] = [];
  const annotations: Json[] = [];
  let metadata: Bag = {};
  for (const [at, one] of saved.entries()) {
    if (!isBag(one)) return { fault: `has a message ${at + 1} that is no object` };
    const wrapped = one._type === "tracermessage" ? one.object : one;
    if (!isBag(wrapped)) return { fault: `has a message ${at + 1} that wraps none` };
    if (wrapped._type === "annotationmessage") {
      annotations.push(given(wrapped, ["content", "tags", "comment"]));
      continue;
    }
    const read = readMessage(wrapped);
    if (read === undefined) return { fault: `has a message ${at + 1} of the type ${JSON.stringify(wrapped._type ?? null)}` };
    const { turn } = read;
    const traced = wrapped === one ? {} : traceOf(one);
    const time = turn?.role === "assistant" ? one.time_received : one.time_sent;
    if (turn !== undefined) messages.push(typeof time === "string" && wrapped !== one ? { ...turn, time } : turn);
    metadata = { ...metadata, ...traced, ...read.metadata };
  }
  if (messages.length === 0) return { fault: "has no messages" };
  return { messages, more: {}, metadata: annotations.length === 0 ? metadata : { ...metadata, annotations } };
}

function readMessage(message: Bag): Read | undefined {
  const { _type, content = null } = message;
  switch (_type) {
    case "systemmessage":
      return { turn: { role: "system", content: textOf(content) } };
    case "usermessage":
      return { turn: { role: "user", content: textOf(content), ...nameOf(message) } };
    case "usermessagewithimage":
    case "usermessagewithimages":
      return {
        turn: { role: "user", content: [{ type: "text", text: textOf(content) }, ...imagesOf(message)], ...nameOf(message) },
      };
    case "aimessage":
    case "datamessage":
      return { turn: { role: "assistant", content: content === null ? null : textOf(content) }, metadata: callOf(message) };
    case "aitoolrequest":
      return {
        turn: { role: "assistant", content: content === null ? null : textOf(content), ...toolCalls(message) },
        metadata: callOf(message),
      };
    case "toolmessage": {
      const id = message.tool_call_id;
      return { turn: { role: "tool", content: textOf(content), ...(typeof id === "string" && { tool_call_id: id }) } };
    }
    case "metadatamessage":
      return { metadata: { template: given(message, ["description", "version", "source"]) } };
    default:
      return undefined;
  }
}

/** What is no text, as extracted data and results of tools, as JSON. */
function textOf(content: Json): string {
  return content === null ? "" : typeof content === "string" ? content : JSON.stringify(content);
}

function nameOf({ name }: Bag): { name?: string } {
  return typeof name === "string" ? { name } : {};
}

function imagesOf({ image_url }: Bag): { type: "image_url"; image_url: { url: string } }[] {
  const urls: readonly Json[] = Array.isArray(image_url) ? (image_url as readonly Json[]) : [image_url ?? null];
  return urls.flatMap((url) => (typeof url === "string" ? [{ type: "image_url" as const, image_url: { url } }] : []));
}

function toolCalls({ tool_calls }: Bag): { tool_calls?: Json[] } {
  const calls = (Array.isArray(tool_calls) ? (tool_calls as readonly Json[]) : []).filter(isBag);
  if (calls.length === 0) return {};
  return {
    tool_calls: calls.map(({ tool_call_id, name, raw, args }, at) => ({
      id: typeof tool_call_id === "string" ? tool_call_id : `call_${at + 1}`,
      type: "function",
      function: { name: typeof name === "string" ? name : "", arguments: argumentsOf(raw, args) },
    })),
  };
}

/** As the model wrote them, where that was kept. */
function argumentsOf(raw: Json | undefined, args: Json | undefined): string {
  return typeof raw === "string" && raw !== "" ? raw : JSON.stringify(args ?? {});
}

/** Of a call, without what stands for unknown. */
function callOf(message: Bag): Bag {
  const { tokens, elapsed, ...others } = given(message, [
    "status",
    "tokens",
    "elapsed",
    "cost",
    "usage",
    "finish_reason",
    "run_id",
    "sample_id",
  ]);
  const counted = Array.isArray(tokens) && (tokens as readonly Json[]).every((n) => typeof n === "number" && n >= 0);
  return {
    ...others,
    ...(counted && { tokens: tokens as Json }),
    ...(typeof elapsed === "number" && elapsed >= 0 && { elapsed }),
  };
}

function traceOf(tracer: Bag): Bag {
  return given(tracer, ["model", "parent_id", "thread_id", "meta"]);
}

/** Those of the keys that say something. */
function given(bag: Bag, keys: readonly string[]): Bag {
  const said = keys.flatMap((key) => {
    const value = bag[key];
    const empty = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    return empty || (isBag(value) && Object.keys(value).length === 0) ? [] : [[key, value] as const];
  });
  return Object.fromEntries(said);
}
