import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { createStop, type Stop, stopWithin } from "./stop.ts";

const stateOf = ({ drain, drop, reason }: Stop) => [drain.aborted, drop.aborted, reason()];

describe("createStop", () => {
  test("asks no more at first, and drops what is in flight only when told so", () => {
    const stop = createStop();
    expect(stateOf(stop)).toEqual([false, false, undefined]);
    stop.request("run.interrupted");
    expect(stateOf(stop)).toEqual([true, false, "run.interrupted"]);
    stop.request("run.interrupted", true);
    expect(stateOf(stop)).toEqual([true, true, "run.interrupted"]);
  });

  test("keeps the first reason", () => {
    const stop = createStop();
    stop.request("run.budget-spent");
    stop.request("run.interrupted", true);
    expect(stop.reason()).toBe("run.budget-spent");
  });
});

describe("stopWithin", () => {
  test("follows the outer stop, step by step", () => {
    const outer = createStop();
    const inner = stopWithin(outer);
    outer.request("run.interrupted");
    expect(stateOf(inner)).toEqual([true, false, "run.interrupted"]);
    outer.request("run.interrupted", true);
    expect(stateOf(inner)).toEqual([true, true, "run.interrupted"]);
  });

  test("begins stopped when the outer one is", () => {
    const outer = createStop();
    outer.request("run.budget-spent", true);
    expect(stateOf(stopWithin(outer))).toEqual([true, true, "run.budget-spent"]);
  });

  test("leaves the outer one alone, and keeps its own reason", () => {
    const outer = createStop();
    const inner = stopWithin(outer);
    inner.request("provider.auth");
    expect(stateOf(outer)).toEqual([false, false, undefined]);
    outer.request("run.interrupted", true);
    expect(stateOf(inner)).toEqual([true, true, "provider.auth"]);
  });

  test("leaves no listener when it is released", () => {
    const outer = createStop();
    for (let run = 0; run < 100; run++) stopWithin(outer).release();
    expect([outer.drain, outer.drop].map((signal) => getEventListeners(signal, "abort").length)).toEqual([0, 0]);
  });
});
