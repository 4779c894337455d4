import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";
import { isWholeWord } from "./word.ts";

const argsSchema = z.strictObject({
  /** Accepted and not sent, as upstream does. */
  max_tokens: z.int().positive().optional(),
  /** Ignore white space around the reply and the ideals. */
  trim: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
  /** The ideal must not end inside a word of the reply: `1` is not right for `17`. */
  whole_word: z.boolean().optional(),
});
export type MatchArgs = z.infer<typeof argsSchema>;

/**
 * The first ideal that the reply starts with, or undefined.
 *
 * By default the rule of openai/evals' `Match`: case-sensitive, nothing trimmed, so that moving a registry over moves no verdict. An
 * empty ideal fits every reply, and a label that begins another (`1`, `17`) fits both.
 */
export function match(reply: string, ideals: readonly string[], args: MatchArgs = {}): string | undefined {
  const text = prepare(reply, args);
  return ideals.find((ideal) => {
    const wanted = prepare(ideal, args);
    return text.startsWith(wanted) && (!args.whole_word || isWholeWord(text, wanted, 0, true));
  });
}

function prepare(text: string, args: MatchArgs): string {
  const trimmed = args.trim ? text.trim() : text;
  return args.ignore_case ? trimmed.toLowerCase() : trimmed;
}

export const matchKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: needsInputAndIdeal,
  create: (args, setup) =>
    textScorer({
      kind: "match",
      args,
      setup,
      judge(reply, ideals) {
        const picked = match(reply, ideals, args);
        return { passed: picked !== undefined, picked };
      },
    }),
});
