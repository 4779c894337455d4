import { z } from "zod";
import { hashJson } from "../core/hash.ts";
import { onlyCompletion, type Score, type Scorer } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { type TextScorerParts, textScorer } from "./text-scorer.ts";

/** From which value on a reply is right; without it there is a value and no verdict. */
export const passAtSchema = z.number().optional();

interface Grade {
  readonly value: number;
  /** The ideal that the reply is most like, where they are looked at one by one. */
  readonly picked?: string;
}

export interface GradedTextParts extends Pick<TextScorerParts, "kind" | "setup"> {
  readonly args: TextScorerParts["args"] & { readonly pass_at?: number | undefined };
  /** Name of the value: `levenshtein`. */
  readonly measure: string;
  grade(reply: string, ideals: readonly string[]): Grade;
}

/**
 * A scorer that measures how like its ideals a reply is: the value, and, with `pass_at`, accuracy from that value on, for which labels
 * count as with every scorer of texts.
 */
export function gradedTextScorer({ kind, args, setup, measure, grade }: GradedTextParts): Scorer {
  const { pass_at: passAt } = args;
  const { name, compat, labels } = setup;
  if (passAt === undefined) {
    return {
      name,
      hash: hashJson({ kind, args, labels, compat }),
      needs: {},
      score(sample, replies): Score[] {
        const completion = onlyCompletion(replies);
        const { value } = grade(compat ? rawText(completion) : completion.text, sample.ideal);
        return [{ name: measure, value }];
      },
    };
  }
  // The verdict and the value ask about the same reply one after the other.
  let last: { readonly reply: string; readonly ideals: readonly string[]; readonly graded: Grade } | undefined;
  const graded = (reply: string, ideals: readonly string[]): Grade => {
    if (last?.reply !== reply || last.ideals !== ideals) last = { reply, ideals, graded: grade(reply, ideals) };
    return last.graded;
  };
  return textScorer({
    kind,
    args,
    setup,
    judge(reply, ideals) {
      const { value, picked } = graded(reply, ideals);
      return value >= passAt ? { passed: true, picked } : { passed: false };
    },
    beside: (reply, ideals) => [{ name: measure, value: graded(reply, ideals).value }],
  });
}

/** The grade by the ideal that a reply is most like. */
export function bestIdeal(alike: (reply: string, ideal: string) => number): GradedTextParts["grade"] {
  return (reply, ideals) => {
    let best: Grade = { value: 0 };
    for (const ideal of ideals) {
      const value = alike(reply, ideal);
      if (best.picked === undefined || value > best.value) best = { value, picked: ideal };
    }
    return best;
  };
}
