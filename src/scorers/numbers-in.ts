/** A number in a text, and where it stands there. */
export interface FoundNumber {
  readonly value: number;
  /** Exactly: as digits with a point, without separators. */
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

export interface NumberFormat {
  /** `1.234,5` instead of `1,234.5`. */
  readonly decimal_comma?: boolean | undefined;
}

const spaces = "\\u00a0\\u2009\\u202f";

/**
 * Not inside a word or a longer number, so that `gpt4`, the 3 of `1.2.3` and the end of `2-3` count for nothing or for themselves.
 * At most 20 groups of three digits are taken together: no number is longer, and text made to be slow is not.
 */
function pattern(group: string, point: string): RegExp {
  const whole = `\\d{1,3}(?:([${group}'’${spaces}])\\d{3})(?:\\1\\d{3}){0,20}(?!\\d)|\\d+`;
  const number = `(?:${whole})(?:${point}\\d+)?|${point}\\d+`;
  return new RegExp(
    `(?<![\\p{L}\\p{M}\\p{N}_]|\\d${point})(?:(?<![\\p{N})\\]])[-+−])?(?:${number})(?:[eE][-+]?\\d{1,4}(?!\\d))?`,
    "gu",
  );
}

const withPoint = pattern(",", "\\.");
const withComma = pattern(".", ",");

/** The numbers that a text says, in order: with sign, thousands separators, decimals and exponent. */
export function numbersIn(text: string, { decimal_comma: comma }: NumberFormat = {}): FoundNumber[] {
  const found: FoundNumber[] = [];
  for (const { 0: said, index } of text.matchAll(comma ? withComma : withPoint)) {
    const plain = said.replace(/['’\u00a0\u2009\u202f]/g, "").replace("−", "-");
    const digits = comma ? plain.replaceAll(".", "").replace(",", ".") : plain.replaceAll(",", "");
    const value = Number(digits);
    if (Number.isFinite(value)) found.push({ value, digits, start: index, end: index + said.length });
  }
  return found;
}
