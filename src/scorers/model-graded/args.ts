import { z } from "zod";
import type { Sampling } from "../../core/completion.ts";
import { bagSchema } from "../../core/json-schema.ts";
import { gradingSpecSchema } from "./grading-spec.ts";
import { evalTypes, matchFns } from "./parse-choice.ts";

/** What upstream lets an eval say about requests; more is refused there too. */
const kwargsSchema = z.strictObject({
  max_tokens: z.int().positive().optional(),
  temperature: z.number().nonnegative().optional(),
  /** Only the first of several is ever looked at, so no more than one is asked for. */
  n_samples: z.int().positive().optional(),
  completion_kwargs: bagSchema.optional(),
});

export const modelGradedArgsSchema = z.strictObject({
  modelgraded_spec: gradingSpecSchema,
  /** Fills gaps of the grading prompt. */
  modelgraded_spec_args: bagSchema.optional(),
  eval_type: z.enum(evalTypes).optional(),
  match_fn: z.enum(matchFns).optional(),
  /** Replies to each input that are graded together. */
  multicomp_n: z.int().positive().optional(),
  sample_kwargs: kwargsSchema.optional(),
  eval_kwargs: kwargsSchema.optional(),
  /** Holds the choice against the sample's `choice`. */
  metaeval: z.boolean().optional(),

  /** Of old releases of upstream. */
  max_tokens: z.int().positive().optional(),
  multicomp_temperature: z.number().nonnegative().optional(),
  samples_renamings: z.record(z.string(), z.string()).optional(),
  eval_model: z.string().optional(),
  eval_completion_fn: z.string().optional(),

  /** What an unreadable grade is: not scored, or the lowest score, as upstream has it. */
  invalid: z.enum(["unscored", "min"]).optional(),
  /** Over the spec's. */
  pass_at: z.number().optional(),
});
export type ModelGradedArgs = z.output<typeof modelGradedArgsSchema>;

/** Upstream's, for both kinds of requests. Its penalties of 0 and `top_p` of 1 are what providers do anyway, and some refuse them. */
const maxTokens = 1024;

/** How the model under test is sampled. */
export function replySampling(args: ModelGradedArgs): Sampling {
  const several = (args.multicomp_n ?? 1) > 1 ? args.multicomp_temperature : undefined;
  return samplingOf(args.sample_kwargs, { temperature: several ?? 0, max_tokens: args.max_tokens ?? maxTokens });
}

/** How a judge is sampled, under what its own entry says. */
export function judgeSampling(args: ModelGradedArgs): Sampling {
  return samplingOf(args.eval_kwargs, { temperature: 0, max_tokens: args.max_tokens ?? maxTokens });
}

function samplingOf(kwargs: ModelGradedArgs["sample_kwargs"], defaults: Sampling): Sampling {
  const { completion_kwargs: extra, max_tokens, temperature } = kwargs ?? {};
  return {
    ...defaults,
    ...(temperature !== undefined && { temperature }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(extra !== undefined && Object.keys(extra).length > 0 && { extra }),
  };
}
