import { z } from "zod";

/** `wrap:` of a completion function: what is put around every prompt. Files are found by the entry's `resolvePath`. */
export const wrapSchema = z.strictObject({
  /** System prompt: a text, or the path of a file that holds it. */
  system: z.string().min(1).optional(),
  /** Path of a JSONL file with example turns. */
  few_shot: z.string().min(1).optional(),
  /** A text with `{input}`, or the path of a file that holds one. */
  template: z.string().min(1).optional(),
});
export type Wrap = z.infer<typeof wrapSchema>;
