import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../core/errors.ts";
import { failureWatch } from "./failure-watch.ts";

/** `ok` or a code, so many times: what the watch says to the last. */
function verdict(replied: boolean, ...seen: readonly (readonly ["ok" | ErrorCode, number])[]): ErrorCode | undefined {
  const watch = failureWatch(replied, 20);
  let last: ErrorCode | undefined;
  for (const [code, times] of seen) {
    for (let i = 0; i < times; i++) {
      expect(last).toBeUndefined();
      last = watch.saw(code === "ok" ? undefined : code);
    }
  }
  return last;
}

describe("failureWatch", () => {
  test.each([
    { name: "gives up when the first 20 fail the same way", seen: [["provider.rejected", 20]], says: "provider.rejected" },
    { name: "never gives up for what is not in the cache", seen: [["cache.miss", 50]], says: undefined },
    { name: "waits for the 20th", seen: [["provider.rejected", 19]], says: undefined },
    {
      name: "does not add up different failures",
      seen: [
        ["provider.rejected", 19],
        ["provider.reply", 19],
      ],
      says: undefined,
    },
    {
      name: "gives up on a server that stops answering in mid-run",
      seen: [
        ["ok", 1],
        ["provider.unreachable", 20],
      ],
      says: "provider.unreachable",
    },
    {
      name: "gives up when the key is withdrawn",
      seen: [
        ["ok", 500],
        ["provider.auth", 20],
      ],
      says: "provider.auth",
    },
    {
      name: "goes on when questions are refused in mid-run",
      seen: [
        ["ok", 1],
        ["provider.rejected", 500],
      ],
      says: undefined,
    },
    {
      name: "goes on when prompts are too long",
      seen: [
        ["ok", 1],
        ["provider.context-exceeded", 500],
      ],
      says: undefined,
    },
    {
      name: "begins to count again at each reply",
      seen: [
        ["ok", 1],
        ["provider.server", 19],
        ["ok", 1],
        ["provider.server", 19],
      ],
      says: undefined,
    },
    {
      name: "begins to count again at another failure",
      seen: [
        ["ok", 1],
        ["provider.server", 19],
        ["provider.rate", 19],
      ],
      says: undefined,
    },
  ] as const)("$name", ({ seen, says }) => {
    expect(verdict(false, ...seen)).toBe(says);
  });

  test("in a resumed run goes on when what was refused before is refused again", () => {
    expect(verdict(true, ["provider.context-exceeded", 500])).toBeUndefined();
    expect(verdict(true, ["provider.unreachable", 20])).toBe("provider.unreachable");
  });

  test.each([
    { name: "three refused as too much after two minutes", code: "provider.rate", count: 3, afterMs: 120_000, gives: true },
    { name: "two of them", code: "provider.rate", count: 2, afterMs: 600_000, gives: false },
    { name: "three in less time", code: "provider.rate", count: 3, afterMs: 119_000, gives: false },
    { name: "three of another kind", code: "provider.timeout", count: 3, afterMs: 600_000, gives: false },
  ] as const)("without any reply gives up for nothing less than three refusals in two minutes: $name", (row) => {
    const { code, count, afterMs, gives } = row;
    let now = 5000;
    const watch = failureWatch(false, 20, () => now);
    watch.saw(undefined);
    now += afterMs;
    const said = Array.from({ length: count }, () => watch.saw(code)).at(-1);
    expect(said).toBe(gives ? code : undefined);
  });

  test("counts the time from the last reply", () => {
    let now = 0;
    const watch = failureWatch(false, 20, () => now);
    now = 119_000;
    watch.saw(undefined);
    now = 200_000;
    expect(["provider.rate", "provider.rate", "provider.rate"].map((code) => watch.saw(code as ErrorCode))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
