import { type ScorerSetup, scorerKind } from "../../core/catalogue.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import type { Judge, Replies, Score, Scorer } from "../../core/score.ts";
import { rawText } from "../../core/think.ts";
import { judgeSampling, type ModelGradedArgs, modelGradedArgsSchema, replySampling } from "./args.ts";
import { type AskingRules, type Grade, gradeAsker } from "./ask-judge.ts";
import { gradedScores } from "./graded-scores.ts";
import { type GradingPlan, gradingPlan } from "./grading-plan.ts";
import { gradingSpecSchema } from "./grading-spec.ts";
import { type Said, verdictOf } from "./verdict.ts";

/** Grades replies by asking a model, by a grading prompt of the registry: openai/evals' `ModelBasedClassify`, and more. */
export const modelGradedKind = scorerKind({
  args: modelGradedArgsSchema,
  gradingPrompt: gradingSpecSchema,
  sampling: replySampling,
  checkSample: (sample, args) => faultFinder(args)(sample),
  judges: ({ modelgraded_spec: { judge = [] }, eval_completion_fn, eval_model }) => {
    const named = eval_completion_fn ?? eval_model ?? judge;
    return typeof named === "string" ? [named] : named;
  },
  create,
});

const finders = new WeakMap<ModelGradedArgs, GradingPlan["fault"]>();

/** Asked of every sample with the same arguments. */
function faultFinder(args: ModelGradedArgs): GradingPlan["fault"] {
  const known = finders.get(args) ?? gradingPlan(args, false).fault;
  finders.set(args, known);
  return known;
}

function create(args: ModelGradedArgs, { name, compat }: ScorerSetup): Scorer {
  const { modelgraded_spec: spec } = args;
  const { key: _, judge: _judge, ...prompt } = spec;
  const plan = gradingPlan(args, compat);
  const ask = gradeAsker(rulesOf(args, plan, compat));
  const rules = {
    args,
    plan,
    lowest: (args.invalid ?? (compat ? "min" : "unscored")) === "min",
    passAt: args.pass_at ?? spec.pass_at,
  };

  return {
    name,
    hash: hashJson({ kind: "model-graded", args: { ...args, modelgraded_spec: prompt }, compat }),
    needs: { judge: true },
    late: true,
    asks: plan.asks,
    async score(sample, replies, { judges, signal }) {
      const questions = plan.questions(sample, textsOf(replies, compat));
      const asked = judges.flatMap((judge) => questions.map((question) => ({ judge, question })));
      const answers = await Promise.all(
        asked.map(async ({ judge, question }) => {
          const grade = await gradeOr(() => ask(judge, question.messages), judge, signal);
          return { judge: judge.name, ...question, grade };
        }),
      );
      const said: Said[] = answers.flatMap(({ judge, item, swapped, grade }) =>
        "failure" in grade ? [] : [{ judge, item, swapped, choice: grade.choice, reason: grade.reason }],
      );
      const items = Array.from({ length: Math.max(...questions.map(({ item }) => item)) + 1 }, (_, item) =>
        verdictOf(
          said.filter((one) => one.item === item),
          spec.both_orders,
        ),
      );
      const scores = gradedScores(rules, {
        sample,
        items,
        said,
        failures: answers.flatMap(({ grade }) => ("failure" in grade ? [grade.failure] : [])),
      });
      const judgements = answers.flatMap(({ judge, grade }) =>
        "failure" in grade ? [] : [{ judge, completion: grade.completion }],
      );
      // Once, with the first score: their cost is counted from here.
      return scores.map((score, at): Score => (at === 0 && judgements.length > 0 ? { ...score, judgements } : score));
    },
  };
}

/** Prose by upstream's rules where an `eval_type` says so; else the judge's own way to give a grade. */
function rulesOf(args: ModelGradedArgs, { choices }: GradingPlan, compat: boolean): AskingRules {
  const { modelgraded_spec: spec, eval_type: own, match_fn: matchFn = "starts_or_endswith" } = args;
  const evalType = spec.eval_type ?? own;
  return {
    choices,
    sampling: judgeSampling(args),
    instruction: spec.instruction,
    prose: evalType && { evalType, matchFn, appended: own },
    compat,
  };
}

/** A judge that fails has no vote; a run that stops ends the scoring. */
async function gradeOr(
  ask: () => Promise<Grade>,
  judge: Judge,
  signal: AbortSignal,
): Promise<Grade | { failure: FinegaugeError }> {
  try {
    return await ask();
  } catch (error) {
    if (signal.aborted || !(error instanceof FinegaugeError) || error.code === "run.interrupted") throw error;
    return { failure: new FinegaugeError(error.code, `judge ${judge.name}: ${error.message}`, error.more) };
  }
}

function textsOf(replies: Replies, compat: boolean): { [output: string]: readonly string[] } {
  const texts: { [output: string]: readonly string[] } = {};
  for (const [output, reply] of Object.entries(replies)) {
    texts[output] = reply.map((one) => ("text" in one ? (compat ? rawText(one) : one.text) : ""));
  }
  return texts;
}
