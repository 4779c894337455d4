import { type LeakKind, type LeakLine, leakKinds } from "../../core/leakage.ts";
import { equalityIndex } from "./equality.ts";
import { evalTexts, longAnswer, type Unit } from "./eval-texts.ts";
import { excerptOf } from "./excerpt.ts";
import { gramIndex } from "./gram-index.ts";
import { hashes } from "./hashes.ts";
import type { LeakSample } from "./leak-sample.ts";
import { nearIndex } from "./near-index.ts";
import { normaliseText } from "./normalise-text.ts";
import { addShingles } from "./shingles.ts";
import type { TrainingRow } from "./training-row.ts";
import { addWords, countWords } from "./words.ts";

/** What was found, in numbers. */
export interface LeakSummary {
  readonly samples: number;
  readonly train_rows: number;
  readonly leaked: number;
  /** Of the leaked ones; each is counted once, by its surest kind. */
  readonly kinds: { readonly [Kind in LeakKind]: number };
  /** Samples of whose own words 13 in a row stand in a training row, leaked or not. */
  readonly marked: number;
  /** Samples whose prompt is in the training data with an answer that is none of theirs; answers below eight words alone. */
  readonly conflicts: number;
  /** Samples with an answer of eight words or more that several training rows have: wording that is used again, no leak. */
  readonly shared_answers: number;
  /** Samples with fewer than eight words of their own, which are looked for as a whole alone. */
  readonly too_short: number;
}

/** A leaked sample beside the training row that is most like it. */
export interface LeakPair {
  readonly leak: LeakLine;
  /** Of the row's file; absent where the rows come from no file. */
  readonly line?: number | undefined;
  /** What is asked, and the part of the row that is like it: untrusted, and cut to a few hundred characters. */
  readonly sample: string;
  readonly train: string;
}

export interface LeakFindings {
  /** In the order of the samples. */
  readonly leaks: readonly LeakLine[];
  /** Those of `leaks`, in the same order. */
  readonly pairs: readonly LeakPair[];
  readonly summary: LeakSummary;
}

/** The row that is most like a sample or unit, so far. */
interface Best {
  /** Index into `leakKinds`. */
  readonly kind: number;
  readonly similarity: number;
  readonly row: number;
  readonly line: number | undefined;
  readonly train: string;
}

const [exact, normalised, gram, near] = [0, 1, 2, 3];

/** More training rows than this with one answer use its wording; they do not give the sample away. */
const mostRowsOfAnswer = 3;

/**
 * Finds the samples that are in training data, by their prompts, and by their answers where those have eight words or more.
 *
 * The samples are indexed and the training rows pass by, so that memory grows with the samples alone: about 50 bytes for each character of
 * theirs. No sample is missed that a kind of `leakKinds` describes.
 *
 * @throws what the iterables throw
 */
export async function findLeaks({
  train,
  samples,
}: {
  readonly train: Iterable<TrainingRow> | AsyncIterable<TrainingRow>;
  readonly samples: Iterable<LeakSample>;
}): Promise<LeakFindings> {
  const texts = evalTexts(samples);
  const { units } = texts;
  const equals = equalityIndex(texts);
  const grams = gramIndex(texts);
  const nears = nearIndex(texts, grams.isLongEnough);
  const bestOfSample: (Best | undefined)[] = texts.samples.map(() => undefined);
  const bestOfUnit: (Best | undefined)[] = units.map(() => undefined);
  const rowsOfUnit = new Uint32Array(units.length);
  const lastRowOfUnit = new Uint32Array(units.length);
  const conflicts = new Set<number>();
  const words = hashes();
  const shingles = hashes();
  let rows = 0;

  for await (const row of train) {
    rows++;
    const note = (list: (Best | undefined)[], at: number, kind: number, similarity: number, unit: number) => {
      if (lastRowOfUnit[unit] !== rows) rowsOfUnit[unit] = (rowsOfUnit[unit] as number) + 1;
      lastRowOfUnit[unit] = rows;
      const old = list[at];
      if (old !== undefined && (kind > old.kind || (kind === old.kind && similarity <= old.similarity))) return;
      const sample = texts.samples[(units[unit] as Unit).samples[0] as number];
      list[at] = { kind, similarity, row: row.row, line: row.line, train: excerptOf(row, sample?.shown ?? "") };
    };
    const said = row.turns.map(({ text }) => normaliseText(text));
    const system = normaliseText(row.system);
    for (const { unit, isExact, answer } of equals(row, said, system)) {
      for (const [place, sample] of (units[unit] as Unit).samples.entries()) {
        if (isExact(place) && units[unit]?.part !== "answer") note(bestOfSample, sample, exact as number, 1, unit);
        const ideal = texts.samples[sample]?.ideal ?? [];
        if (answer !== undefined && isConflict(ideal, answer)) conflicts.add(sample);
      }
      note(bestOfUnit, unit, normalised as number, 1, unit);
    }

    const last = row.turns.at(-1)?.answer ? said.length - 1 : said.length;
    const asked = joined(said.slice(0, last));
    // System prompts at the end: whatever stands before is at the same place without them.
    const whole = joined([...said, system]);
    words.length = 0;
    addWords(whole, words);
    for (const { unit, share } of grams.covered(words)) note(bestOfUnit, unit, gram as number, share, unit);
    shingles.length = 0;
    addShingles(whole, shingles);
    for (const { unit, similarity } of nears.near(shingles, asked.length - 4))
      note(bestOfUnit, unit, near as number, similarity, unit);
  }

  const shared = new Set<number>();
  const marked = new Set<number>();
  const short = new Set<number>();
  for (const [at, { part, samples: having }] of units.entries()) {
    const isWording = part === "answer" && (having.length > 1 || (rowsOfUnit[at] as number) > mostRowsOfAnswer);
    const found = bestOfUnit[at];
    for (const sample of having) {
      if (part !== "answer" && !grams.isLongEnough(at)) short.add(sample);
      if (isWording && found !== undefined) shared.add(sample);
      else {
        if ((grams.longest[at] as number) >= 13) marked.add(sample);
        const old = bestOfSample[sample];
        if (found !== undefined && (old === undefined || isSurer(found, old))) bestOfSample[sample] = found;
      }
    }
  }
  return {
    ...listed(texts.samples, bestOfSample),
    summary: {
      samples: texts.samples.length,
      train_rows: rows,
      leaked: bestOfSample.filter((one) => one !== undefined).length,
      kinds: Object.fromEntries(
        leakKinds.map((kind, at) => [kind, bestOfSample.filter((one) => one?.kind === at).length]),
      ) as LeakSummary["kinds"],
      marked: marked.size,
      conflicts: conflicts.size,
      shared_answers: shared.size,
      too_short: short.size,
    },
  };
}

function isSurer(one: Best, other: Best): boolean {
  if (one.kind !== other.kind) return one.kind < other.kind;
  return one.similarity > other.similarity || (one.similarity === other.similarity && one.row < other.row);
}

function listed(
  samples: ReturnType<typeof evalTexts>["samples"],
  best: readonly (Best | undefined)[],
): Pick<LeakFindings, "leaks" | "pairs"> {
  const pairs = samples.flatMap(({ id, item, shown }, at): LeakPair[] => {
    const found = best[at];
    if (found === undefined) return [];
    const { kind, similarity, row, line, train } = found;
    const leak: LeakLine = { type: "leak", id, item, kind: leakKinds[kind] as LeakKind, similarity, train_row: row };
    return [{ leak, line, sample: shown, train }];
  });
  return { leaks: pairs.map(({ leak }) => leak), pairs };
}

/** Answers in many words can differ and both be right. */
function isConflict(ideal: readonly string[], answer: string): boolean {
  const isShort = (text: string) => countWords(text, longAnswer) < longAnswer;
  return ideal.length > 0 && isShort(answer) && ideal.every((one) => isShort(one) && !isSameAnswer(one, answer));
}

/** Either may be a part of the other: "disk", and "The disk is full". */
function isSameAnswer(one: string, other: string): boolean {
  return ` ${one} `.includes(` ${other} `) || ` ${other} `.includes(` ${one} `);
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== "").join(" ");
}
