import { FinegaugeError, messageOf } from "../core/errors.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { Sample } from "../core/sample.ts";
import type { Judge, Reply, Score, Scorer, ScorerContext } from "../core/score.ts";
import { type AskPlan, repliesFor } from "./plan-asks.ts";

export interface ScoringSetup {
  readonly scorers: readonly Scorer[];
  readonly judges: readonly Judge[];
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

/** A scorer that failed says so: its score is null, which is never a 0. */
function unscored(scorer: Scorer, thrown: unknown, redact: (text: string) => string): Score {
  const code = thrown instanceof FinegaugeError ? thrown.code : "score.failed";
  return { name: scorer.name, value: null, unscored: { code, message: redact(messageOf(thrown)) } };
}

function contextOf(setup: ScoringSetup, scorer: Scorer, sample: Sample, attempt: number): ScorerContext {
  return {
    judges: setup.judges,
    // Made when first asked for: few scorers draw lots.
    get random() {
      return seededRandom(seedFrom(`${setup.seed}:${sample.id}:${attempt}:${scorer.name}`));
    },
    signal: setup.signal,
  };
}

/** The scores that need nobody else, at once. */
export function scoreNow(
  setup: ScoringSetup,
  sample: Sample,
  attempt: number,
  plan: AskPlan,
  replies: readonly Reply[],
): Score[] {
  const scores: Score[] = [];
  for (let at = 0; at < setup.scorers.length; at++) {
    const scorer = setup.scorers[at] as Scorer;
    if (scorer.late) continue;
    try {
      const found = scorer.score(sample, repliesFor(plan.views[at] ?? {}, replies), contextOf(setup, scorer, sample, attempt));
      if (found instanceof Promise) throw new Error(`scorer ${scorer.name} answered later without saying so`);
      scores.push(...found);
    } catch (thrown) {
      scores.push(unscored(scorer, thrown, setup.redact));
    }
  }
  return scores;
}

/** The scores of the late scorers, side by side; undefined when the run was stopped before they were there. */
export async function scoreLate(
  setup: ScoringSetup,
  sample: Sample,
  attempt: number,
  plan: AskPlan,
  replies: readonly Reply[],
): Promise<Score[] | undefined> {
  const scores = await Promise.all(
    setup.scorers.map(async (scorer, at) => {
      if (!scorer.late) return [];
      try {
        return await scorer.score(sample, repliesFor(plan.views[at] ?? {}, replies), contextOf(setup, scorer, sample, attempt));
      } catch (thrown) {
        return [unscored(scorer, thrown, setup.redact)];
      }
    }),
  );
  return setup.signal.aborted ? undefined : scores.flat();
}
