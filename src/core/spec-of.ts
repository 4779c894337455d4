import { FinegaugeError } from "./errors.ts";
import { type EvalSpec, evalSpecSchema } from "./eval-spec.ts";
import type { RunLine } from "./run-line.ts";

/**
 * The eval that a run's first line carries. The file may come from anywhere, and reading it checks what every run has, not that.
 *
 * @param file where the run stands, for the message
 * @throws FinegaugeError `run.corrupt` that names the key
 */
export function specOf({ id, spec }: Pick<RunLine, "id" | "spec">, file?: string): EvalSpec {
  const result = evalSpecSchema.safeParse(spec);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const key = ["spec", ...(issue?.path ?? [])].join(".");
  throw new FinegaugeError("run.corrupt", `${file ?? `run ${id}`} is damaged: ${key}: ${issue?.message ?? "is no eval"}`, {
    ...(file !== undefined && { where: { file, line: 1 } }),
    hint: "the file was changed or made by another tool; restore it, or run the eval again",
  });
}
