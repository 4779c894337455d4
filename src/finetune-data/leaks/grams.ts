import type { Hashes } from "./hashes.ts";
import { mixed } from "./text-key.ts";

/** Words in a run that is looked for. */
export const gramWords = 8;

const bases = [0x2c9277b5, 0x5f356495] as const;
const dropped = bases.map(power) as [number, number];

function power(base: number): number {
  let product = 1;
  for (let i = 0; i < gramWords; i++) product = Math.imul(product, base);
  return product;
}

/**
 * Calls `each` with every run of eight of the words from `start` to `end`, in their order: 64 bits in two numbers, so that by chance one of a
 * hundred million runs is taken for one of a million others once in 180,000 times.
 */
export function eachGram(
  { values }: Hashes,
  start: number,
  end: number,
  each: (first: number, second: number, at: number) => void,
): void {
  let a = 0;
  let b = 0;
  for (let i = start; i < end; i++) {
    const word = values[i] as number;
    a = (Math.imul(a, bases[0]) + word) | 0;
    b = (Math.imul(b, bases[1]) + mixed(word)) | 0;
    if (i >= start + gramWords) {
      const gone = values[i - gramWords] as number;
      a = (a - Math.imul(gone, dropped[0])) | 0;
      b = (b - Math.imul(mixed(gone), dropped[1])) | 0;
    }
    if (i >= start + gramWords - 1) each(mixed(a), b, i - gramWords + 1);
  }
}
