import type { ScorerKind } from "./catalogue.ts";
import type { EvalSpec } from "./eval-spec.ts";
import type { Score, Scorer } from "./score.ts";

type Scoring = Pick<EvalSpec, "scorer" | "compat" | "args" | "labels" | "scorers">;

/**
 * The scorers of an eval, side by side on one completion. The first decides about a sample, and its scores keep their names; those of
 * every other one are called after it: `includes.accuracy`.
 *
 * @param kinds of the scorers, in the same order
 * @throws ZodError for arguments that a kind does not take
 */
export function makeScorers(spec: Scoring, kinds: readonly ScorerKind[]): readonly Scorer[] {
  const { scorer: name, compat, args, labels, scorers = [] } = spec;
  const [first, ...others] = kinds;
  if (first === undefined || others.length !== scorers.length)
    throw new Error(`${kinds.length} kinds for ${1 + scorers.length} scorers`);
  return [
    first.create(args, { name, compat, labels }),
    ...scorers.map((one, at) =>
      beside((others[at] as ScorerKind).create(one.args, { name: one.name, compat: one.compat, labels })),
    ),
  ];
}

/** What a scorer is called in a run: its short name, or that with the argument that its class says, `promptfoo:equals`. */
export function scorerName({ class: written, scorer }: { readonly class: string; readonly scorer: string }): string {
  return written.startsWith(`${scorer}:`) ? written : scorer;
}

/** A name for each, in order: `match`, `includes`, `match:2`. */
export function uniqueNames(names: readonly string[]): string[] {
  const times = new Map<string, number>();
  return names.map((name) => {
    const n = (times.get(name) ?? 0) + 1;
    times.set(name, n);
    return n === 1 ? name : `${name}:${n}`;
  });
}

/** The name of a score by a scorer that does not decide. */
function besideName(scorer: string, score: string): string {
  return `${scorer}.${score}`;
}

function beside(scorer: Scorer): Scorer {
  const { name } = scorer;
  const named = (scores: readonly Score[]) => scores.map((score) => renamed(name, score));
  return {
    ...scorer,
    score(sample, replies, ctx) {
      const scores = scorer.score(sample, replies, ctx);
      return "then" in scores ? scores.then(named) : named(scores);
    },
  };
}

/** What a reply is counted as, beside its scores, is for the first scorer to say: it would count twice, or another way. */
function renamed(scorer: string, score: Score): Score {
  const { details, ...rest } = score;
  const { invalid_label: _, ...kept } = details ?? {};
  return { ...rest, name: besideName(scorer, score.name), ...(Object.keys(kept).length > 0 && { details: kept }) };
}
