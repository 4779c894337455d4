import { isBag, type Json } from "../../core/json.ts";
import type { Conversation, Turn } from "../conversation.ts";

/** A conversation with other texts: those that people and models read, not what programs do. */
export function mapSaid(conversation: Conversation, change: (text: string) => string): Conversation {
  const { messages, rejected, answers } = conversation;
  return {
    ...conversation,
    messages: messages.map((turn) => mapTurn(turn, change)),
    ...(rejected !== undefined && { rejected: rejected.map((turn) => mapTurn(turn, change)) }),
    ...(answers !== undefined && { answers: answers.map(change) }),
  };
}

function mapTurn(turn: Turn, change: (text: string) => string): Turn {
  const { content } = turn;
  if (typeof content === "string") {
    const next = change(content);
    return next === content ? turn : { ...turn, content: next };
  }
  if (content === null) return turn;
  return {
    ...turn,
    content: content.map((part) =>
      "text" in part && typeof part.text === "string" ? { ...part, text: change(part.text) } : part,
    ),
  };
}

/** A picture, which is looked at by nobody here. */
const embeddedFile = /^data:[\w.+-]+\/[\w.+-]+;base64,/;

/**
 * The same value with another text wherever one is: in keys, and within text that is JSON itself, as arguments of tools are. Numbers that
 * would be changed as texts become texts.
 */
export function mapEverything<Value>(value: Value, change: (text: string) => string): Value {
  return mapJson(value as Json, change) as Value;
}

function mapJson(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return mapText(value, change);
  if (typeof value === "number") {
    const text = String(value);
    const next = change(text);
    return next === text ? value : next;
  }
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => mapJson(one, change));
  if (!isBag(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [change(key), mapJson(one, change)]));
}

function mapText(text: string, change: (text: string) => string): string {
  if (embeddedFile.test(text)) return text;
  const next = change(text);
  // Only what is changed has to be looked into: a change there must not end in the middle of an escape.
  if (next === text || !/^\s*[{[]/.test(text)) return next;
  try {
    const inside = JSON.parse(text) as Json;
    return typeof inside === "object" && inside !== null ? JSON.stringify(mapJson(inside, change)) : next;
  } catch {
    return next;
  }
}
