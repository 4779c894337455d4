import { sep } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runPath, safeName } from "./run-path.ts";

const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

describe("safeName", () => {
  test.each([
    { name: "tickets.heldout.v1", safe: "tickets.heldout.v1" },
    { name: "openai:gpt-4.1-mini", safe: "openai-gpt-4.1-mini" },
    { name: "ft:gpt-4o-mini:acme::abc", safe: "ft-gpt-4o-mini-acme-abc" },
    { name: "../x", safe: "x" },
    { name: "..", safe: "5ec1f7e700f37c3d" },
    { name: "/etc/passwd", safe: "etc-passwd" },
    { name: "a\\b\0c", safe: "a-b-c" },
    { name: "-rf", safe: "rf" },
    { name: "ends.", safe: "ends" },
    { name: "con", safe: "con-" },
    { name: "NUL.txt", safe: "NUL-.txt" },
    { name: "console", safe: "console" },
  ])("calls $name $safe", ({ name, safe }) => {
    expect(safeName(name)).toBe(safe);
  });

  test.each(["", "模型", "🦙🦙", "///"])("gives %j a name of its own, of its hash", (name) => {
    expect(safeName(name)).toMatch(/^[0-9a-f]{16}$/);
  });

  test("tells long names apart that begin alike", () => {
    const names = ["a", "b"].map((end) => safeName("x".repeat(300) + end));
    expect(names[0]).not.toBe(names[1]);
    for (const name of names) expect(name).toHaveLength(80);
    expect(safeName("x".repeat(80))).toBe("x".repeat(80));
  });

  test("makes of any text one that every file system takes as a single name", () => {
    const parts = fc.constantFrom("con", "nul", ".", "-", "/", "a", "😀", "lpt1", " ");
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.array(parts).map((some) => some.join("")),
    );
    fc.assert(
      fc.property(hostile, (name) => {
        const safe = safeName(name);
        expect(safe).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,79}$/);
        expect(safe).not.toMatch(device);
        expect(safe).not.toMatch(/\.$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("runPath", () => {
  const run = { eval: "tickets.heldout.v1", completion_fn: "openai:gpt-4", started: "2026-11-20T10:15:00.123Z", id: "01JD4ZK5" };

  test("says eval, model, time and id", () => {
    const path = ["reports", "tickets.heldout.v1", "openai-gpt-4", "20261120T101500Z-01jd4zk5.jsonl"];
    expect(runPath("reports", run)).toBe(path.join(sep));
  });

  test("keeps the runs of two models apart that share a folder", () => {
    const one = runPath("reports", { ...run, completion_fn: "a/b" });
    const other = runPath("reports", { ...run, completion_fn: "a b", id: "01JD4ZK6" });
    expect(one).not.toBe(other);
  });
});
