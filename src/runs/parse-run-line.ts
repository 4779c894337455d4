import type { z } from "zod";
import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import {
  type RunFileLine,
  type RunLine,
  runFileLineSchema,
  runFormat,
  runLineSchema,
  type SampleLine,
} from "../core/run-line.ts";
import { isCommonLine } from "./is-common-line.ts";

/** What may follow a run's first line. */
export type LaterLine = Exclude<RunFileLine, RunLine>;

const types: ReadonlySet<unknown> = new Set(runFileLineSchema.options.map((option) => option.shape.type.value));

/** More (sample, attempt) pairs than any run has: a first line that promises them is not to be believed. */
const mostPairs = 2 ** 31;

/**
 * The first line of a run file.
 *
 * @throws FinegaugeError `run.corrupt`, or `run.format-newer` for a file of a later version
 */
export function parseRunLine(text: string, file: string): RunLine {
  const value = parseJson(text, file, 1);
  const { type, format } = (value ?? {}) as { type?: unknown; format?: unknown };
  if (type !== "run" || typeof format !== "number") {
    throw new FinegaugeError("run.corrupt", `${file} is no run file: its first line has no run in it`, {
      where: { file, line: 1 },
      hint: "run files are what `finegauge run` writes under reports/",
    });
  }
  if (format > runFormat) {
    throw new FinegaugeError("run.format-newer", `${file} has format ${format}; this version reads up to ${runFormat}`, {
      where: { file, line: 1 },
      hint: "update finegauge",
    });
  }
  const run = check(runLineSchema, value, file, 1);
  if (run.data.selected * run.attempts > mostPairs) throw corrupt(file, 1, "data.selected: more samples than a run can have");
  return run;
}

/**
 * Any later line; undefined for a type that this version does not know.
 *
 * @param pairs (sample, attempt) pairs that the run has by its first line
 * @throws FinegaugeError `run.corrupt`
 */
export function parseLaterLine(text: string, file: string, line: number, pairs: number): LaterLine | undefined {
  const value = parseJson(text, file, line);
  const { type } = (value ?? {}) as { type?: unknown };
  if (!types.has(type)) return undefined;
  const parsed =
    type === "sample" && isCommonLine(value as Bag) ? (value as SampleLine) : check(runFileLineSchema, value, file, line);
  if (parsed.type === "run") throw corrupt(file, line, "a second run begins here; one file holds one run");
  if ("seq" in parsed && parsed.seq >= pairs) throw corrupt(file, line, `seq ${parsed.seq} in a run of ${pairs}`);
  return parsed;
}

function parseJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corrupt(file, line, "the line is not JSON", cause);
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string, line: number): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw corrupt(file, line, `${issue?.path.join(".") || "the line"}: ${issue?.message ?? "is not as a run file has it"}`);
}

function corrupt(file: string, line: number, what: string, cause?: unknown): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} is damaged: ${what}`, {
    where: { file, line },
    hint: "the file was changed or cut; runs are never edited by hand",
    cause,
  });
}
