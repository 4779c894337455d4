import type { Comparison } from "../../core/comparison.ts";
import { age, figure, howMany, whole } from "../../core/figures.ts";
import type { GateRefusal } from "../../core/gate.ts";
import type { Side } from "../side.ts";
import { type GateCase, nameOf } from "./gate-case.ts";

const leastPaired = 0.95;
const mostUnscored = 0.05;
const mostErrors = 0.01;

/** Why a candidate is no pass, whatever its numbers say: what a gate cannot see, it must not wave through. */
export function refusalsOf(one: GateCase): GateRefusal[] {
  const { candidate, compared } = one;
  const found: GateRefusal[] = [];
  const add = (code: string, sentence: string) =>
    found.push({ eval: candidate.facts.eval, candidate: nameOf(one), run: candidate.facts.run, code: `gate.${code}`, sentence });
  unfit(candidate, nameOf(one), add);
  const { cached, cached_oldest: oldest, started } = candidate.facts;
  if (cached > 0) {
    const how = oldest === undefined ? "" : `, the oldest ${age(Date.parse(started) - Date.parse(oldest))} old when it ran`;
    const many = `${howMany(cached, "reply", "replies")} of ${nameOf(one)} came from the response cache${how}`;
    const other = one.uncached === undefined ? "" : `, or gate ${one.uncached}, its newest run without any`;
    add("cached", `${many}: which says nothing of the model as it is now; run it with --cache off${other}`);
  }
  if (one.cleanOnly && candidate.leaks === undefined) {
    add("leaks-unknown", `the gate is about clean samples, and nobody looked which of ${nameOf(one)}'s are in training data`);
  }
  if (compared === undefined) return found;
  const { pairing, differs, baseline } = compared.comparison;
  if (compared.table.baseline.facts.run === candidate.facts.run) {
    add(
      "same-run",
      `baseline and candidate are one run (${candidate.facts.run}), which cannot be worse than itself; name another run or model`,
    );
    return found;
  }
  unfit(compared.table.baseline, baseline.name, add);
  const larger = Math.max(pairing.baseline, pairing.candidate);
  if (pairing.paired === 0) {
    add("unpaired", `no sample of ${nameOf(one)} is one of ${baseline.name}'s: they were not asked the same`);
  } else if (pairing.share < leastPaired) {
    const { only_baseline, only_candidate, changed } = pairing;
    // Pairs that are in no table: their right answers differ still. Pairs without a score are another matter.
    const otherIdeals = pairing.baseline - only_baseline - changed.item - pairing.paired;
    const why = [
      only_baseline > 0 && `${whole(only_baseline)} only in the baseline`,
      only_candidate > 0 && `${whole(only_candidate)} only in the candidate`,
      changed.item > 0 && `${whole(changed.item)} changed`,
      otherIdeals > 0 && `${whole(otherIdeals)} with other right answers that could not be scored again`,
    ].filter((part) => part !== false);
    const because = why.length > 0 ? ` (${why.join(", ")})` : "";
    add("unpaired", `only ${whole(pairing.paired)} of ${whole(larger)} samples are on both sides${because}; 95 % are needed`);
  }
  const apart = differs.filter(({ what }) => what === "scorer" || what === "judge");
  if (apart.length > 0 && !scoredAgain(compared.comparison)) {
    const details = apart.map(({ what, detail }) => `${what} ${detail}`).join("; ");
    add("scored-differently", `the two sides were not scored alike, and could not be scored again: ${details}`);
  }
  return found;
}

/**
 * Was every pair that counts scored again, by the candidate's scorer. Where the scorers are the same and only their judges differ, replies
 * were scored again at most for other right answers, one by one; the judges stay apart.
 */
function scoredAgain({ differs, pairing, deltas }: Comparison): boolean {
  const counted = deltas[0]?.n ?? pairing.paired;
  return differs.some(({ what }) => what === "scorer") && pairing.rescored > 0 && pairing.rescored >= counted;
}

/** What one side alone is refused for. */
function unfit(side: Side, name: string, add: (code: string, sentence: string) => void): void {
  const { counts, status, reason } = side.facts;
  const most = counts.selected;
  if (status !== "complete") {
    const why = reason === undefined ? "" : ` (${reason})`;
    add("unfinished", `the run of ${name} is ${status}${why}: ${whole(counts.done)} of ${whole(most)} replies are there`);
  }
  if (counts.done === 0) return;
  const share = (n: number) => figure(n / counts.done, "percent");
  if (counts.errors > mostErrors * counts.done) {
    add(
      "too-many-errors",
      `${whole(counts.errors)} of ${whole(counts.done)} replies of ${name} are errors (${share(counts.errors)}); 1 % is the most`,
    );
  }
  if (counts.unscored > mostUnscored * counts.done) {
    add(
      "unscored",
      `${whole(counts.unscored)} of ${whole(counts.done)} replies of ${name} have no score (${share(counts.unscored)}); 5 % is the most`,
    );
  }
}
