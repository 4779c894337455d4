import type { z } from "zod";
import {
  type BaselineLine,
  type BaselineSample,
  baselineFormat,
  baselineLineSchema,
  baselineSampleSchema,
  baselineSumSchema,
} from "../core/baseline-line.ts";
import { FinegaugeError } from "../core/errors.ts";

/**
 * The first line of a baseline file.
 *
 * @throws FinegaugeError `run.corrupt`, or `run.format-newer` for a file of a later version
 */
export function parseBaselineLine(text: string, file: string): BaselineLine {
  const value = parseJson(text, file, 1);
  const { type, format } = (value ?? {}) as { type?: unknown; format?: unknown };
  if (type !== "baseline" || typeof format !== "number") {
    throw new FinegaugeError("run.corrupt", `${file} is no baseline: its first line has none in it`, {
      where: { file, line: 1 },
      hint: "baselines are what `finegauge baseline set` writes",
    });
  }
  if (format > baselineFormat) {
    throw new FinegaugeError("run.format-newer", `${file} has format ${format}; this version reads up to ${baselineFormat}`, {
      where: { file, line: 1 },
      hint: "update finegauge",
    });
  }
  return check(baselineLineSchema, value, file, 1);
}

/**
 * Any later line; undefined for a type that this version does not know.
 *
 * @throws FinegaugeError `run.corrupt`
 */
export function parseBaselineSample(text: string, file: string, line: number): BaselineSample | undefined {
  const value = parseJson(text, file, line);
  if (typeof (value as { type?: unknown } | null)?.type === "string") return undefined;
  return check(baselineSampleSchema, value, file, line);
}

/**
 * What the line says that all before it hash to; undefined for a line of another kind.
 *
 * @throws FinegaugeError `run.corrupt`
 */
export function parseBaselineSum(text: string, file: string, line: number): string | undefined {
  if (!text.startsWith('{"type":"sum"')) return undefined;
  return check(baselineSumSchema, parseJson(text, file, line), file, line).sha256;
}

function parseJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw corruptBaseline(file, line, "the line is not JSON", cause);
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string, line: number): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw corruptBaseline(file, line, `${issue?.path.join(".") || "the line"}: ${issue?.message ?? "is not as a baseline has it"}`);
}

export function corruptBaseline(file: string, line: number | undefined, what: string, cause?: unknown): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} is damaged: ${what}`, {
    where: { file, line },
    hint: "restore it from version control, or set the baseline again",
    cause,
  });
}
