import { linesOf, pairSamples, type Rescored, readSide, type Side, type SideSource } from "../compare/index.ts";
import { canonicalJson } from "../core/json.ts";
import { canScoreAgain, isScorerHere, type OtherIdeal, type ScoreAgain, scoreAgain, withIdeal } from "./score-again.ts";

/** The two sides, and what was scored again; undefined when nothing had to be. */
export interface ScoredAlike {
  readonly baseline: Side;
  readonly rescored: Rescored | undefined;
}

/**
 * Sees to it that both sides are judged by one scorer and the same ideals, the candidate's: where they differ, the baseline's recorded
 * replies are scored again. No model is asked.
 *
 * What cannot be scored again has no score afterwards (another scorer), or keeps its own ideal (which leaves the pair out). Where the
 * candidate comes from another harness whose scorer is not here, the recorded verdicts stand.
 */
export async function scoreAlike(baseline: Side, candidate: Side): Promise<ScoredAlike> {
  const pairs = pairSamples(baseline, candidate);
  const sameScorer = canonicalJson(baseline.source.run.scorers) === canonicalJson(candidate.source.run.scorers);
  const otherScorer = !sameScorer && isScorerHere(candidate.spec);
  if (!otherScorer && pairs.changedIdeals.length === 0) return { baseline, rescored: undefined };

  const able = await canScoreAgain(candidate.spec);
  const again: ScoreAgain = able
    ? await scoreAgain({ spec: candidate.spec, recorded: baseline.spec, seed: candidate.source.run.data.seed })
    : () => undefined;
  const ideals = able ? await newIdeals(baseline, candidate, pairs) : new Map<number, OtherIdeal>();
  // Counted are samples that are paired, whichever of their attempts.
  const paired = new Map<number, number>();
  for (const row of pairs.baseline) {
    for (let at = row * baseline.attempts; at < (row + 1) * baseline.attempts; at++) paired.set(baseline.seqs[at] as number, row);
  }
  const done = new Set<number>();
  const failed = new Set<number>();
  const source: SideSource = {
    ...baseline.source,
    async *samples(only) {
      for await (const line of baseline.source.samples(only)) {
        const ideal = ideals.get(line.seq);
        if (line.error !== undefined || (!otherScorer && ideal === undefined)) {
          yield line;
          continue;
        }
        const scores = again(line, ideal);
        const row = paired.get(line.seq);
        if (row !== undefined) (scores === undefined ? failed : done).add(row);
        if (scores !== undefined) {
          yield { ...(ideal === undefined ? line : withIdeal(line, ideal)), scores: [...scores] };
        } else if (otherScorer) {
          const { scores: _, ...rest } = line;
          yield rest;
        } else yield line;
      }
    },
  };
  const side = await readSide(source);
  const without = otherScorer ? failed.size : pairs.changedIdeals.length - done.size;
  const why = otherScorer ? "scorer" : "ideals";
  return { baseline: side, rescored: { why, done: done.size, failed: without, ideals: pairs.changedIdeals.length } };
}

/** The candidate's ideals of the pairs in which they changed, by the baseline's seq. */
async function newIdeals(
  baseline: Side,
  candidate: Side,
  pairs: ReturnType<typeof pairSamples>,
): Promise<Map<number, OtherIdeal>> {
  const rows = [...pairs.changedIdeals].map((at) => pairs.candidate[at] as number);
  const lines = await linesOf(candidate, rows);
  const found = new Map<number, OtherIdeal>();
  for (const at of pairs.changedIdeals) {
    const line = lines.get(pairs.candidate[at] as number)?.[0];
    if (line?.ideal === undefined) continue;
    const ideal = { ideal: line.ideal, ...(line.answers && { answers: line.answers }) };
    const row = pairs.baseline[at] as number;
    for (let attempt = 0; attempt < baseline.attempts; attempt++) {
      found.set(baseline.seqs[row * baseline.attempts + attempt] as number, ideal);
    }
  }
  return found;
}
