import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultRetry, retryDelay } from "./retry.ts";

const always = (value: number) => () => value;
const highest = 1 - Number.EPSILON;

describe("retryDelay", () => {
  test.each([
    { failures: 1, limit: 500 },
    { failures: 2, limit: 1000 },
    { failures: 5, limit: 8000 },
    { failures: 7, limit: 20_000 },
    { failures: 2000, limit: 20_000 },
  ])("after $failures failures is anything from 0 to $limit ms", ({ failures, limit }) => {
    expect(retryDelay(defaultRetry, failures, undefined, always(0))).toBe(0);
    expect(retryDelay(defaultRetry, failures, undefined, always(0.5))).toBe(limit / 2);
    expect(retryDelay(defaultRetry, failures, undefined, always(highest))).toBeCloseTo(limit);
  });

  test.each([
    { after: 0, least: 0 },
    { after: 1500, least: 1500 },
    { after: 60_000, least: 60_000 },
    { after: 3_600_000, least: 60_000 },
    { after: -5, least: 0 },
  ])("is what the server asked for ($after ms), at most a minute, and a little spread", ({ after, least }) => {
    expect(retryDelay(defaultRetry, 3, after, always(0))).toBe(least);
    expect(retryDelay(defaultRetry, 3, after, always(highest))).toBeCloseTo(least + 500);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "takes a server that asks for %s as saying nothing",
    (after) => {
      expect(retryDelay(defaultRetry, 2, after, always(0.5))).toBe(500);
    },
  );

  test("is always a time that can be waited for", () => {
    const after = fc.option(fc.double(), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(), after, fc.double({ min: 0, max: highest, noNaN: true }), (failures, asked, drawn) => {
        const wait = retryDelay(defaultRetry, failures + 1, asked, always(drawn));
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(61_000);
      }),
    );
  });
});
