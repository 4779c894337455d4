import { z } from "zod";
import type { GateResult } from "../../core/gate.ts";
import { openContext } from "../context.ts";
import { judgeReferences } from "../judge-references.ts";
import { asCommonOptions, baselines, checkedOptions, listOf, places, some } from "./checked-options.ts";
import { givenModels, type ModelChoice } from "./given-models.ts";

const optionsSchema = z.strictObject({
  ...places,
  baselines,
  /** Only these evals: names, beginnings, globs. */
  eval: some.optional(),
  /** In place of the evals' own: `delta.accuracy >= -0.02`. */
  rules: some.optional(),
  /** A gate file, in place of the evals' own. */
  gate: z.string().optional(),
  /** Metric to how much worse is acceptable, over the gate's. */
  margin: z.record(z.string(), z.number().nonnegative()).optional(),
  /** What an inconclusive gate ends as. */
  inconclusive: z.enum(["fail", "warn", "pass"]).optional(),
  /** Ask up to so many unused samples more where the first look settles nothing. */
  settle: z.int().positive().optional(),
  /** false asks no model: first replies of samples that must pass count as they are. */
  ask: z.boolean().default(true),
  /** Models that are values, to be asked again by their names. */
  models: z.custom<ModelChoice | readonly ModelChoice[]>().optional(),
});
export type GateOptions = z.input<typeof optionsSchema>;

export async function gate(
  baseline: string,
  candidates: string | readonly string[],
  options: GateOptions = {},
): Promise<GateResult> {
  const checked = checkedOptions("gate", optionsSchema, options);
  const { registry, out, baselines: folder, eval: evals, rules, margin, models = [], ...more } = checked;
  const given = await givenModels(listOf<ModelChoice>(models));
  const context = await openContext(asCommonOptions({ registry, out, baselines: folder }), { given });
  const { result } = await judgeReferences(context, baseline, listOf<string>(candidates), {
    ...more,
    quiet: true,
    eval: evals === undefined ? undefined : listOf<string>(evals),
    rule: rules === undefined ? undefined : listOf<string>(rules),
    margin: margin && Object.entries(margin).map(([metric, most]) => `${metric}=${most}`),
  });
  return result;
}
