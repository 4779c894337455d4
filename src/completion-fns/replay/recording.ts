import { closeSync, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import { type Completion, completionSchema, type Likelihood } from "../../core/completion.ts";
import { FinegaugeError, messageOf } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import { type Prompt, promptSchema } from "../../core/message.ts";
import { type RunLine, type SampleLine, sampleLineSchema } from "../../core/run-line.ts";
import { splitThinking } from "../../core/think.ts";
import { plainFile } from "../../io/compressed-file.ts";
import { readSpan, type ScannedLine, scanLines } from "../../io/scan-lines.ts";
import { readRun } from "../../runs/index.ts";
import { type SpanIndex, spanIndex } from "./span-index.ts";

/** Who asks: of a sample's replies, that of the same attempt is given. */
interface Asker {
  readonly id: string;
  readonly attempt: number;
}

/** Replies of an earlier day. */
export interface Recording {
  /** The run that they come from; undefined for plain lines. */
  readonly run: RunLine | undefined;
  /** The reply to a prompt, or undefined. */
  completion(prompt: Prompt, asker: Asker): Completion | undefined;
  /** @param question the `Continuations` that were asked for */
  likelihoods(question: object, asker: Asker): readonly Likelihood[] | undefined;
  close(): void;
}

/**
 * Opens a run file, or lines of `{id, output}` or `{input, output}`, plain or compressed. Keeps where each line stands and reads it
 * when it is asked for.
 *
 * @throws FinegaugeError `data.missing`, `data.invalid`, `run.corrupt`, `run.format-newer`
 */
export async function openRecording(file: string): Promise<Recording> {
  if ((await stat(file).catch(() => undefined))?.isFile() !== true) {
    throw new FinegaugeError("data.missing", "there is no file to replay", { where: { file } });
  }
  const plain = await plainFile(file).catch((cause: unknown) => {
    throw new FinegaugeError("data.invalid", `the file cannot be unpacked: ${messageOf(cause)}`, { where: { file }, cause });
  });
  const index = spanIndex();
  let fd: number | undefined;
  try {
    const run = isRun(plain.file) ? (await readRun(plain.file)).run : undefined;
    for (const line of scanLines(plain.file)) {
      const value = parse(line, file);
      if (run === undefined) indexPlain(index, line, value, file);
      else if (isSample(value)) indexSample(index, line, value, run);
    }
    fd = openSync(plain.file, "r");
    return recording(index, fd, run, plain.release);
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    plain.release();
    throw error;
  }
}

function isRun(file: string): boolean {
  for (const { text } of scanLines(file, 1 << 20)) if (text.trim() !== "") return text.startsWith('{"type":"run"');
  return false;
}

/** undefined for an empty line, and for one that a killed run left half written. */
function parse(line: ScannedLine, file: string): unknown {
  if (line.text.trim() === "") return undefined;
  try {
    return JSON.parse(line.text);
  } catch (cause) {
    if (line.torn) return undefined;
    throw new FinegaugeError("data.invalid", `this is not JSON: ${messageOf(cause)}`, {
      where: { file, line: line.number },
      cause,
    });
  }
}

const isSample = (value: unknown): value is SampleLine => (value as { type?: unknown } | undefined)?.type === "sample";

const keys = {
  /** The same sample asked the same prompt. */
  sample: ({ id, attempt }: Asker, prompt: string) => `sample ${attempt} ${prompt} ${id}`,
  /** The same prompt, whoever asks: data with other ids. */
  prompt: ({ attempt }: Asker, prompt: string) => `prompt ${attempt} ${prompt}`,
  /** The same input, when the recorded prompt had something around it. */
  input: ({ attempt }: Asker, input: string) => `input ${attempt} ${input}`,
  id: ({ id, attempt }: Asker) => `id ${attempt} ${id}`,
  /** Of plain lines without an attempt, which count by their order. */
  orderedInput: (input: string) => `input ${input}`,
  orderedId: (id: string) => `id ${id}`,
};

function indexSample(index: SpanIndex, line: ScannedLine, sample: SampleLine, run: RunLine): void {
  if (sample.completion === undefined && sample.more === undefined) return;
  const { prompt } = sample.hashes;
  index.add(keys.sample(sample, prompt), line);
  index.add(keys.prompt(sample, prompt), line);
  const input = sample.input == null ? undefined : hashJson(sample.input);
  if (input !== undefined && input !== prompt) index.add(keys.input(sample, input), line);
  // An id that is only a line number may be another question by now.
  if (run.data.ids === "given") index.add(keys.id(sample), line);
}

const plainSchema = z
  .object({
    id: z.union([z.string(), z.number()]).optional(),
    input: promptSchema.optional(),
    output: z.union([z.string(), completionSchema.partial().extend({ text: z.string() })]),
    attempt: z.int().nonnegative().optional(),
  })
  .refine(({ id, input }) => id !== undefined || input !== undefined);

function indexPlain(index: SpanIndex, line: ScannedLine, value: unknown, file: string): void {
  if (value === undefined) return;
  const parsed = plainSchema.safeParse(value);
  if (!parsed.success) {
    throw new FinegaugeError("data.invalid", 'a line to replay is {"id": …, "output": "…"} or {"input": …, "output": "…"}', {
      where: { file, line: line.number },
      hint: "or give a run file",
    });
  }
  const { attempt } = parsed.data;
  const id = parsed.data.id === undefined ? undefined : String(parsed.data.id);
  const input = parsed.data.input === undefined ? undefined : hashJson(parsed.data.input);
  if (id !== undefined) index.add(attempt === undefined ? keys.orderedId(id) : keys.id({ id, attempt }), line);
  if (input !== undefined)
    index.add(attempt === undefined ? keys.orderedInput(input) : keys.input({ id: "", attempt }, input), line);
}

function recording(index: SpanIndex, fd: number, run: RunLine | undefined, release: () => void): Recording {
  /** How many replies of a line with several were given, by the line's start: they are asked for in the order they were made. */
  const given = new Map<number, number>();
  let open = true;

  /** The recorded line, by the surest key that has one. */
  const lineFor = (hash: string, asker: Asker): { start: number; value: unknown } | undefined => {
    const exact =
      run === undefined
        ? [keys.id(asker), keys.input(asker, hash)]
        : [keys.sample(asker, hash), keys.prompt(asker, hash), keys.input(asker, hash), keys.id(asker)];
    const span =
      exact.map((key) => index.find(key)[0]).find((found) => found !== undefined) ??
      index.find(keys.orderedId(asker.id))[asker.attempt] ??
      index.find(keys.orderedInput(hash))[asker.attempt];
    return span && { start: span.start, value: JSON.parse(readSpan(fd, span.start, span.end)) };
  };

  return {
    run,
    completion: (prompt, asker) => {
      const line = lineFor(hashJson(prompt), asker);
      if (line === undefined) return undefined;
      if (run === undefined) return plainCompletion(plainSchema.parse(line.value).output);
      const { completion, more = {} } = sampleLineSchema.parse(line.value);
      const replies = [completion, ...Object.values(more).flat()].filter(
        (reply): reply is Completion => reply !== undefined && "text" in reply,
      );
      const at = given.get(line.start) ?? 0;
      if (replies.length > 1) given.set(line.start, at + 1);
      return replies[at % replies.length];
    },
    likelihoods: (question, asker) => {
      const line = run && lineFor(hashJson(question), asker);
      const [replies] = line === undefined ? [] : Object.values(sampleLineSchema.parse(line.value).more ?? {});
      return replies?.filter((reply): reply is Likelihood => !("text" in reply));
    },
    close: () => {
      if (!open) return;
      open = false;
      closeSync(fd);
      release();
    },
  };
}

function plainCompletion(output: z.infer<typeof plainSchema>["output"]): Completion {
  return typeof output === "string" ? { ...splitThinking(output), finish: "stop", ms: 0 } : { finish: "stop", ms: 0, ...output };
}
