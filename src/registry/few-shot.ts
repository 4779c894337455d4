import { z } from "zod";
import { FinegaugeError, type Place } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { type Message, messageSchema, type Prompt } from "../core/message.ts";
import type { SampleContent } from "../core/sample.ts";
import { scanLines } from "../io/scan-lines.ts";
import { firstFault, pathText } from "./describe-fault.ts";
import { readableFile } from "./readable-file.ts";

/** Worked examples that every prompt of an eval shows. */
export interface FewShot {
  /** Rows used; fewer than asked for when the file has no more. */
  readonly rows: number;
  readonly hash: string;
  /** Their messages before the last message of a chat, as openai/evals puts them. Throws `data.invalid` for a text. */
  wrap(prompt: Prompt): Prompt;
  /** Why a sample cannot be wrapped. */
  checkSample(sample: SampleContent): string | undefined;
}

const rowSchema = z.looseObject({ sample: z.array(messageSchema).min(1) });
const needsChat = "few-shot examples go into a chat, and this sample's input is none";

/**
 * The first rows of a few-shot file, never a random choice.
 *
 * @param wanted how many
 * @param shown the file as messages call it
 * @throws FinegaugeError `data.invalid`
 */
export async function readFewShot({ file, shown, wanted }: { file: string; shown: string; wanted: number }): Promise<FewShot> {
  const messages: Message[] = [];
  let rows = 0;
  const plain = await readableFile(file, shown);
  try {
    for (const { text, number } of scanLines(plain.file)) {
      if (rows === wanted) break;
      if (text.trim() === "") continue;
      messages.push(
        ...parseShot(number === 1 && text.startsWith("\ufeff") ? text.slice(1) : text, { file: shown, line: number }),
      );
      rows++;
    }
  } finally {
    plain.release();
  }
  return {
    rows,
    hash: hashJson(messages),
    wrap(prompt) {
      if (typeof prompt === "string") throw new FinegaugeError("data.invalid", needsChat);
      return [...prompt.slice(0, -1), ...messages, ...prompt.slice(-1)];
    },
    checkSample: ({ input }) => (Array.isArray(input) ? undefined : needsChat),
  };
}

function parseShot(text: string, where: Place): readonly Message[] {
  const hint = 'a few-shot row is {"sample": [messages]}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FinegaugeError("data.invalid", "the few-shot row is no JSON", { where, hint, cause });
  }
  const checked = rowSchema.safeParse(value);
  if (checked.success) return checked.data.sample;
  const { path, text: wrong } = firstFault(checked.error, value);
  throw new FinegaugeError("data.invalid", `few-shot row: ${path.length === 0 ? "it" : pathText(path)} ${wrong}`, {
    where,
    hint,
  });
}
