import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Snapshot, startProgress } from "./progress.ts";

const state: Snapshot = { done: 0, total: 100, errors: 0, tokens: 0, accuracy: null, cost: undefined };

function screen(more: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  return { ...more, written, write: (text: string) => written.push(text) };
}

const erase = "\r\u001b[K";
const now = () => Date.now();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("on a terminal", () => {
  test("draws one line over and over, never past the width, and takes it away at the end", () => {
    const drawn = screen({ isTTY: true, columns: 40 });
    let done = 0;
    const line = startProgress("tickets on a-model", () => ({ ...state, done: ++done, tokens: 5000, errors: 1 }), drawn, now);
    vi.advanceTimersByTime(1000);
    expect(drawn.written).toHaveLength(10);
    for (const text of drawn.written) {
      expect(text.startsWith(erase)).toBe(true);
      expect(text).not.toContain("\n");
      expect(text.length - erase.length).toBeLessThan(40);
    }
    line.stop();
    expect(drawn.written.slice(10)).toEqual([erase]);
    vi.advanceTimersByTime(60_000);
    expect(drawn.written).toHaveLength(11);
  });

  test("makes room once for another line, and comes back", () => {
    const drawn = screen({ isTTY: true });
    const line = startProgress("t", () => state, drawn, now);
    line.clear();
    expect(drawn.written).toEqual([]);
    vi.advanceTimersByTime(100);
    line.clear();
    line.clear();
    expect(drawn.written.slice(1)).toEqual([erase]);
    vi.advanceTimersByTime(100);
    expect(drawn.written).toHaveLength(3);
    line.stop();
  });
});

describe("in a pipe", () => {
  test("writes a plain line every ten seconds with speed, time left and what is counted, and nothing at the end", () => {
    vi.setSystemTime(0);
    const drawn = screen();
    const facts = { errors: 3, tokens: 12_300, accuracy: 0.5, cost: 1.5 };
    const line = startProgress("t on m", () => ({ ...state, ...facts, done: Date.now() / 500 }), drawn, now);
    vi.advanceTimersByTime(20_000);
    line.stop();
    const rest = "50.0 % right · 3 errors · 12k tokens · $1.50\n";
    expect(drawn.written).toEqual([
      `t on m  20/100 · 2.0/s · 40 s left · ${rest}`,
      `t on m  40/100 · 2.0/s · 30 s left · ${rest}`,
    ]);
  });

  test("counts the speed of a resumed run from where it went on", () => {
    vi.setSystemTime(0);
    const drawn = screen();
    startProgress("t", () => ({ ...state, done: 50 + Date.now() / 1000 }), drawn, now);
    vi.advanceTimersByTime(10_000);
    expect(drawn.written).toEqual(["t  60/100 · 1.0/s · 40 s left\n"]);
  });

  test("says how many are under way where that adapts, and that the server said to wait, once that is worth saying", () => {
    vi.setSystemTime(0);
    const drawn = screen();
    let waitMs = 9000;
    startProgress("t", () => ({ ...state, width: 15, waitMs }), drawn, now);
    vi.advanceTimersByTime(10_000);
    waitMs = 1000;
    vi.advanceTimersByTime(10_000);
    expect(drawn.written).toEqual([
      "t  0/100 · 0.0/s · 15 at a time · waiting 9.0 s, told to by the server\n",
      "t  0/100 · 0.0/s · 15 at a time\n",
    ]);
  });

  test("promises no time while nothing is answered", () => {
    const drawn = screen();
    startProgress("t", () => state, drawn, now);
    vi.advanceTimersByTime(10_000);
    expect(drawn.written).toEqual(["t  0/100 · 0.0/s\n"]);
  });
});
