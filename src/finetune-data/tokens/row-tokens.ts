import { type Bag, isBag, type Json } from "../../core/json.ts";

/** Of a row of training data. */
export interface RowTokens {
  readonly total: number;
  /** Of what the assistant says alone, which is what is learned. */
  readonly assistant: number;
}

type Count = (text: string) => number;

const perMessage = 3;
const perName = 1;
const perRow = 3;

/**
 * Tokens of messages by the rule of OpenAI's cookbook: of every value of each, with 3 a message, 1 a name, and 3 for all.
 *
 * The rule knows texts alone: calls of tools count as their JSON, parts as their texts, and neither `weight` nor images count.
 */
export function chatTokens(messages: readonly Bag[], count: Count): RowTokens {
  let total = perRow;
  let assistant = 0;
  for (const message of messages) {
    total += perMessage;
    for (const key in message) {
      const tokens = valueTokens(message[key] as Json, count);
      total += key === "name" ? tokens + perName : tokens;
      if (key === "content" && message.role === "assistant") assistant += tokens;
    }
  }
  return { total, assistant };
}

function valueTokens(value: Json, count: Count): number {
  if (typeof value === "string") return count(value);
  if (typeof value !== "object" || value === null) return 0;
  if (!Array.isArray(value) || !value.every(isPart)) return count(JSON.stringify(value));
  return value.reduce((sum, { text }) => (typeof text === "string" ? sum + count(text) : sum), 0);
}

/** Of a content; calls have a type as well, and no part is one. */
function isPart(value: Json): value is Bag {
  return isBag(value) && typeof value.type === "string" && value.type !== "function";
}

/** Tokens of a prompt and its completion. */
export function completionTokens(prompt: string, completion: string, count: Count): RowTokens {
  const assistant = count(completion);
  return { total: count(prompt) + assistant, assistant };
}
