import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";
import { includesWord } from "./word.ts";

const argsSchema = z.strictObject({
  ignore_case: z.boolean().optional(),
  /** The ideal must stand in the reply as whole words: `4` is not in `142`. */
  whole_word: z.boolean().optional(),
});
export type IncludesArgs = z.infer<typeof argsSchema>;

/**
 * The first ideal that is anywhere in the reply, or undefined.
 *
 * By default the rule of openai/evals' `Includes`; with `ignore_case` both sides are lower-cased, not case-folded: `STRASSE` does not
 * include `straße`.
 */
export function includes(reply: string, ideals: readonly string[], args: IncludesArgs = {}): string | undefined {
  const text = args.ignore_case ? reply.toLowerCase() : reply;
  return ideals.find((ideal) => {
    const wanted = args.ignore_case ? ideal.toLowerCase() : ideal;
    return args.whole_word ? includesWord(text, wanted) : text.includes(wanted);
  });
}

export const includesKind = scorerKind({
  args: argsSchema,
  // Upstream sends nothing here, so the provider's own temperature holds.
  sampling: () => ({}),
  checkSample: needsInputAndIdeal,
  create: (args, setup) =>
    textScorer({
      kind: "includes",
      args,
      setup,
      judge(reply, ideals) {
        const picked = includes(reply, ideals, args);
        return { passed: picked !== undefined, picked };
      },
    }),
});
