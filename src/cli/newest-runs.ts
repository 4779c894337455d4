import type { RunLine } from "../core/run-line.ts";
import { runStatus } from "../core/run-status.ts";
import type { ListedRun } from "../runs/index.ts";

export interface NewestOptions {
  /** 0: the newest, 1: the one before. */
  readonly back?: number;
  /** All runs there are, which say how large the data of an eval is; absent: those that are chosen from. */
  readonly known?: readonly ListedRun[];
}

/**
 * Of every eval and model, the complete run that is the newest but `back`. No run hides a better one of the same name: those that asked
 * every sample go before those of a part, and each of these before what was brought here from elsewhere, another harness's log or
 * another eval's replies. What is passed over is still there by its file, its id and `eval@model`.
 *
 * @param runs newest first
 */
export function newestRuns(runs: readonly ListedRun[], { back = 0, known = runs }: NewestOptions = {}): ListedRun[] {
  const sizes = dataSizes(known);
  const by = new Map<string, ListedRun[]>();
  for (const one of runs) {
    if (runStatus(one.run, one.end) !== "complete") continue;
    const key = JSON.stringify([one.run.eval, one.run.completion_fn]);
    by.set(key, [...(by.get(key) ?? []), one]);
  }
  return [...by.values()].flatMap((same) => {
    const ranks = same.map(({ run }) => (asksAll(run, sizes) ? 0 : 2) + (isFromElsewhere(run) ? 1 : 0));
    const best = Math.min(...ranks);
    return same.filter((_, at) => ranks[at] === best).slice(back, back + 1);
  });
}

/** Its replies were given to another eval's questions, or to another harness. */
function isFromElsewhere({ derived_from }: RunLine): boolean {
  return derived_from !== undefined && (derived_from.by === "import" || derived_from.asked !== undefined);
}

/** A log knows the samples that it has, and not those that it left out. */
function asksAll(run: RunLine, sizes: ReadonlyMap<string, number>): boolean {
  const { eval: name, data } = run;
  return data.selected >= ((isFromElsewhere(run) ? sizes.get(name) : undefined) ?? data.samples);
}

/** Samples of each eval's data: as its newest run here found it, else as the longest log has it. */
function dataSizes(runs: readonly ListedRun[]): Map<string, number> {
  const own = new Map<string, number>();
  const others = new Map<string, number>();
  for (const { run } of runs) {
    const { eval: name, data } = run;
    if (isFromElsewhere(run)) others.set(name, Math.max(others.get(name) ?? 0, data.samples));
    else if (!own.has(name)) own.set(name, data.samples);
  }
  return new Map([...others, ...own]);
}
