import type { ListedRun } from "../runs/index.ts";

/**
 * Of every eval and model, the complete run that is the newest but `back`. Where there are runs of every sample, those of a part are
 * passed over.
 *
 * @param runs newest first
 */
export function newestRuns(runs: readonly ListedRun[], back = 0): ListedRun[] {
  const by = new Map<string, ListedRun[]>();
  for (const one of runs) {
    if (one.end?.status !== "complete") continue;
    const key = JSON.stringify([one.run.eval, one.run.completion_fn]);
    by.set(key, [...(by.get(key) ?? []), one]);
  }
  return [...by.values()].flatMap((same) => {
    const whole = same.filter(({ run }) => run.data.selected >= run.data.samples);
    return (whole.length > 0 ? whole : same).slice(back, back + 1);
  });
}
