import type { RunLine, SampleLine } from "../core/run-line.ts";
import type { Confusion } from "../page/index.ts";
import { labelOf, outcomeOf } from "./outcome.ts";

const most = 40;

export interface ConfusionCounter {
  observe(line: SampleLine): void;
  /** undefined when no reply could be counted. */
  table(): Confusion | undefined;
}

/** Counts which label was taken for which; undefined for an eval without labels, or with more than a table can show. */
export function confusionCounter(run: RunLine): ConfusionCounter | undefined {
  const labels = run.spec.labels;
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) return undefined;
  const names = Object.keys(labels);
  if (names.length < 2 || names.length > most) return undefined;
  const indexOf = new Map<string, number>();
  for (const [index, [name, aliases]] of Object.entries(labels).entries()) {
    indexOf.set(name, index);
    if (Array.isArray(aliases)) for (const alias of aliases) indexOf.set(String(alias), index);
  }
  const other = names.length;
  const n = names.map(() => new Array<number>(names.length + 1).fill(0));
  return {
    observe(line) {
      const right = line.ideal?.map((ideal) => indexOf.get(ideal)).find((index) => index !== undefined);
      const outcome = outcomeOf(line);
      if (right === undefined || outcome === "error" || outcome === "unscored") return;
      const row = n[right];
      const said = indexOf.get(labelOf(line) ?? "") ?? other;
      if (row !== undefined) row[said] = (row[said] ?? 0) + 1;
    },
    table() {
      if (n.every((row) => row.every((cell) => cell === 0))) return undefined;
      const invalid = n.some((row) => row[other] !== 0);
      return {
        right: names,
        said: invalid ? [...names, "other reply"] : names,
        n: invalid ? n : n.map((row) => row.slice(0, other)),
      };
    },
  };
}
