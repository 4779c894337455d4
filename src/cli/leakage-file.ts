import { readFileSync } from "node:fs";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import {
  type LeakKind,
  type LeakLine,
  type LeaksLine,
  leakFormat,
  leakKinds,
  leakLineSchema,
  leaksLineSchema,
} from "../core/leakage.ts";

/** A leak file: what was held against what, and each sample that was found. */
export interface LeakFile {
  readonly head: LeaksLine;
  readonly leaks: readonly LeakLine[];
}

/**
 * Reads a leak file, as `finegauge data leaks --write` makes it.
 *
 * @throws FinegaugeError `data.missing`, `data.invalid` with the line, `run.format-newer`
 */
export function readLeakFile(file: string): LeakFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new FinegaugeError("data.missing", `the leak file cannot be read: ${messageOf(cause)}`, { where: { file }, cause });
  }
  return parseLeakFile(text, file);
}

export function parseLeakFile(text: string, file: string): LeakFile {
  let head: LeaksLine | undefined;
  const leaks: LeakLine[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const invalid = (message: string) =>
      new FinegaugeError("data.invalid", message, {
        where: { file, line: at + 1 },
        hint: "a leak file is what `finegauge data leaks TRAIN EVAL --write` makes",
      });
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw invalid("the line is not JSON");
    }
    if (head === undefined) {
      const found = leaksLineSchema.safeParse(value);
      if (!found.success) throw invalid("the file is no leak file: its first line does not say what was held against what");
      if (found.data.format > leakFormat) {
        throw new FinegaugeError(
          "run.format-newer",
          `${file} has format ${found.data.format}; this version reads ${leakFormat}`,
          {
            where: { file, line: 1 },
            hint: "update finegauge",
          },
        );
      }
      head = found.data;
      continue;
    }
    const found = leakLineSchema.safeParse(value);
    if (!found.success) throw invalid(`the line is no leak: ${found.error.issues[0]?.message ?? ""}`);
    leaks.push(found.data);
  }
  if (head === undefined) throw new FinegaugeError("data.invalid", "the leak file is empty", { where: { file } });
  if (head.leaked !== leaks.length) {
    throw new FinegaugeError("data.invalid", `the leak file has ${leaks.length} leaks, and says ${head.leaked}`, {
      where: { file },
      hint: "it was cut short: make it again",
    });
  }
  return { head, leaks };
}

/** The kind of each leaked content; where samples of one content were found in several ways, the surest. */
export function kindsByItem({ leaks }: LeakFile): ReadonlyMap<string, LeakKind> {
  const kinds = new Map<string, LeakKind>();
  for (const { item, kind } of leaks) {
    const known = kinds.get(item);
    if (known === undefined || leakKinds.indexOf(kind) < leakKinds.indexOf(known)) kinds.set(item, kind);
  }
  return kinds;
}

/** The text of a leak file, line by line. */
export function* leakFileLines({ head, leaks }: LeakFile): Generator<string> {
  yield `${JSON.stringify(head)}\n`;
  for (const leak of leaks) yield `${JSON.stringify(leak)}\n`;
}
