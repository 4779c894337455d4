import { z } from "zod";
import { scorerKind } from "../core/catalogue.ts";
import type { SampleContent } from "../core/sample.ts";
import { gradedTextScorer, passAtSchema } from "./graded-text-scorer.ts";
import { ngramCount, ngramMatches, wordCodes } from "./ngram-matches.ts";
import { pythonSplit } from "./python-split.ts";
import { needsInputAndIdeal } from "./text-scorer.ts";
import { tokenize13a } from "./tokenize-13a.ts";

const argsSchema = z.strictObject({
  pass_at: passAtSchema,
  ignore_case: z.boolean().optional(),
  /** `13a` is sacreBLEU's default; `char` is for languages without spaces, `none` for text that is tokenised already. */
  tokenize: z.enum(["13a", "char", "none"]).optional(),
});
type BleuArgs = z.infer<typeof argsSchema>;

const order = 4;

/**
 * BLEU of one text, 0 to 100: geometric mean of n-gram precisions times a penalty for being short. All ideals are its references.
 *
 * Agrees with sacreBLEU's `sentence_bleu`, signature `nrefs:<ideals>|case:mixed|eff:yes|tok:13a|smooth:exp`: the n-th order without a
 * match counts as half a match, the next as a quarter, and orders longer than the text do not count. A text without any match is 0.
 *
 * @see Papineni et al. 2002; Chen & Cherry 2014, method 3; Post 2018
 */
export function sentenceBleu(reply: string, ideals: readonly string[], args: Omit<BleuArgs, "pass_at"> = {}): number {
  const numbered = wordCodes();
  const references = ideals.map((ideal) => numbered(tokensOf(ideal, args)));
  const said = numbered(tokensOf(reply, args));
  const matches = ngramMatches(said, references, order);
  if (matches.every((found) => found === 0)) return 0;
  let logs = 0;
  let orders = 0;
  let smoothing = 1;
  for (let n = 1; n <= order; n++) {
    const total = ngramCount(said.length, n);
    if (total === 0) break;
    orders = n;
    const found = matches[n - 1] as number;
    if (found === 0) smoothing *= 2;
    logs += Math.log(found === 0 ? 1 / (smoothing * total) : found / total);
  }
  const wanted = closestLength(references, said.length);
  const brevity = said.length < wanted ? Math.exp(1 - wanted / said.length) : 1;
  return 100 * brevity * Math.exp(logs / orders);
}

/** Of the reference that is nearest in length; of two as near the shorter. */
function closestLength(references: readonly { readonly length: number }[], length: number): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const { length: other } of references) {
    const far = Math.abs(other - length);
    if (far < distance || (far === distance && other < best)) {
      best = other;
      distance = far;
    }
  }
  return best;
}

function tokensOf(text: string, { tokenize = "13a", ignore_case: ignoreCase }: Omit<BleuArgs, "pass_at">): string[] {
  const cased = (ignoreCase ? text.toLowerCase() : text).trimEnd();
  if (tokenize === "13a") return tokenize13a(cased);
  return tokenize === "char" ? pythonSplit(cased).flatMap((word) => [...word]) : pythonSplit(cased);
}

function checkSample(sample: SampleContent): string | undefined {
  const missing = needsInputAndIdeal(sample);
  if (missing !== undefined) return missing;
  const empty = sample.ideal.find((ideal) => pythonSplit(ideal).length === 0);
  return empty === undefined ? undefined : `its \`ideal\` ${JSON.stringify(empty)} is empty, so no reply could be like it`;
}

export const bleuKind = scorerKind({
  args: argsSchema,
  sampling: () => ({ temperature: 0 }),
  checkSample,
  create: (args, setup) =>
    gradedTextScorer({
      kind: "bleu",
      args,
      setup,
      measure: "bleu",
      grade: (reply, ideals) => ({ value: sentenceBleu(reply, ideals, args) }),
    }),
});
