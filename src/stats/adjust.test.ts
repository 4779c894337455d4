import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { benjaminiHochberg, holm } from "./adjust.ts";

test.each([
  { ps: [0.01, 0.04, 0.03, 0.005], byHolm: [0.03, 0.06, 0.06, 0.02], byBh: [0.02, 0.04, 0.04, 0.02] },
  {
    ps: [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205],
    byHolm: [0.008, 0.056, 0.234, 0.234, 0.234, 0.234, 0.234, 0.234],
    byBh: [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.084571, 0.205],
  },
])("$ps", ({ ps, byHolm, byBh }) => {
  for (const [i, p] of holm(ps).entries()) expect(p).toBeCloseTo(byHolm[i] as number, 12);
  for (const [i, p] of benjaminiHochberg(ps).entries()) expect(p).toBeCloseTo(byBh[i] as number, 6);
});

describe.each([
  ["holm", holm],
  ["benjaminiHochberg", benjaminiHochberg],
])("%s", (_, adjust) => {
  const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 });

  test("stays within 0 and 1, is never below the raw p-value, and keeps its order", () => {
    fc.assert(
      fc.property(list, (ps) => {
        const adjusted = adjust(ps);
        for (const [i, p] of ps.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          for (const [j, q] of ps.entries()) if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] as number);
        }
      }),
    );
  });

  test("does not depend on the order of the tests", () => {
    fc.assert(
      fc.property(list, (ps) => {
        expect(adjust([...ps].reverse())).toEqual(adjust(ps).reverse());
      }),
    );
  });

  test("refuses what is no p-value", () => {
    expect(() => adjust([0.1, 1.2])).toThrow(RangeError);
    expect(() => adjust([Number.NaN])).toThrow(RangeError);
  });
});

test("Benjamini-Hochberg never asks for more than Holm", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 }), (ps) => {
      const strict = holm(ps);
      for (const [i, p] of benjaminiHochberg(ps).entries()) expect(p).toBeLessThanOrEqual((strict[i] as number) + 1e-12);
    }),
  );
});
