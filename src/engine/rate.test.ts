import { describe, expect, test } from "vitest";
import { rateControl } from "./rate.ts";

/** Starts so many requests, evenly over so many ms. */
function start(rate: ReturnType<typeof rateControl>, count: number, from: number, ms: number): void {
  for (let i = 0; i < count; i++) rate.started(from + (i * ms) / count);
}

describe("rateControl", () => {
  test("holds nobody back before the server does", () => {
    const rate = rateControl();
    start(rate, 1000, 0, 10);
    expect([rate.wait(10), rate.perSecond(10)]).toEqual([0, undefined]);
  });

  test("takes what was taken in the last second for the limit, and begins just below it", () => {
    const rate = rateControl();
    start(rate, 500, 0, 4000);
    start(rate, 50, 4000, 1000);
    rate.started(4999);
    rate.uncount();
    rate.limited(4999, false);
    expect(rate.perSecond(4999)).toBeCloseTo(50 * 0.93, 6);
  });

  test("comes back to the limit, stays near it, and goes beyond it in the end", () => {
    const rate = rateControl();
    start(rate, 50, 0, 900);
    rate.limited(900, false);
    const later = (seconds: number) => {
      const now = 900 + seconds * 1000;
      start(rate, 60, now - 999, 999);
      return rate.perSecond(now) as number;
    };
    expect(later(1)).toBeCloseTo(50, 6);
    expect(later(1.5)).toBeLessThan(51);
    expect(later(3)).toBeGreaterThan(75);
    expect(later(1000)).toBeLessThanOrEqual(120);
  });

  test("goes beyond it only as far as it is made use of", () => {
    const rate = rateControl();
    start(rate, 50, 0, 900);
    rate.limited(900, false);
    expect(rate.perSecond(100_000)).toBe(50);
  });

  test("spaces requests out, makes up for a late timer, and saves nothing up while nobody wants to start", () => {
    const rate = rateControl();
    start(rate, 100, 0, 900);
    rate.limited(900, false);
    rate.started(1000);
    const gap = rate.wait(1000);
    expect(gap).toBeGreaterThan(9);
    expect(gap).toBeLessThan(11);
    rate.started(1050);
    const atOnce = (now: number) => {
      let count = 0;
      for (; rate.wait(now) === 0; count++) rate.started(now);
      return count;
    };
    expect(atOnce(1050)).toBe(3);
    expect(atOnce(3000)).toBe(1);
  });

  test("hears only one refusal a second: who counts by the second goes on refusing until it is over", () => {
    const rate = rateControl();
    start(rate, 50, 0, 900);
    rate.limited(900, false);
    const before = rate.perSecond(1500);
    rate.limited(1400, true);
    expect(rate.perSecond(1500)).toBe(before);
  });

  test("a rate that is too much sooner than thought is lowered, and tried again later each time", () => {
    const rate = rateControl();
    start(rate, 100, 0, 900);
    rate.limited(900, false);
    let [now, last] = [900, rate.perSecond(900) as number];
    for (let i = 0; i < 8; i++) {
      now += 1001;
      rate.limited(now, true);
      const next = rate.perSecond(now) as number;
      if (i > 0) expect(next).toBeLessThan(last);
      last = next;
    }
    expect(last).toBeLessThan(40);
    expect(rate.perSecond(now + 29_000)).toBeLessThan(last / 0.93);
  });
});
