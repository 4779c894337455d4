import { diffArrays } from "diff";

/** A piece of a text, and whether the other text lacks it. */
export interface Mark {
  readonly text: string;
  readonly changed: boolean;
}

export interface WordDiff {
  readonly before: readonly Mark[];
  readonly after: readonly Mark[];
}

/** Longer texts together than this are shown as they are. */
const longest = 60_000;
/** Words to take out and put in before two texts are called different; the work grows with its square. */
const mostEdits = 800;
/** With less in common than this share of their letters, marks would hide more than they show. */
const leastCommon = 0.2;

/** The words that two texts do not share; undefined where nothing changed, or too much to be worth a mark. */
export function wordDiff(before: string, after: string): WordDiff | undefined {
  if (before === after || before === "" || after === "" || before.length + after.length > longest) return undefined;
  const found = diffArrays(wordsOf(before), wordsOf(after), { maxEditLength: mostEdits });
  if (found === undefined) return undefined;
  const parts = found.map(({ value, added, removed }) => ({ value: value.join(""), added, removed }));
  const common = parts.filter(({ added, removed }) => !added && !removed).reduce((sum, { value }) => sum + lettersOf(value), 0);
  if (common < leastCommon * Math.max(lettersOf(before), lettersOf(after)) || common === 0) return undefined;
  return {
    before: parts.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, changed: removed })),
    after: parts.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, changed: added })),
  };
}

// Words of every script, Chinese ones too; what stands between them is a word as well.
const segmenter = new Intl.Segmenter("en", { granularity: "word" });

function wordsOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function lettersOf(text: string): number {
  return text.replace(/[^\p{L}\p{N}]/gu, "").length;
}
