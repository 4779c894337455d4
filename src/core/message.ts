import { z } from "zod";
import { jsonSchema } from "./json-schema.ts";

const partSchema = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image_url"), image_url: z.looseObject({ url: z.string(), detail: z.string().optional() }) }),
  // Parts we do not know are kept as they came, never dropped.
  z.looseObject({ type: z.string() }),
]);

export const toolCallSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** JSON text exactly as received; parsed only by whoever compares it. */
  arguments: z.string(),
});

export const messageSchema = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]),
  /** null: only tool calls or a refusal. */
  content: z.union([z.string(), z.array(partSchema), z.null()]),
  /** Few-shot speaker; decides the label when chat is flattened to text. */
  name: z.string().optional(),
  tool_calls: z.array(jsonSchema).optional(),
  tool_call_id: z.string().optional(),
});

/** A text, or the messages of a chat. The commoner one first: a union makes an issue of each that does not fit. */
export const promptSchema = z.union([z.array(messageSchema), z.string()]);

export type Part = z.infer<typeof partSchema>;
export type ToolCall = z.infer<typeof toolCallSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Prompt = string | readonly Message[];
