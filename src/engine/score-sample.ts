import { FinegaugeError, messageOf } from "../core/errors.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { Sample } from "../core/sample.ts";
import type { Reply, Score, Scorer, ScorerContext } from "../core/score.ts";
import type { OpenJudge } from "./open-judge.ts";
import { type AskPlan, repliesFor } from "./plan-asks.ts";

export interface ScoringSetup {
  readonly scorers: readonly Scorer[];
  readonly judges: readonly OpenJudge[];
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

/** A scorer that failed says so: its score is null, which is never a 0. */
function unscored(scorer: Scorer, thrown: unknown, redact: (text: string) => string): Score {
  const code = thrown instanceof FinegaugeError ? thrown.code : "score.failed";
  return { name: scorer.name, value: null, unscored: { code, message: redact(messageOf(thrown)) } };
}

/** JSON knows neither NaN nor infinity, and a null must say why: else the run and its file would not say the same. */
function asStored(score: Score): Score {
  if (Number.isFinite(score.value) || (score.value === null && score.unscored !== undefined)) return score;
  const said = score.value === null ? "the scorer did not say why" : `the scorer gave ${String(score.value)}, which is no score`;
  return { ...score, value: null, unscored: { code: "score.failed", message: said } };
}

const noJudges: ScorerContext["judges"] = [];

function judgesOf({ judges, signal }: ScoringSetup, sample: Sample, attempt: number): ScorerContext["judges"] {
  const call = { sample: { id: sample.id, attempt }, signal };
  return judges.map(({ ask, embed, ...judge }) => ({
    ...judge,
    ask: (request) => ask(request, call),
    ...(embed && { embed: (texts) => embed(texts, call) }),
  }));
}

function contextOf(setup: ScoringSetup, scorer: Scorer, sample: Sample, attempt: number): ScorerContext {
  let drawn: (() => number) | undefined;
  return {
    judges: setup.judges.length === 0 ? noJudges : judgesOf(setup, sample, attempt),
    random() {
      // Made when first asked for: few scorers draw lots.
      drawn ??= seededRandom(seedFrom(`${setup.seed}:${sample.id}:${attempt}:${scorer.name}`));
      return drawn();
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
      const context = contextOf(setup, scorer, sample, attempt);
      const found = scorer.score(sample, repliesFor(plan.views[at] as AskPlan["views"][number], replies), context);
      if ("then" in found) {
        // Nobody waits for it, so nobody would catch what it throws.
        found.then(undefined, () => {});
        throw new Error(`scorer ${scorer.name} answered later without saying so`);
      }
      for (const score of found) scores.push(asStored(score));
    } catch (thrown) {
      scores.push(unscored(scorer, thrown, setup.redact));
    }
  }
  return scores;
}

/** The scores of the late scorers, side by side; undefined when a stop cut one of them off. */
export async function scoreLate(
  setup: ScoringSetup,
  sample: Sample,
  attempt: number,
  plan: AskPlan,
  replies: readonly Reply[],
): Promise<Score[] | undefined> {
  let cutOff = false;
  const scores = await Promise.all(
    setup.scorers.map(async (scorer, at) => {
      if (!scorer.late) return [];
      try {
        return await scorer.score(sample, repliesFor(plan.views[at] ?? {}, replies), contextOf(setup, scorer, sample, attempt));
      } catch (thrown) {
        // A judge that waits between two tries is cut off by a stop that lets everything in flight finish, too.
        cutOff ||= setup.signal.aborted || (thrown instanceof FinegaugeError && thrown.code === "run.interrupted");
        return [unscored(scorer, thrown, setup.redact)];
      }
    }),
  );
  return cutOff ? undefined : scores.flat().map(asStored);
}
