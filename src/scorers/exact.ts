import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";

const argsSchema = z.strictObject({
  /** Ignore white space around the reply and the ideals. */
  trim: z.boolean().optional(),
  ignore_case: z.boolean().optional(),
});
export type ExactArgs = z.infer<typeof argsSchema>;

/** The first ideal that the reply is, character for character, or undefined. */
export function exact(reply: string, ideals: readonly string[], args: ExactArgs = {}): string | undefined {
  const text = prepare(reply, args);
  return ideals.find((ideal) => prepare(ideal, args) === text);
}

function prepare(text: string, args: ExactArgs): string {
  const trimmed = args.trim ? text.trim() : text;
  return args.ignore_case ? trimmed.toLowerCase() : trimmed;
}

export const exactKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample: needsInputAndIdeal,
  create: (args, setup) =>
    textScorer({
      kind: "exact",
      args,
      setup,
      judge(reply, ideals) {
        const picked = exact(reply, ideals, args);
        return { passed: picked !== undefined, picked };
      },
    }),
});
