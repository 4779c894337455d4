import { describe, expect, test } from "vitest";
import { failing, gate, quickClock } from "../../test/support/engine-values.ts";
import type { Clock } from "./clock.ts";
import { openPace, type PaceSetup } from "./pace.ts";
import { createStop } from "./stop.ts";

/** Time that stands still until it is moved; who sleeps is woken then, or by his signal. */
function handClock(): Clock & { move(ms: number): Promise<void>; sleepers(): number } {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener("abort", () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          resolve();
        });
      }),
    sleepers: () => sleepers.length,
    async move(ms) {
      now += ms;
      for (const sleeper of sleepers.filter(({ at }) => at <= now)) {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        sleeper.wake();
      }
      await new Promise(setImmediate);
    },
  };
}

function open(more: Partial<PaceSetup> = {}) {
  const clock = handClock();
  const stop = createStop();
  const pace = openPace({ width: { start: 2, least: 2, most: 2 }, clock, stop, random: () => 0.5, ...more });
  const went: string[] = [];
  const enter = (name: string, again = false) => {
    const turn = pace.enter(again);
    if (turn === undefined) went.push(name);
    else void turn.then((go) => went.push(go ? name : `not ${name}`));
  };
  return { pace, clock, stop, went, enter };
}

const refused = failing("provider.rate", { retry: { after_ms: 1000 }, status: 429 });
const settled = () => new Promise(setImmediate);

describe("a pace", () => {
  test("lets in at once while there is room, then in the order of coming, those who come again first", async () => {
    const { pace, went, enter } = open();
    for (const name of ["a", "b", "c", "d"]) enter(name);
    enter("e", true);
    expect(went).toEqual(["a", "b"]);
    for (let i = 0; i < 3; i++) {
      pace.replied(0, {});
      await settled();
    }
    expect(went).toEqual(["a", "b", "e", "c", "d"]);
  });

  test("lets nobody in while somebody was told to wait, and wakes up for those who do then", async () => {
    const { pace, clock, went, enter } = open();
    enter("a");
    await clock.move(10);
    pace.failed(0, refused, 1000);
    enter("b");
    enter("c");
    await clock.move(999);
    expect(went).toEqual(["a"]);
    await clock.move(1);
    expect(went).toEqual(["a", "b"]);
    await clock.move(2000);
    expect(went).toEqual(["a", "b", "c"]);
    expect(clock.sleepers()).toBe(0);
  });

  test("leaves no timer behind when nobody waits any more", async () => {
    const { pace, clock, stop, enter, went } = open();
    enter("a");
    await clock.move(10);
    pace.failed(0, refused, 60_000);
    enter("b");
    expect(clock.sleepers()).toBe(1);
    stop.request("run.interrupted");
    await settled();
    expect([clock.sleepers(), went]).toEqual([0, ["a", "not b"]]);
  });

  test("forgets a place that came to nothing", async () => {
    const { pace, went, enter } = open();
    for (const name of ["a", "b", "c"]) enter(name);
    pace.dropped();
    await settled();
    expect(went).toEqual(["a", "b", "c"]);
    expect(pace.gate.replies).toBe(0);
  });
});

describe("under a stop that lets things finish", () => {
  test("those in the queue are sent away", async () => {
    const { stop, went, enter } = open();
    for (const name of ["a", "b", "c"]) enter(name);
    stop.request("run.interrupted");
    await settled();
    expect(went).toEqual(["a", "b", "not c"]);
  });

  test("but a judge's may start still, as they get room", async () => {
    const { pace, stop, went, enter } = open({ finishes: true });
    for (const name of ["a", "b", "c"]) enter(name);
    stop.request("run.interrupted");
    await settled();
    expect(went).toEqual(["a", "b"]);
    pace.replied(0, {});
    await settled();
    expect(went).toEqual(["a", "b", "c"]);
  });

  test("not when that would take a wait, whether it began before or after", async () => {
    const { pace, clock, stop, went, enter } = open({ finishes: true });
    enter("a");
    await clock.move(10);
    pace.failed(0, refused, 60_000);
    enter("b");
    stop.request("run.interrupted");
    enter("c");
    await settled();
    expect([went, clock.sleepers()]).toEqual([["a", "not b", "not c"], 0]);
  });
});

test("a stop that drops everything sends a judge's queue away too", async () => {
  const { stop, went, enter } = open({ finishes: true });
  for (const name of ["a", "b", "c"]) enter(name);
  stop.request("run.interrupted", true);
  await settled();
  expect(went).toEqual(["a", "b", "not c"]);
});

test("whoever is refused again and again gets in in the end", async () => {
  const clock = quickClock();
  const pace = openPace({ width: { start: 2, least: 2, most: 2 }, clock, stop: createStop(), random: () => 0.5 });
  const { opened, open: finish } = gate();
  let tries = 0;
  const ask = async () => {
    for (;;) {
      const turn = pace.enter(tries > 0);
      if (turn !== undefined) expect(await turn).toBe(true);
      if (++tries === 20) return finish();
      pace.failed(clock.monotonic(), refused, 1000);
    }
  };
  void ask();
  await opened;
  expect(clock.monotonic()).toBeGreaterThanOrEqual(18_000);
});
