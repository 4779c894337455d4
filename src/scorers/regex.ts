import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import { messageOf } from "../core/errors.ts";
import type { SampleContent } from "../core/sample.ts";
import { type BoundedRegex, boundedRegex } from "./bounded-regex.ts";
import { needsInputAndIdeal, textScorer } from "./text-scorer.ts";

const argsSchema = z
  .strictObject({
    /** One pattern for all samples; without it each ideal is a pattern. */
    pattern: z.string().min(1).optional(),
    ignore_case: z.boolean().optional(),
    /** `^` and `$` stand for the ends of lines too. */
    multiline: z.boolean().optional(),
    /** `.` stands for a line break too. */
    dotall: z.boolean().optional(),
    /** The reply as a whole must fit, not a part of it. */
    whole: z.boolean().optional(),
    /** Right is a reply that does not fit. */
    not: z.boolean().optional(),
  })
  .superRefine((args, ctx) => {
    const fault = args.pattern === undefined ? undefined : faultOf(args.pattern, args);
    if (fault !== undefined) ctx.addIssue({ code: "custom", path: ["pattern"], message: fault });
  });
export type RegexArgs = z.infer<typeof argsSchema>;

/** What the scorer would search for. */
function compile(pattern: string, args: RegexArgs): BoundedRegex {
  const flags = `u${args.ignore_case ? "i" : ""}${args.multiline ? "m" : ""}${args.dotall ? "s" : ""}`;
  return boundedRegex(args.whole ? `^(?:${pattern})$` : pattern, flags);
}

function faultOf(pattern: string, args: RegexArgs): string | undefined {
  try {
    compile(pattern, args);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Patterns of samples that are kept compiled: more than any eval with a handful of answers has, and little memory. */
const mostKept = 200;

/** The first pattern that the reply fits (with `not`: the first that it does not), or undefined. */
export function regexMatcher(args: RegexArgs): (reply: string, patterns: readonly string[]) => string | undefined {
  const known = new Map<string, BoundedRegex>();
  const compiled = (pattern: string): BoundedRegex => {
    let regex = known.get(pattern);
    if (regex === undefined) {
      if (known.size === mostKept) known.clear();
      regex = compile(pattern, args);
      known.set(pattern, regex);
    }
    return regex;
  };
  return (reply, patterns) => patterns.find((pattern) => compiled(pattern).test(reply) !== (args.not === true));
}

function checkSample(sample: SampleContent, args: RegexArgs): string | undefined {
  if (args.pattern !== undefined) {
    return sample.input === null ? "it has no `input`, so there is nothing to ask" : undefined;
  }
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  for (const ideal of sample.ideal) {
    const fault = faultOf(ideal, args);
    if (fault !== undefined) return `its \`ideal\` is no pattern: ${fault}`;
  }
  return undefined;
}

export const regexKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample,
  create(args, setup) {
    const first = regexMatcher(args);
    const fixed = args.pattern === undefined ? undefined : [args.pattern];
    return textScorer({
      kind: "regex",
      args,
      setup,
      judge(reply, ideals) {
        const picked = first(reply, fixed ?? ideals);
        return { passed: picked !== undefined, picked };
      },
    });
  },
});
