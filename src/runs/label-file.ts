import { existsSync } from "node:fs";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import {
  type Answer,
  type Drawn,
  type LabelLine,
  type LabelsHead,
  labelFormat,
  labelLineSchema,
  type PreferencesHead,
} from "../core/label-line.ts";
import { appendTo } from "../io/append-file.ts";
import { lockFile } from "../io/file-lock.ts";
import { replaceFile } from "../io/replace-file.ts";
import { allLines, isWhole, wholeLines } from "./whole-lines.ts";

type Head = LabelsHead | PreferencesHead;

/** People's answers as a file has them. */
export interface StoredLabels<First extends Head = Head> {
  readonly head: First;
  /** In the order in which they are asked. */
  readonly drawn: readonly Drawn[];
  /** By position in issue order; the last answer counts. */
  readonly answers: ReadonlyMap<number, Answer>;
}

/** A file of answers that more go into; locked until it is closed. */
export interface LabelWriter {
  draw(items: readonly Drawn[]): void;
  answer(seq: number, answer: Answer, at: string): void;
  close(): Promise<void>;
}

/** Where the labels of a run are: beside it. */
export function labelsPath(runFile: string): string {
  return `${runFile.replace(/\.jsonl$/, "")}.labels.jsonl`;
}

/** Where people's preferences between a run's replies and another run's are. */
export function preferencesPath(runFile: string, otherRun: string): string {
  return `${runFile.replace(/\.jsonl$/, "")}.vs-${otherRun.toLowerCase()}.preferences.jsonl`;
}

/** Is it a file of people's answers, by its name: it is no run. */
export function isLabelFile(name: string): boolean {
  return /\.(labels|preferences)\.jsonl$/.test(name);
}

/**
 * The answers in a file; undefined when there is none.
 *
 * @throws FinegaugeError `run.corrupt`, `run.format-newer`
 */
export function readLabels<Type extends Head["type"]>(
  file: string,
  type: Type,
): StoredLabels<Extract<Head, { type: Type }>> | undefined {
  if (!existsSync(file)) return undefined;
  let head: Head | undefined;
  const drawn: Drawn[] = [];
  const answers = new Map<number, Answer>();
  for (const { text, number } of wholeLines(file)) {
    const line = parse(text, file, number);
    if (head === undefined) {
      if (line.type !== type) throw corrupt(file, number, `it is no file of ${type}`);
      if ("format" in line && line.format > labelFormat) {
        throw new FinegaugeError("run.format-newer", `${file} was written by a newer version`, { where: { file } });
      }
      head = line as Head;
    } else if (line.type === "draw") drawn.push(...line.items);
    else if (line.type === "answer") answers.set(line.seq, line.answer);
  }
  return head && { head: head as Extract<Head, { type: Type }>, drawn, answers };
}

/**
 * Opens a file of answers to go on with it, or begins it. What is there already is never changed: a line that was cut short apart.
 *
 * @param head of a new file
 * @throws FinegaugeError `run.locked`, `run.disk`
 */
export async function openLabels(file: string, head: Head): Promise<LabelWriter> {
  const unlock = lockFile(file);
  try {
    if (existsSync(file) && [...allLines(file)].some((line) => !isWhole(line) || line.torn)) {
      await replaceFile(
        file,
        [...wholeLines(file)].map(({ text }) => `${text}\n`),
      );
    }
    const isNew = !existsSync(file);
    const appender = appendTo(file);
    const put = (line: LabelLine) => appender.append(`${JSON.stringify(line)}\n`);
    if (isNew) put(head);
    return {
      draw: (items) => put({ type: "draw", items: [...items] }),
      answer: (seq, answer, at) => put({ type: "answer", seq, answer, at }),
      async close() {
        try {
          await appender.close();
        } finally {
          unlock();
        }
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function parse(text: string, file: string, line: number): LabelLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, line, messageOf(error));
  }
  const result = labelLineSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw corrupt(file, line, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as it should be"}`);
}

function corrupt(file: string, line: number, message: string): FinegaugeError {
  return new FinegaugeError("run.corrupt", message, {
    where: { file, line },
    hint: "mend the line, or move the file away to begin anew",
  });
}
