import type { Cells } from "../columns.ts";
import { attemptColumns } from "./attempt-columns.ts";

export interface SideAttempts {
  /** Rows in issue order. */
  readonly order: Uint32Array;
  /** Made at each sample. */
  readonly attempts: number;
  readonly verdicts: Cells;
  readonly answers: Cells;
}

/** By metric: what the attempts at each row's sample give together, NaN where they give nothing; empty where scores are no verdicts. */
export function sideAttempts({ order, attempts, verdicts, answers }: SideAttempts): ReadonlyMap<string, Float64Array> {
  const found: { verdict: number; answer: number; at: number }[] = [];
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    for (let attempt = 0; attempt < attempts; attempt++) {
      const verdict = verdicts.get(row, attempt);
      if (Number.isNaN(verdict)) continue;
      if (verdict !== 0 && verdict !== 1) return new Map();
      found.push({ verdict, answer: answers.get(row, attempt) || 0, at });
    }
  }
  if (found.length === 0) return new Map();
  const columns = attemptColumns({
    attempts,
    verdicts: Uint8Array.from(found, ({ verdict }) => verdict),
    answers: Uint32Array.from(found, ({ answer }) => answer),
    samples: Uint32Array.from(found, ({ at }) => at + 1),
  });
  const places = [...new Set(found.map(({ at }) => at))];
  return new Map(
    [...columns].map(([name, column]) => {
      const values = new Float64Array(order.length).fill(Number.NaN);
      for (const [sample, at] of places.entries()) values[at] = column[sample] as number;
      return [name, values];
    }),
  );
}
