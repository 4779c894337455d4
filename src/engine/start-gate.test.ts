import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { busy, failing } from "../../test/support/engine-values.ts";
import { limiters, simulate, tellings } from "../../test/support/simulated-server.ts";
import { seededRandom } from "../core/random.ts";
import { startGate } from "./start-gate.ts";

const hosted = { start: 20, least: 4, most: 100 };
const every = Object.values(tellings);

describe("a server that takes 50 requests a second", () => {
  const latencies = [5, 50, 200];
  const cases = Object.entries(limiters).flatMap(([kind, make]) => latencies.map((latencyMs) => ({ kind, make, latencyMs })));

  test.each(cases)(
    "($kind, $latencyMs ms) is used to within 1.15 of the ideal, whatever it says about waiting",
    ({ make, latencyMs }) => {
      const random = seededRandom(7);
      const run = simulate({
        ...{ requests: 5000, limiter: make(50), latencyMs, random },
        tell: (ms, now, nth) => (every[nth % every.length] as (typeof every)[number])(ms, now),
      });
      expect(run.ms).toBeLessThan(1.15 * 100_000);
      expect(run.refusals).toBeLessThan(100);
      const found = run.gate.found(run.ms);
      expect(found.per_second).toBeGreaterThan(40);
      expect(found.per_second).toBeLessThan(60);
      // As many as are under way on average, and some more.
      expect(found.last).toBeLessThan(4 + (3 * 50 * latencyMs) / 1000);
    },
  );

  test("and answers slowly gets the width that this takes", () => {
    const run = simulate({
      ...{ requests: 5000, limiter: limiters.bucket(50), latencyMs: 1000, random: seededRandom(7) },
      tell: tellings.exactly,
    });
    expect(run.ms).toBeLessThan(1.15 * 100_000);
    expect(run.gate.width).toBeGreaterThan(45);
  });
});

test("no request starts in a pause that was told", () => {
  const runs = fc.record({
    kind: fc.constantFrom(...Object.values(limiters)),
    perSecond: fc.integer({ min: 2, max: 200 }),
    latencyMs: fc.integer({ min: 1, max: 2000 }),
    tell: fc.constantFrom(...every),
    seed: fc.nat(),
    fixed: fc.boolean(),
  });
  fc.assert(
    fc.property(runs, ({ kind, perSecond, latencyMs, tell, seed, fixed }) => {
      const width = fixed ? { start: 30, least: 30, most: 30 } : hosted;
      const run = simulate({ requests: 300, limiter: kind(perSecond), latencyMs, tell, random: seededRandom(seed), width });
      expect(run.starts.length).toBe(300 + run.refusals);
      for (const { from, to } of run.told) expect(run.starts.filter((at) => at > from && at < to)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

describe("a server that refuses by chance, at whatever speed, and does not say why", () => {
  const twenty = { start: 20, least: 20, most: 20 };
  const by = (share: number, requests: number, seed: number, width = hosted) => {
    const random = seededRandom(seed);
    const limiter = () => (random() < share ? 0 : "taken");
    return simulate({ requests, limiter, tell: tellings["not at all"], latencyMs: 30, random, width });
  };
  const seeds = [1, 2, 3, 4, 5, 6];

  test.each([
    { share: 0.03, least: 0.6 },
    { share: 0.1, least: 0.4 },
    { share: 0.2, least: 0.4 },
  ])("($share of all) is used to at least $least of what it can", ({ share, least }) => {
    const whole = by(0, 30_000, 1, twenty).ms;
    for (const seed of seeds) expect(whole / by(share, 30_000, seed, twenty).ms).toBeGreaterThan(least);
  });

  test.each([0.03, 0.1, 0.2])("(%f of all) is found out within seconds", (share) => {
    for (const seed of seeds) {
      expect(by(share, 1500, seed).ms).toBeLessThan(40_000);
    }
  });

  test("and takes so many a second besides, is found to do both, time and again", () => {
    for (const seed of seeds) {
      const random = seededRandom(seed);
      const bucket = limiters.bucket(100);
      const limiter = (now: number) => (random() < 0.05 ? 0 : bucket(now));
      const run = simulate({ requests: 10_000, limiter, tell: tellings["not at all"], latencyMs: 30, random });
      expect(run.ms).toBeLessThan(2.5 * 100_000);
      expect(run.refusals).toBeLessThan(0.15 * 10_000);
    }
  });
});

test("limits told with replies keep a run from being refused but at the edges of a window", () => {
  const window = 1000;
  let [second, used] = [-1, 0];
  const turn = (now: number) => {
    const current = Math.floor(now / window);
    if (current !== second) [second, used] = [current, 0];
    return (current + 1) * window - now;
  };
  const limiter = (now: number) => {
    const reset = turn(now);
    return ++used > 50 ? reset : ("taken" as const);
  };
  const limits = (now: number) => {
    const reset_ms = turn(now);
    return { requests: { limit: 50, remaining: Math.max(0, 50 - used), reset_ms } };
  };
  const options = { requests: 2000, latencyMs: 5, tell: tellings.exactly };
  const told = simulate({ ...options, limiter, limits, random: seededRandom(1) });
  expect(told.refusals).toBeLessThan(30);
  expect(told.ms).toBeLessThan(1.15 * 40_000);
});

describe("startGate", () => {
  const open = (width = hosted) => startGate(width, () => 0.5);

  test("lets in as many as the width, and the next when one comes back", () => {
    const gate = open();
    for (let i = 0; i < 20; i++) {
      expect(gate.wait(0)).toBe(0);
      gate.started(0);
    }
    expect([gate.wait(0), gate.inFlight]).toEqual([Number.POSITIVE_INFINITY, 20]);
    gate.replied(0, 10, {});
    expect(gate.wait(10)).toBe(0);
  });

  test.each([
    { name: "a 429", failure: failing("provider.rate", { retry: {}, status: 429 }), width: 15, refused: 1, pauses: 1 },
    { name: "a 503", failure: busy(), width: 15, refused: 0, pauses: 0 },
    { name: "an overload", failure: busy({ status: 529 }), width: 15, refused: 0, pauses: 0 },
    { name: "a timeout", failure: failing("provider.timeout", { retry: {} }), width: 15, refused: 0, pauses: 0 },
    { name: "a defect of the server", failure: busy({ status: 500 }), width: 20, refused: 0, pauses: 0 },
    { name: "a broken connection", failure: failing("provider.unreachable", { retry: {} }), width: 20, refused: 0, pauses: 0 },
    { name: "a spent quota", failure: failing("provider.rate", { status: 429 }), width: 20, refused: 0, pauses: 0 },
    { name: "a wrong request", failure: failing("provider.rejected", { status: 400 }), width: 20, refused: 0, pauses: 0 },
  ])("takes $name for a sign of the width $width", ({ failure, width, refused, pauses }) => {
    const gate = open();
    gate.started(0);
    gate.failed(0, 10, failure, undefined);
    expect(gate.found(10)).toMatchObject({ last: width, refused, pauses });
    expect(gate.inFlight).toBe(0);
  });

  test("rests after refusals that say nothing, longer each time until somebody gets a reply", () => {
    const gate = open();
    const rests: number[] = [];
    let now = 0;
    const refuse = () => {
      gate.started(now);
      now += 5;
      gate.failed(now - 5, now, failing("provider.rate", { retry: {}, status: 429 }), undefined);
      rests.push(gate.pausedUntil - now);
      now = gate.pausedUntil + 2000;
    };
    for (let i = 0; i < 7; i++) refuse();
    gate.started(now);
    gate.replied(now, now + 5, {});
    now += 5;
    refuse();
    expect(rests).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 250]);
  });

  test("pauses for whoever is told to wait, also by a server that is only down for a moment", () => {
    const gate = open();
    gate.started(0);
    gate.failed(0, 10, busy({ retry: { after_ms: 3000 } }), 3000);
    expect(gate.wait(10)).toBe(3000);
    expect(gate.found(10)).toMatchObject({ pauses: 1, paused_ms: 3000, refused: 0 });
  });

  test("learns nothing from what a cache answered", () => {
    const gate = open();
    for (let i = 0; i < 200; i++) {
      gate.started(i);
      gate.replied(i, i, { cached: true });
    }
    expect([gate.width, gate.replies]).toEqual([20, 0]);
  });

  test("counts a told limit of tokens by the replies so far", () => {
    const gate = open();
    gate.told({ tokens: { limit: 10_000, remaining: 0, reset_ms: 500 } }, 0);
    expect(gate.wait(0)).toBe(0);
    gate.started(0);
    gate.replied(0, 10, { usage: { input: 80, output: 20 } });
    gate.told({ tokens: { limit: 10_000, remaining: 99, reset_ms: 500 } }, 10);
    expect(gate.wait(10)).toBe(500);
  });
});
