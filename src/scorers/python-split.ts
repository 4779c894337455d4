// biome-ignore lint/suspicious/noControlCharactersInRegex: Python's white space has U+001C to U+001F and U+0085, and not U+FEFF
const space = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Words as Python's `str.split()` finds them. */
export function pythonSplit(text: string): string[] {
  return text.split(space).filter((word) => word !== "");
}
