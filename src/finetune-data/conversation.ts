import { z } from "zod";
import type { Bag } from "../core/json.ts";
import { bagSchema, jsonSchema } from "../core/json-schema.ts";
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
export const conversationSchema = z.object({
  id: z.string().optional(),
  /** Prompt and completion of a model that goes on writing a text: a message of the user and one of the assistant, to the character. */
  bare: z.literal(true).optional(),
  messages: z.array(turnSchema),
  /** Functions that the assistant may call, as the API takes them. */
  tools: z.array(jsonSchema).optional(),
  parallel_tool_calls: z.boolean().optional(),
  /** Preference data: what was liked less than the answer that `messages` ends with. */
  rejected: z.array(turnSchema).optional(),
  /** Other right answers than the one that `messages` ends with, as samples may have. */
  answers: z.array(z.string()).optional(),
  /** Keys of a row that stand for no message: `choices` and fields of a sample, what a grader reads. */
  more: bagSchema,
  metadata: bagSchema,
});
export type Conversation = z.infer<typeof conversationSchema>;

/** A row of a file as a conversation, or why it is none. Lines and rows count from 1. */
export type ConversationRow =
  | { readonly line: number; readonly conversation: Conversation }
  | { readonly line: number; readonly fault: string };

/** A conversation of these messages alone. */
export function conversationOf(messages: readonly Turn[], metadata: Bag = {}): Conversation {
  return { messages: [...messages], more: {}, metadata };
}
