import { z } from "zod";
import type { Bag, Json } from "../core/json.ts";
import { messageSchema } from "../core/message.ts";

/** A message as data for training has it: `weight` 0 keeps an answer from being learned; `time` is when it was said, ISO 8601. */
export const turnSchema = messageSchema.extend({
  weight: z.union([z.literal(0), z.literal(1)]).optional(),
  time: z.string().optional(),
});
export type Turn = z.infer<typeof turnSchema>;

/**
 * What every format is read into and written from. It says what was said; where that came from stands in `metadata`.
 *
 * A text without a question, as pre-training data has it, is one message of the assistant.
 */
export interface Conversation {
  readonly id?: string | undefined;
  /** Prompt and completion of a model that goes on writing a text: a message of the user and one of the assistant, to the character. */
  readonly bare?: true | undefined;
  readonly messages: Turn[];
  /** Functions that the assistant may call, as the API takes them. */
  readonly tools?: Json[] | undefined;
  readonly parallel_tool_calls?: boolean | undefined;
  /** Preference data: what was liked less than the answer that `messages` ends with. */
  readonly rejected?: Turn[] | undefined;
  /** Other right answers than the one that `messages` ends with, as samples may have. */
  readonly answers?: string[] | undefined;
  /** Keys of a row that stand for no message: `choices` and fields of a sample, what a grader reads. */
  readonly more: Bag;
  readonly metadata: Bag;
}

/** A row of a file as a conversation, or why it is none. Lines and rows count from 1. */
export type ConversationRow =
  | { readonly line: number; readonly conversation: Conversation }
  | { readonly line: number; readonly fault: string };

/** A conversation of these messages alone. */
export function conversationOf(messages: readonly Turn[], metadata: Bag = {}): Conversation {
  return { messages: [...messages], more: {}, metadata };
}
