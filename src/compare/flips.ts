import type { Flip } from "../core/comparison.ts";
import { hashText } from "./hashes.ts";
import type { PairTable } from "./pair-table.ts";
import { type Side, verdict } from "./side.ts";

/** A pair by verdict; with several attempts, by the majority of each side. */
export type Outcome = "both" | "only_baseline" | "only_candidate" | "neither" | "undecided";

/** A pair whose verdict changed, without the texts that only its lines have. */
export interface FlipPlace {
  /** Place in the pair table. */
  readonly at: number;
  readonly flip: Omit<Flip, "id">;
}

interface Tally {
  readonly passed: number;
  readonly of: number;
}

/** Every flip, the regressions first, within each kind the surest first. */
export function findFlips(table: PairTable): { flips: readonly FlipPlace[]; counts: Record<Outcome, number> } {
  const counts = { both: 0, only_baseline: 0, only_candidate: 0, neither: 0, undecided: 0 };
  const flips: FlipPlace[] = [];
  for (let at = 0; at < table.size; at++) {
    const [left, right] = [table.rows.baseline[at] as number, table.rows.candidate[at] as number];
    const [baseline, candidate] = [tallyOf(table.baseline, left), tallyOf(table.candidate, right)];
    const outcome = outcomeOf(baseline, candidate);
    counts[outcome]++;
    if (outcome !== "only_baseline" && outcome !== "only_candidate") continue;
    const kind = outcome === "only_baseline" ? "regression" : "improvement";
    const single = baseline.of === 1 && candidate.of === 1;
    const flip = {
      kind,
      item: hashText(table.candidate.item, right),
      seq: table.candidate.seq[right] as number,
      baseline,
      candidate,
      confidence: single ? bothSure(table, left, right) : sameAgain(kind, baseline, candidate),
      stable: single ? null : allAgree(baseline) && allAgree(candidate),
    } as const;
    flips.push({ at, flip });
  }
  return { flips: flips.sort(bySureness), counts };
}

function tallyOf({ verdicts, attempts }: Side, row: number): Tally {
  let [passed, of] = [0, 0];
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = verdicts[row * attempts + attempt];
    if (found === verdict.none) continue;
    of++;
    if (found === verdict.passed) passed++;
  }
  return { passed, of };
}

function outcomeOf(baseline: Tally, candidate: Tally): Outcome {
  const [before, now] = [majority(baseline), majority(candidate)];
  if (before === undefined || now === undefined) return "undecided";
  if (before) return now ? "both" : "only_baseline";
  return now ? "only_candidate" : "neither";
}

/** undefined: nothing was judged, or as often right as wrong. */
function majority({ passed, of }: Tally): boolean | undefined {
  return of === 0 || 2 * passed === of ? undefined : 2 * passed > of;
}

function allAgree({ passed, of }: Tally): boolean {
  return passed === 0 || passed === of;
}

/** One attempt each: both replies would have come again with these probabilities. */
function bothSure({ baseline, candidate }: PairTable, left: number, right: number): number | null {
  const before = baseline.sureness?.[left * baseline.attempts] ?? Number.NaN;
  const now = candidate.sureness?.[right * candidate.attempts] ?? Number.NaN;
  return Number.isNaN(before * now) ? null : before * now;
}

/** Several attempts: one more of each side would show the change, by the mean of each side's rate under Jeffreys' prior. */
function sameAgain(kind: Flip["kind"], baseline: Tally, candidate: Tally): number {
  const rate = ({ passed, of }: Tally) => (passed + 0.5) / (of + 1);
  return kind === "regression" ? rate(baseline) * (1 - rate(candidate)) : (1 - rate(baseline)) * rate(candidate);
}

function bySureness({ flip: a }: FlipPlace, { flip: b }: FlipPlace): number {
  if (a.kind !== b.kind) return a.kind === "regression" ? -1 : 1;
  return Number(b.stable ?? false) - Number(a.stable ?? false) || (b.confidence ?? -1) - (a.confidence ?? -1) || a.seq - b.seq;
}
