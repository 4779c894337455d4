import type { Member } from "./line-up.ts";
import type { ReportComparison } from "./report.ts";

/**
 * What each run is called, by its place in the report: its model. Two runs of one model on one eval are told apart as the sentences of
 * their comparison do; over several evals, where dates would make columns of their own, by their part in it.
 */
export function columnNames(groups: readonly (readonly Member[])[], comparisons: readonly ReportComparison[]): readonly string[] {
  const labels: string[] = [];
  for (const group of groups) {
    const times = new Map<string, number>();
    for (const { one, index } of group) {
      const name = called(one.run.completion_fn, index, comparisons, groups.length > 1);
      const nth = (times.get(name) ?? 0) + 1;
      times.set(name, nth);
      labels[index] = nth === 1 ? name : `${name} (${nth})`;
    }
  }
  return labels;
}

function called(model: string, index: number, comparisons: readonly ReportComparison[], several: boolean): string {
  const found = comparisons.find(({ baseline, candidate }) => baseline === index || candidate === index);
  if (found === undefined) return model;
  const part = found.baseline === index ? "baseline" : "candidate";
  const { name } = found.comparison[part];
  return several && name !== model && name.startsWith(`${model} (`) ? `${model} (${part})` : name;
}
