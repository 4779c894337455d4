import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultRetry, retryDelay, toldToWait } from "./retry.ts";

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

  test("is what the server asked for, and the same spread on top: those who were told the same second do not come back in it", () => {
    expect(retryDelay(defaultRetry, 1, 1500, always(0))).toBe(1500);
    expect(retryDelay(defaultRetry, 1, 1500, always(highest))).toBeCloseTo(2000);
    expect(retryDelay(defaultRetry, 0, 1500, always(highest))).toBeCloseTo(2000);
    expect(retryDelay(defaultRetry, 3, 1500, always(highest))).toBeCloseTo(3500);
  });

  test("is always a time that can be waited for", () => {
    const told = fc.option(fc.double({ min: 0, max: defaultRetry.retryAfterCapMs, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.nat(), told, fc.double({ min: 0, max: highest, noNaN: true }), (failures, asked, drawn) => {
        const wait = retryDelay(defaultRetry, failures, asked, always(drawn));
        expect(wait).toBeGreaterThanOrEqual(asked ?? 0);
        expect(wait).toBeLessThanOrEqual((asked ?? 0) + defaultRetry.capMs);
      }),
    );
  });
});

describe("toldToWait", () => {
  test.each([
    { after: undefined, ms: undefined },
    { after: 0, ms: 0 },
    { after: 1500, ms: 1500 },
    { after: -5, ms: 0 },
    { after: Number.NaN, ms: undefined },
    { after: Number.POSITIVE_INFINITY, ms: undefined },
    { after: Number.NEGATIVE_INFINITY, ms: undefined },
  ])("takes $after for $ms ms", ({ after, ms }) => {
    expect(toldToWait(after)).toBe(ms);
  });
});
