import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { systemClock } from "./clock.ts";

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("systemClock", () => {
  test("sleeps until it is over, and leaves no listener", async () => {
    const { signal } = new AbortController();
    await systemClock.sleep(5, signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("wakes up at once when it is stopped, and leaves neither timer nor listener", async () => {
    const stop = new AbortController();
    const before = timers();
    const sleeping = systemClock.sleep(3_600_000, stop.signal);
    expect(timers()).toBe(before + 1);
    stop.abort();
    await sleeping;
    expect(timers()).toBe(before);
    expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  });

  test("goes on sleeping when that is longer than a timer can be set for", async () => {
    const stop = new AbortController();
    const awake = systemClock.sleep(2 ** 40, stop.signal).then(() => "awake");
    await systemClock.sleep(20, new AbortController().signal);
    expect(await Promise.race([awake, "asleep"])).toBe("asleep");
    stop.abort();
    await awake;
  });

  test("does not even begin to sleep when it was stopped before", async () => {
    const before = timers();
    const sleeping = systemClock.sleep(3_600_000, AbortSignal.abort());
    expect(timers()).toBe(before);
    await sleeping;
  });

  test("measures on a clock that only goes on", async () => {
    const before = systemClock.monotonic();
    await systemClock.sleep(2, new AbortController().signal);
    expect(systemClock.monotonic()).toBeGreaterThan(before);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
  });
});
