import { pythonSplit } from "./python-split.ts";

const punctuation = /[!-/:-@[-`{-~]/g;
// Python's \b: letters, digits and underscore are word characters, combining marks are not.
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;

/**
 * The words that openai/evals compares in `FuzzyMatch`: lower case, ASCII punctuation deleted, the articles a, an, the removed, split
 * at white space.
 */
export function normalisedWords(text: string): string[] {
  return pythonSplit(text.toLowerCase().replace(punctuation, "").replace(article, " "));
}
