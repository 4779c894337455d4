import { z } from "zod";
import type { Plan } from "../../compare/index.ts";
import { openContext } from "../context.ts";
import { planEval } from "../plan-eval.ts";
import { asCommonOptions, baselines, checkedOptions, places } from "./checked-options.ts";

const optionsSchema = z.strictObject({
  ...places,
  baselines,
  /** The difference to be seen: 0.03 is three points. */
  mde: z.number().positive(),
  /** Planned from these: runs, models or baselines. */
  baseline: z.string().optional(),
  candidate: z.string().optional(),
  /** Replies to each sample. */
  attempts: z.int().positive().optional(),
  /** How often the difference is to be seen; default 0.8. */
  power: z.number().gt(0).lt(1).default(0.8),
  /** How much worse is acceptable; default: the eval's. */
  margin: z.number().nonnegative().optional(),
});
export type PlanOptions = z.input<typeof optionsSchema>;

export async function plan(name: string, options: PlanOptions): Promise<Plan> {
  const { registry, out, baselines: folder, ...request } = checkedOptions("plan", optionsSchema, options);
  return planEval(await openContext(asCommonOptions({ registry, out, baselines: folder })), name, request);
}
