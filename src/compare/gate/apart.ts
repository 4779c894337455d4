import { change, figure, type Scale } from "../../core/figures.ts";

export interface Written {
  readonly scale: Scale;
  /** A difference: with its sign, and in points. */
  readonly signed: boolean;
}

const mostDigits = 12;

/**
 * How the numbers of one claim are written: with as many digits as it takes to tell each from the bound that it is held against, so that
 * no reader sees "at most 0.0, and asked is at most 0.0" where they differ.
 *
 * @param numbers those that are held against the bound
 */
export function writtenApart(numbers: readonly number[], bound: number, as: Written): (number: number) => string {
  const usual = (number: number) => (as.signed ? change(number, as.scale) : figure(number, as.scale));
  if (isApart(usual)) return usual;
  for (let digits = 2; digits <= mostDigits; digits++) {
    const finer = (number: number) => withDigits(number, digits, as);
    if (isApart(finer)) return finer;
  }
  return (number) => withDigits(number, undefined, as);

  function isApart(write: (number: number) => string): boolean {
    const text = write(bound);
    if (bound !== 0 && !/[1-9]/.test(text)) return false;
    return numbers.every((number) => number === bound || write(number) !== text);
  }
}

/** @param digits after the point; absent = all that the number has */
function withDigits(number: number, digits: number | undefined, { scale, signed }: Written): string {
  const size = Math.abs(scale === "percent" ? number * 100 : number);
  const text = digits === undefined ? String(size) : size.toFixed(digits);
  const nothing = !/[1-9]/.test(text);
  const sign = nothing ? (signed ? "±" : "") : number < 0 ? "−" : signed ? "+" : "";
  const unit = scale === "percent" ? (signed ? " points" : " %") : scale === "ms" ? " ms" : "";
  return `${sign}${scale === "usd" ? "$" : ""}${text}${unit}`;
}
