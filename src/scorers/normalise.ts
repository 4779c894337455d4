const punctuation = /[!-/:-@[-`{-~]/g;
// Python's \b: letters, digits and underscore are word characters, combining marks are not.
const article = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python's white space has U+001C to U+001F and U+0085, and not U+FEFF
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/**
 * The words that openai/evals compares in `FuzzyMatch`: lower case, ASCII punctuation deleted, the articles a, an, the removed, split
 * at white space.
 */
export function normalisedWords(text: string): string[] {
  const words = text.toLowerCase().replace(punctuation, "").replace(article, " ").split(space);
  return words.filter((word) => word !== "");
}
