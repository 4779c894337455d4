import { type Bag, isBag, type Json } from "../../core/json.ts";
import { type Conversation, type Turn, turnSchema } from "../conversation.ts";
import { type Format, nothingLost } from "./format.ts";
import { lostBeside } from "./lost.ts";
import { readRecords } from "./records.ts";

/** Chat JSONL, as OpenAI and most others fine-tune on it: `{"messages": […], "tools": […]}`. */
export const chat: Format = {
  read: (source) => readRecords(source, ofChat),
  write: ({ metadata = true }) => ({
    keepsMetadata: metadata,
    row(conversation) {
      const { messages, tools, parallel_tool_calls } = conversation;
      const bag = metadataWithId(conversation);
      const row = {
        messages: messages.map(withoutTime),
        ...(tools !== undefined && { tools }),
        ...(parallel_tool_calls !== undefined && { parallel_tool_calls }),
        ...(metadata && Object.keys(bag).length > 0 && { metadata: bag }),
      };
      return { text: `${JSON.stringify(row)}\n`, lost: lostBeside(conversation, nothingLost) };
    },
  }),
};

/** A row of messages has no place for its name but there. */
export function metadataWithId({ id, metadata }: Conversation): Bag {
  return id === undefined || "id" in metadata ? metadata : { id, ...metadata };
}

/** When something was said is nothing that an API takes. */
export function withoutTime(turn: Turn): Turn {
  if (turn.time === undefined) return turn;
  const { time: _, ...said } = turn;
  return said;
}

const nothing: Bag = Object.freeze({});

function ofChat(row: Bag): Conversation | { readonly fault: string } {
  const plain = plainMessages(row);
  if (plain !== undefined) return { messages: plain, more: nothing, metadata: nothing };
  const { messages, tools, parallel_tool_calls, metadata, functions, ...more } = row;
  const turns = readTurns(messages);
  if ("fault" in turns) return turns;
  if (tools !== undefined && !Array.isArray(tools)) return { fault: "has tools that are no list" };
  if (functions !== undefined && !Array.isArray(functions)) return { fault: "has functions that are no list" };
  if (metadata !== undefined && !isBag(metadata)) return { fault: "has metadata that are no object" };
  // What was called functions before there were tools.
  const all = tools ?? (functions as readonly Json[] | undefined)?.map((one): Json => ({ type: "function", function: one }));
  return {
    messages: turns.turns,
    ...(all !== undefined && { tools: [...(all as readonly Json[])] }),
    ...(typeof parallel_tool_calls === "boolean" && { parallel_tool_calls }),
    more,
    metadata: metadata ?? {},
  };
}

/** Messages as rows have them, also with the functions of 2023, which are tools today. */
export function readTurns(messages: Json | undefined): { readonly turns: Turn[] } | { readonly fault: string } {
  if (!Array.isArray(messages)) return { fault: "has no messages" };
  const turns: Turn[] = [];
  let called = 0;
  for (const [at, message] of (messages as readonly Json[]).entries()) {
    if (!isBag(message)) return { fault: `has a message ${at + 1} that is no object` };
    if (isPlainTurn(message)) {
      turns.push(message);
      continue;
    }
    const { function_call, ...said } = message;
    const turn: Bag = isBag(function_call)
      ? { content: null, ...said, tool_calls: [{ id: `call_${++called}`, type: "function", function: function_call }] }
      : said.role === "function"
        ? { ...said, role: "tool", tool_call_id: `call_${called}` }
        : { ...(said.tool_calls !== undefined && { content: null }), ...said };
    const checked = turnSchema.safeParse(turn);
    if (!checked.success) return { fault: `has a message ${at + 1} with ${faultOf(turn)}` };
    turns.push(checked.data);
  }
  return { turns };
}

const roles = ["system", "developer", "user", "assistant", "tool"];

/** Of a row that has messages alone, each a role and a text, as most rows are: nothing of it has to be made anew. */
function plainMessages(row: Bag): Turn[] | undefined {
  for (const key in row) if (key !== "messages") return undefined;
  const { messages } = row;
  return Array.isArray(messages) && messages.every(isPlainTurn) ? messages : undefined;
}

/** A role and a text, as most messages are: they need no schema, which would take half of the time of a whole conversion. */
function isPlainTurn(message: Json): message is { role: Turn["role"]; content: string } {
  if (!isBag(message)) return false;
  const { role, content } = message;
  if (typeof content !== "string" || !roles.includes(role as string)) return false;
  for (const key in message) if (key !== "role" && key !== "content") return false;
  return true;
}

function faultOf({ role, content }: Bag): string {
  if (role === undefined) return "no role";
  if (!roles.includes(String(role))) return `the role ${JSON.stringify(role)}`;
  if (content === undefined) return "no content";
  return "keys that are not as the API has them";
}
