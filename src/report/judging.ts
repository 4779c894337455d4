import type { RunLine, SampleLine } from "../core/run-line.ts";
import type { Judging } from "../page/index.ts";
import { decidingScore } from "./outcome.ts";

export interface JudgingCounter {
  observe(line: SampleLine): void;
  table(): Judging;
}

/** Counts what model judges did; undefined for a run without any. */
export function judgingCounter({ judges }: RunLine): JudgingCounter | undefined {
  if (judges.length === 0) return undefined;
  let [graded, unscored, invalid] = [0, 0, 0];
  const agreement = { n: 0, sum: 0 };
  const consistent = { n: 0, sum: 0 };
  return {
    observe(line) {
      if (!line.scores?.some(({ judgements, unscored: why }) => judgements !== undefined || why !== undefined)) return;
      const score = decidingScore(line);
      if (score?.value === null) unscored++;
      else graded++;
      if (line.scores.some(({ name, value }) => name === "invalid_grade" && value !== null && value > 0)) invalid++;
      for (const { details } of line.scores) {
        if (typeof details?.agreement === "number") add(agreement, details.agreement);
        if (typeof details?.position_consistent === "boolean") add(consistent, details.position_consistent ? 1 : 0);
      }
    },
    table: () => ({
      judges: judges.map(({ model }) => model),
      graded,
      unscored,
      invalid,
      ...(agreement.n > 0 && { agreement: shareOf(agreement) }),
      ...(consistent.n > 0 && { consistent: shareOf(consistent) }),
    }),
  };
}

function add(mean: { n: number; sum: number }, value: number): void {
  mean.n++;
  mean.sum += value;
}

function shareOf({ n, sum }: { n: number; sum: number }): { n: number; share: number } {
  return { n, share: sum / n };
}
