import type { EvalSpec } from "../../core/eval-spec.ts";
import { otherReply } from "./label-ids.ts";

/** What it costs to take one label for another, by their numbers; `bounded`: no cost is above 1. */
export interface ConfusionCost {
  of(actual: number, said: number): number;
  readonly bounded: boolean;
}

/** By an eval's `confusion_cost`: what is not listed costs 1, what is right 0. undefined for an eval without one. */
export function confusionCost(
  { confusion_cost: costs }: Pick<EvalSpec, "confusion_cost">,
  names: readonly string[],
): ConfusionCost | undefined {
  if (costs === undefined) return undefined;
  const table = names.map((actual, row) =>
    [...names, "other"].map((said, column) => costs[actual]?.[said] ?? (row === column ? 0 : 1)),
  );
  return {
    of: (actual, said) => table[actual - 1]?.[said === otherReply ? names.length : said - 1] as number,
    bounded: table.flat().every((cost) => cost <= 1),
  };
}
