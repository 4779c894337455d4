import { describe, expect, test } from "vitest";
import { quotaControl } from "./quota.ts";

describe("quotaControl", () => {
  test("holds nobody back without being told, or while more is left than could start at once", () => {
    const quota = quotaControl();
    expect(quota.wait(0, 20)).toBe(0);
    quota.told({ remaining: 3 }, 1, 0);
    expect(quota.wait(0, 20)).toBe(0);
    quota.told({ remaining: 21, reset_ms: 1000 }, 1, 0);
    expect(quota.wait(0, 20)).toBe(0);
  });

  test("spreads what is left until all of it is there again", () => {
    const quota = quotaControl();
    quota.told({ limit: 100, remaining: 5, reset_ms: 6000 }, 1, 0);
    const starts: number[] = [];
    for (let now = 0; now <= 6000; now += 10) {
      if (quota.wait(now, 20) > 0) continue;
      if (starts.length < 6) starts.push(now);
      quota.started(now);
    }
    expect(starts).toEqual([0, 1200, 2400, 3600, 4800, 6000]);
  });

  test("waits for the moment at which it is whole when nothing is left, and no longer", () => {
    const quota = quotaControl();
    quota.told({ limit: 100, remaining: 0, reset_ms: 700 }, 1, 100);
    expect([quota.wait(100, 4), quota.wait(799, 4), quota.wait(800, 4)]).toEqual([700, 1, 0]);
  });

  test("goes at the speed of filling where a limit fills up bit by bit", () => {
    const quota = quotaControl();
    // 50 a second: each request moves the moment at which it is whole away by 20 ms.
    let now = 0;
    for (let used = 1; used <= 2998; used++, now += 2) {
      quota.told({ limit: 3000, remaining: 3000 - used, reset_ms: used * 20 }, 1, now);
      quota.started(now);
    }
    expect(quota.wait(now, 20)).toBeCloseTo(18, 0);
  });

  test("counts tokens by what a request takes of them", () => {
    const quota = quotaControl();
    quota.told({ limit: 10_000, remaining: 4000, reset_ms: 1000 }, 1000, 0);
    quota.started(0);
    expect(quota.wait(0, 20)).toBeCloseTo(250, 6);
    quota.told({ limit: 10_000, remaining: 900, reset_ms: 400 }, 1000, 10);
    expect(quota.wait(10, 20)).toBe(400);
  });

  test.each([
    { limit: 1000, remaining: 0, reset_ms: 600_000 },
    { limit: 1000, remaining: 0, reset_ms: 86_400_000 },
    { limit: 1000, remaining: 5, reset_ms: 8e15 },
  ])("holds back for a minute at most, whatever is told: $remaining left for $reset_ms ms", (told) => {
    const quota = quotaControl();
    quota.told(told, 1, 0);
    for (let i = 0; i < 5; i++) quota.started(0);
    expect([quota.wait(0, 20), quota.wait(59_999, 20), quota.wait(60_000, 20)]).toEqual([60_000, 1, 0]);
  });

  test.each([0, 5])("believes no longer that %i are left once more than those were answered", (remaining) => {
    const quota = quotaControl();
    let now = 0;
    for (let replies = 0; replies < 1000; replies++) {
      now += quota.wait(now, 20);
      quota.started(now);
      quota.told({ limit: 1000, remaining, reset_ms: 600_000 }, 1, now);
    }
    expect(now).toBeLessThanOrEqual(60_000);
  });
});
