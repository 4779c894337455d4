import type { z } from "zod";
import { FinegaugeError } from "../core/errors.ts";
import { type RunFileLine, type RunLine, runFileLineSchema, runFormat, runLineSchema } from "../core/run-line.ts";

const types: ReadonlySet<unknown> = new Set(runFileLineSchema.options.map((option) => option.shape.type.value));

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
  return check(runLineSchema, value, file, 1);
}

/** Any later line; undefined for a type that this version does not know. */
export function parseLaterLine(text: string, file: string, line: number): RunFileLine | undefined {
  const value = parseJson(text, file, line);
  if (!types.has((value as { type?: unknown } | null)?.type)) return undefined;
  return check(runFileLineSchema, value, file, line);
}

function parseJson(text: string, file: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FinegaugeError("run.corrupt", `${file} holds a line that is not JSON`, {
      where: { file, line },
      hint: "the file was changed or cut; runs are never edited by hand",
      cause,
    });
  }
}

function check<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string, line: number): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new FinegaugeError(
    "run.corrupt",
    `${file}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? "is not as a run file has it"}`,
    {
      where: { file, line },
      hint: "the file was changed or cut; runs are never edited by hand",
    },
  );
}
