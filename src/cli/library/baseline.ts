import { z } from "zod";
import { type SetBaseline, writeBaselines } from "../baseline-set.ts";
import { readSettings } from "../settings.ts";
import { asCommonOptions, baselines, checkedOptions, listOf, places, some } from "./checked-options.ts";

const optionsSchema = z.strictObject({
  ...places,
  baselines,
  /** Only these evals: names, beginnings, globs. */
  eval: some.optional(),
  /** Replace a baseline of another run. */
  force: z.boolean().default(false),
  /** Keep prompts, right answers, metadata and replies too. */
  withReplies: z.boolean().default(false),
});
export type BaselineOptions = z.input<typeof optionsSchema>;

export async function setBaseline(
  name: string,
  runs: string | readonly string[],
  options: BaselineOptions = {},
): Promise<readonly SetBaseline[]> {
  const { eval: evals, force, withReplies, ...where } = checkedOptions("setBaseline", optionsSchema, options);
  const settings = await readSettings(asCommonOptions(where));
  return writeBaselines(name, listOf<string>(runs), {
    settings,
    force,
    withReplies,
    ask: undefined,
    ...(evals !== undefined && { eval: listOf<string>(evals) }),
  });
}
