import { z } from "zod";
import { FinegaugeError, messageOf } from "../../core/errors.ts";

const schema = z.looseObject({
  name: z.string(),
  model: z.string().optional(),
  prompt_lines: z.array(z.string()).nonempty(),
  words: z.array(z.string().min(1)).nonempty(),
  exclude: z.array(z.string()).nullish(),
});

/** What chat-builder is told: a conversation about each of many words. */
export interface ChatBuilderConfig {
  readonly name: string;
  readonly model: string | undefined;
  /** Each once, in their order. */
  readonly words: readonly string[];
  /** What may stand in no line. */
  readonly exclude: readonly RegExp[];
  /** What its prompts are made of, as one text. */
  readonly template: string;
  promptFor(word: string): string;
}

/**
 * @param file as messages show it
 * @throws FinegaugeError `data.invalid`
 */
export function readChatBuilderConfig(text: string, file: string): ChatBuilderConfig {
  const invalid = (message: string, hint?: string) =>
    new FinegaugeError("data.invalid", message, { where: { file }, ...(hint !== undefined && { hint }) });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(messageOf(error), "a chat-builder config is one JSON object");
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as it should be"}`);
  }
  const { name, model, prompt_lines, words, exclude } = result.data;
  const template = prompt_lines.join("\n");
  const parts = templateParts(template);
  if (typeof parts === "string")
    throw invalid(`prompt_lines: ${parts}`, "{word} is the word; other braces are doubled: {{ and }}");
  return {
    name,
    model,
    words: [...new Set(words)],
    // Nothing would be in every line, and so no conversation would be left.
    exclude: (exclude ?? [])
      .filter((fragment) => fragment !== "")
      .map((fragment, at) => {
        try {
          return new RegExp(fragment, "i");
        } catch (error) {
          throw invalid(`exclude.${at}: ${messageOf(error)}`);
        }
      }),
    template,
    promptFor: (word) => unescaped(parts.map((part) => (part === null ? word : part)).join("")),
  };
}

/** A template in pieces, null where the word goes; or what is wrong with it. */
function templateParts(template: string): readonly (string | null)[] | string {
  const parts: (string | null)[] = [];
  for (const [piece] of template.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    if (piece === "{word}") parts.push(null);
    else if (piece === "{{" || piece === "}}") parts.push(piece.charAt(0));
    else if (/^[{}]/.test(piece)) return `${piece} stands for nothing`;
    else parts.push(piece);
  }
  return parts.includes(null) ? parts : "{word} stands nowhere";
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** As llama.cpp reads a prompt under `--escape`. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([nrt'"\\])/g, (_, mark: string) => escapes.get(mark) ?? mark);
}
