import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sentenceBleu } from "./bleu.ts";
import { sentenceChrf } from "./chrf.ts";
import { rougeLF1 } from "./rouge-l.ts";

interface Golden {
  readonly reply: string;
  readonly ideals: readonly string[];
  readonly bleu: number;
  readonly bleu_lc: number;
  readonly bleu_char: number;
  readonly bleu_none: number;
  readonly chrf: number;
  readonly chrf2: number;
  readonly chrf_lc: number;
  /** Of ASCII texts only. */
  readonly rouge_l?: number;
}

/** Made by running sacrebleu 2.6.0 and rouge-score 0.1.2 on these texts; sentence level. */
const golden: readonly Golden[] = JSON.parse(
  readFileSync(new URL("../../test/fixtures/text-metrics/sacrebleu-2.6.0.json", import.meta.url), "utf8"),
);
const best = (ideals: readonly string[], alike: (ideal: string) => number) => Math.max(...ideals.map(alike));

describe.each(golden)("$reply against $ideals", ({ reply, ideals, ...wanted }) => {
  test.each([
    ["BLEU", wanted.bleu, () => sentenceBleu(reply, ideals)],
    ["BLEU in lower case", wanted.bleu_lc, () => sentenceBleu(reply, ideals, { ignore_case: true })],
    ["BLEU of characters", wanted.bleu_char, () => sentenceBleu(reply, ideals, { tokenize: "char" })],
    ["BLEU of words as they stand", wanted.bleu_none, () => sentenceBleu(reply, ideals, { tokenize: "none" })],
    ["chrF", wanted.chrf, () => best(ideals, (ideal) => sentenceChrf(reply, ideal))],
    ["chrF++", wanted.chrf2, () => best(ideals, (ideal) => sentenceChrf(reply, ideal, { word_order: 2 }))],
    ["chrF in lower case", wanted.chrf_lc, () => best(ideals, (ideal) => sentenceChrf(reply, ideal, { ignore_case: true }))],
  ])("%s is sacreBLEU's", (_, value, ours) => {
    expect(ours()).toBeCloseTo(value, 8);
  });
});

test.each(golden.filter(({ rouge_l: value }) => value !== undefined))(
  "$reply against $ideals: ROUGE-L is rouge_score's",
  ({ reply, ideals, rouge_l: value }) => {
    expect(best(ideals, (ideal) => rougeLF1(reply, ideal))).toBeCloseTo(value as number, 8);
  },
);
