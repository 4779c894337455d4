import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { toSample } from "../../core/sample.ts";
import { evalTexts } from "./eval-texts.ts";
import { hashes } from "./hashes.ts";
import { nearIndex } from "./near-index.ts";
import { addShingles } from "./shingles.ts";

/** Texts of a small vocabulary, some of which are others with a few words changed. */
function textsLike(seed: number, count: number): string[] {
  const random = seededRandom(seed);
  const pick = (n: number) => Math.floor(random() * n);
  const vocabulary = Array.from({ length: 150 }, () =>
    Array.from({ length: 3 + pick(5) }, () => "abcdefghijkl"[pick(12)]).join(""),
  );
  const word = () => vocabulary[pick(150)] as string;
  const texts: string[] = [];
  for (let at = 0; at < count; at++) {
    const old = at > 10 && random() < 0.6 ? texts[pick(texts.length)] : undefined;
    const words = old?.split(" ") ?? Array.from({ length: 10 + pick(20) }, word);
    const changes = old === undefined ? 0 : pick(6);
    for (let i = 0; i < changes; i++) words[pick(words.length)] = word();
    texts.push(words.join(" "));
  }
  return texts;
}

function shinglesOf(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 4) }, (_, at) => text.slice(at, at + 5)));
}

describe("nearIndex", () => {
  test.each([1, 2, 3])("finds what comparing every pair finds, each with the same similarity (%i)", (seed) => {
    const all = textsLike(seed, 160);
    const [units, rows] = [[...new Set(all.slice(0, 80))], all.slice(80)];
    const index = nearIndex(evalTexts(units.map((input, at) => toSample({ input }, at, "t"))), () => true);
    const sets = units.map(shinglesOf);
    const weights = new Map<string, number>();
    for (const set of sets) for (const shingle of set) weights.set(shingle, (weights.get(shingle) ?? 0) + 1);
    for (const [shingle, having] of weights) weights.set(shingle, Math.log((units.length + 1) / having) ** 2);
    const sum = (shingles: Iterable<string>) => [...shingles].reduce((total, one) => total + (weights.get(one) as number), 0);
    let found = 0;
    for (const row of rows) {
      const of = shinglesOf(row);
      const wanted = sets.flatMap((set, unit) => {
        const both = [...set].filter((shingle) => of.has(shingle));
        const contained = both.length / set.size;
        const jaccard = both.length / (set.size + of.size - both.length);
        const isNear = (jaccard >= 0.7 || contained >= 0.8) && sum(both) >= 0.7 * sum(set);
        return isNear && row.length - 4 <= 3 * (units[unit] as string).length
          ? [[unit, Math.max(jaccard, contained >= 0.8 ? contained : 0)]]
          : [];
      });
      const shingles = hashes();
      addShingles(row, shingles);
      const near = index.near(shingles, 0).map(({ unit, similarity }) => [unit, similarity]);
      expect(near.sort((a, b) => (a[0] as number) - (b[0] as number))).toEqual(wanted);
      found += wanted.length;
    }
    expect(found).toBeGreaterThan(10);
  });

  test("finds a text in the middle of a book, and takes the book's words, scattered, for none", () => {
    const [wanted = "", ...others] = textsLike(4, 12);
    const index = nearIndex(evalTexts([wanted, ...others].map((input, at) => toSample({ input }, at, "t"))), () => true);
    const book = textsLike(5, 3000).join(" ");
    const near = (text: string) => {
      const shingles = hashes();
      addShingles(text, shingles);
      return index.near(shingles, 0).map(({ unit }) => unit);
    };
    expect(near(`${book} ${wanted} ${book}`)).toEqual([0]);
    expect(near(`${book} ${wanted.split(" ").join(` ${book.slice(0, 200)} `)}`)).toEqual([]);
  });
});
