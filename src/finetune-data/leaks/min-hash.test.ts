import { describe, expect, test } from "vitest";
import { mersenneTwister } from "../../core/random.ts";
import { bandHashes, bands } from "./min-hash.ts";

describe("bandHashes", () => {
  // 1 - (1 - s^8)^16: Leskovec, Rajaraman & Ullman, section 3.4.2.
  test.each([
    { similarity: 0.5, shared: 100, own: 50, chance: 0.0607 },
    { similarity: 0.7, shared: 140, own: 30, chance: 0.61327 },
    { similarity: 0.8, shared: 160, own: 20, chance: 0.94705 },
  ])("sets of Jaccard similarity $similarity fall together with a chance of $chance", ({ shared, own, chance }) => {
    const next = mersenneTwister(7);
    const draw = (n: number) => Array.from({ length: n }, () => next() | 0);
    const trials = 2000;
    const [left, right] = [new Int32Array(bands), new Int32Array(bands)];
    let together = 0;
    for (let trial = 0; trial < trials; trial++) {
      const both = draw(shared);
      bandHashes(Int32Array.from([...both, ...draw(own)]), left);
      bandHashes(Int32Array.from([...draw(own), ...both]), right);
      if (left.some((hash, band) => hash === right[band])) together++;
    }
    const error = Math.sqrt((chance * (1 - chance)) / trials);
    expect(Math.abs(together / trials - chance)).toBeLessThan(4 * error);
  });

  test("depend on neither order nor repetition", () => {
    const [left, right] = [new Int32Array(bands), new Int32Array(bands)];
    bandHashes(Int32Array.of(3, 1, 2), left);
    bandHashes(Int32Array.of(1, 2, 3, 3, 1), right);
    expect(left).toEqual(right);
  });
});
