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
});
