import { FinegaugeError } from "../core/errors.ts";
import type { RunLine } from "../core/run-line.ts";
import type { ListedRun } from "./listed-run.ts";

/**
 * The run that is meant by `eval@model` (the newest), `eval@model~1` (the one before), or an id or its beginning, at least six
 * characters; undefined when there is none.
 *
 * @param runs newest first
 * @throws FinegaugeError `run.not-found` for the beginning of several ids
 */
export function namedRun(reference: string, runs: readonly ListedRun[]): ListedRun | undefined {
  // A model's own name may end as `~1` does: what is called exactly so goes first.
  for (const form of [/^(?<eval>.+?)@(?<model>.+)$/s, /^(?<eval>.+?)@(?<model>.+)~(?<back>\d+)$/s]) {
    const { eval: name, model, back = "0" } = form.exec(reference)?.groups ?? {};
    if (name === undefined) continue;
    const found = runs.filter(({ run }) => isNamed(run, name) && run.completion_fn === model)[Number(back)];
    if (found !== undefined) return found;
  }
  const wanted = reference.toLowerCase();
  const byId = wanted.length >= 6 ? runs.filter(({ run }) => run.id.toLowerCase().startsWith(wanted)) : [];
  if (byId.length > 1) throw manyRuns(reference, byId);
  return byId[0];
}

function manyRuns(reference: string, runs: readonly ListedRun[]): FinegaugeError {
  const copies = runs.every(({ run }) => run.id === runs[0]?.run.id);
  return new FinegaugeError("run.not-found", `${runs.length} runs have an id that begins with ${reference}`, {
    nearest: runs.slice(0, 5).map(({ file, run }) => (copies ? file : run.id)),
    hint: copies ? "they are copies of one run; name the file" : "give more of the id",
  });
}

/** What runs are called, for whoever mistyped it. */
export function runNames({ run }: ListedRun): string[] {
  return [run.eval, run.eval.split(".")[0]].map((name) => `${name}@${run.completion_fn}`);
}

/** A run is called by its eval's concrete name, or by what that begins with: `tickets` or `tickets.heldout` for `tickets.heldout.v1`. */
function isNamed(run: RunLine, name: string): boolean {
  return run.eval === name || run.eval.startsWith(`${name}.`);
}
