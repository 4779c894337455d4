import type { FinegaugeError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Sample } from "../../core/sample.ts";
import type { Score } from "../../core/score.ts";
import type { ModelGradedArgs } from "./args.ts";
import type { GradingPlan } from "./grading-plan.ts";
import { rowValues } from "./sample-values.ts";
import type { Said, Verdict } from "./verdict.ts";

export interface ScoringRules {
  readonly args: ModelGradedArgs;
  readonly plan: Pick<GradingPlan, "choices" | "scoring">;
  /** A grade that cannot be read is worth the lowest score; else it is not scored. */
  readonly lowest: boolean;
  readonly passAt: number | undefined;
}

export interface Graded {
  readonly sample: Sample;
  /** One for each item of `for_each`; one alone without it. */
  readonly items: readonly Verdict[];
  readonly said: readonly Said[];
  /** Of judges that gave no reply. */
  readonly failures: readonly FinegaugeError[];
}

/** openai/evals' name for a grade that is none of those offered. */
const invalid = "__invalid__";

/**
 * The scores of a sample that judges have graded.
 *
 * `score` is the mean over the items, `accuracy` the verdict where there is one: scores are all 0 or 1 (every item has to be 1), or
 * `pass_at` says what is enough. Without `choice_scores` each choice has a score of its own, 1 where it was chosen.
 */
export function gradedScores(rules: ScoringRules, graded: Graded): Score[] {
  const { args, plan, lowest } = rules;
  const { items, failures } = graded;
  const unread = items.filter(({ choice }) => choice === undefined);
  const silent = failures.length > 0 && unread.length > 0;
  // Upstream's lowest score is for a judge that said something else, never for one that said nothing.
  if (unread.length > 0 && (!lowest || silent || unread.some(isSplit))) return [unscored(rules, graded)];

  const choices = items.map(({ choice }) => choice ?? invalid);
  const scores: Score[] = [];
  const { scoring } = plan;
  if (scoring !== undefined) {
    const lowestScore = Math.min(...Object.values(scoring));
    const values = choices.map((choice) => scoring[choice] ?? lowestScore);
    const value = values.reduce((sum, one) => sum + one, 0) / values.length;
    const passed = passes(rules, value);
    if (passed !== undefined) scores.push({ name: "accuracy", value: passed ? 1 : 0, passed });
    scores.push({ name: "score", value, ...(passed !== undefined && { passed }) });
  } else {
    for (const choice of plan.choices) {
      scores.push({ name: `choice/${choice}`, value: choices.filter((one) => one === choice).length / choices.length });
    }
  }
  if (args.metaeval) {
    const wanted = rowValues(graded.sample, args.samples_renamings).choice;
    scores.push({ name: "metascore", value: choices.every((choice) => choice === wanted) ? 1 : 0 });
  }
  if (lowest) scores.push({ name: "invalid_grade", value: unread.length / items.length });
  scores.push(...orderScores(items));
  const [first, ...others] = scores;
  return first === undefined ? [] : [{ ...first, ...about(graded, choices) }, ...others];
}

/** Judges who could be read, and of whom none had a majority. */
function isSplit({ votes, choice }: Verdict): boolean {
  return choice === undefined && [...votes.values()].some((vote) => vote !== undefined);
}

function primaryName({ plan, passAt }: ScoringRules): string {
  if (plan.scoring === undefined) return `choice/${plan.choices[0]}`;
  return passAt !== undefined || areVerdicts(plan.scoring) ? "accuracy" : "score";
}

function areVerdicts(scoring: { readonly [choice: string]: number }): boolean {
  return Object.values(scoring).every((value) => value === 0 || value === 1);
}

function passes({ plan, passAt }: ScoringRules, value: number): boolean | undefined {
  if (passAt !== undefined) return value >= passAt;
  return plan.scoring !== undefined && areVerdicts(plan.scoring) ? value === 1 : undefined;
}

function unscored(rules: ScoringRules, graded: Graded): Score {
  const { items, failures, said } = graded;
  const [failure] = failures;
  const split = items.find(isSplit);
  const name = primaryName(rules);
  const base = { name, value: null, ...about(graded, undefined) };
  if (failure !== undefined) return { ...base, unscored: { code: failure.code, message: failure.message } };
  if (split !== undefined) {
    const votes = [...split.votes].map(([judge, vote]) => `${judge}: ${vote ?? "unread"}`).join(", ");
    return { ...base, unscored: { code: "score.judges-split", message: `no grade has a majority: ${votes}` } };
  }
  const bad = said.find(({ choice }) => choice === undefined);
  const message = `${bad?.judge ?? "the judge"} gave none of the grades ${rules.plan.choices.join(", ")}`;
  return { ...base, unscored: { code: "score.judge-unparsed", message } };
}

/** Position bias, as metrics of the run. */
function orderScores(items: readonly Verdict[]): Score[] {
  const shown = items.filter(({ consistent }) => consistent !== undefined);
  if (shown.length === 0) return [];
  const mean = (pick: (verdict: Verdict) => number | undefined) =>
    shown.reduce((sum, verdict) => sum + (pick(verdict) ?? 0), 0) / shown.length;
  return [
    { name: "position_consistency", value: mean(({ consistent }) => consistent) },
    { name: "first_slot_wins", value: mean(({ first }) => first) },
  ];
}

const reasonLength = 400;

/** What a report tells beside the number. */
function about(
  { items, said }: Graded,
  choices: readonly string[] | undefined,
): Pick<Score, "label" | "explanation" | "details"> {
  const [only] = items;
  const label = choices === undefined || items.length > 1 ? undefined : choices[0];
  const reason = (said.find(({ choice, swapped }) => !swapped && choice === label) ?? said[0])?.reason;
  const details: { [key: string]: Json } = {};
  if (items.length > 1 && choices !== undefined) details.items = choices;
  if (only !== undefined && only.votes.size > 1) {
    details.votes = items.length === 1 ? votesOf(only) : items.map(votesOf);
    const agreements = items.flatMap(({ agreement }) => (agreement === undefined ? [] : [agreement]));
    if (agreements.length > 0) details.agreement = agreements.reduce((sum, one) => sum + one, 0) / agreements.length;
  }
  if (said.some(({ swapped }) => swapped)) {
    details.orders = said.map(({ choice }) => choice ?? null);
    if (choices !== undefined) details.position_consistent = items.every(({ consistent }) => consistent === 1);
  }
  return {
    ...(label !== undefined && { label }),
    ...(reason !== undefined && { explanation: reason.length > reasonLength ? `${reason.slice(0, reasonLength)}…` : reason }),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

function votesOf({ votes }: Verdict): { [judge: string]: string | null } {
  return Object.fromEntries([...votes].map(([judge, vote]) => [judge, vote ?? null]));
}
