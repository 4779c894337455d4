import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { numbered } from "../../test/support/engine-values.ts";
import { ended, fileText, runLine } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";
import { runPath } from "../runs/index.ts";
import { prospectOf, type Questions } from "./price-prospect.ts";

const price = { input: 2, cached_input: 0.5, output: 8 };

/** 100 prompts of 400 bytes. */
const questions: Questions = {
  eval: "numbers.test.v1",
  model: "mock",
  source: numbered(100, () => ({ input: "x".repeat(400) })),
  attempts: 1,
  sampling: {},
  wrap: (prompt) => prompt,
  price,
};

/** A run of these questions on disk. */
function earlierRun(out: string, run: Partial<RunLine> & { selected?: number }, end: Partial<EndLine> | undefined): void {
  const line = runLine({ eval: questions.eval, selected: 100, ...run });
  const data = { ...line.data, hash: "data" };
  const file = runPath(out, line);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, fileText({ ...line, data }, ...(end === undefined ? [] : [ended(end)])));
}

const usage = (input: number, output: number) => ({ model: { input, output }, judge: { input: 0, output: 0 } });

describe("what the cache answers", () => {
  const there = (count: number, mode: "on" | "only" | "refresh" = "on") => ({ mode, there: count, newestMs: 1000 });

  test("takes no tokens, no money and no time", () => {
    const out = temporaryFolder();
    earlierRun(out, {}, { usage: usage(1000, 300), wall_ms: 10_000 });
    const whole = prospectOf(questions, out, true);
    const part = prospectOf({ ...questions, cached: there(75) }, out, true);
    expect(part.requests).toBe(100);
    expect(part.tokens).toEqual({ input: 2500, output: 750, by: "earlier" });
    expect(part.usd).toBeCloseTo((whole.usd as number) / 4, 12);
    expect(part.ms).toBeCloseTo(2500, 9);
  });

  test.each([
    { what: "all that is there", cached: there(100), usd: 0 },
    { what: "everything under only", cached: there(10, "only"), usd: 0 },
    { what: "nothing under refresh", cached: there(0, "refresh"), usd: 0.18 },
  ])("is $what", ({ cached, usd }) => {
    const { left, usd: whole } = prospectOf({ ...questions, cached }, temporaryFolder(), true);
    expect([whole, left.usd]).toEqual([usd, usd]);
    expect(Number.isFinite(left.leastTokens) && left.leastTokens <= 100 * (400 / 6 + 1)).toBe(true);
  });

  test("and what an unfinished run has may be the same: neither is counted twice where the least matters", () => {
    const out = temporaryFolder();
    earlierRun(out, {}, { status: "stopped", counts: { ...ended({}).counts, done: 60, errors: 0 } });
    const whole = prospectOf(questions, temporaryFolder(), true);
    const { left } = prospectOf({ ...questions, cached: there(70) }, out, true);
    // 40 are left of the run, 30 are not in the cache: at most those 30 are asked, and perhaps nothing at all.
    expect(left.usd).toBeCloseTo((whole.usd as number) * 0.3, 12);
    expect(left.leastUsd).toBe(0);
  });

  test("says nothing of how long asking takes", () => {
    const out = temporaryFolder();
    earlierRun(out, {}, { usage: usage(1000, 300), wall_ms: 10, cached: { replies: 100, grades: 0 } });
    expect(prospectOf(questions, out, true).ms).toBeUndefined();
  });
});

describe("a run's tokens", () => {
  test.each([
    {
      name: "bytes by four, and what replies are taken to have",
      more: {},
      tokens: { input: 10_000, output: 20_000, by: "guess" },
    },
    {
      name: "at most max_tokens, for each attempt",
      more: { attempts: 2, sampling: { max_tokens: 8 } },
      tokens: { input: 20_000, output: 1600, by: "limit" },
    },
    {
      name: "with what is put around a prompt",
      more: { wrap: (prompt: unknown) => `${String(prompt)}${"y".repeat(400)}` },
      tokens: { input: 20_000, output: 20_000, by: "guess" },
    },
    {
      name: "those of bytes, not of characters",
      more: { source: numbered(1, () => ({ input: "語".repeat(4) })) },
      tokens: { input: 3, output: 200, by: "guess" },
    },
    { name: "none of nothing", more: { source: numbered(0) }, tokens: { input: 0, output: 0, by: "guess" } },
  ])("are $name", ({ more, tokens }) => {
    expect(prospectOf({ ...questions, ...more }, temporaryFolder(), true).tokens).toEqual(tokens);
  });

  test("out are to those in as in an earlier run, of however many samples", () => {
    const out = temporaryFolder();
    earlierRun(out, { selected: 10 }, { usage: usage(1000, 300), wall_ms: 5000 });
    const { tokens, ms } = prospectOf(questions, out, true);
    expect(tokens).toEqual({ input: 10_000, output: 3000, by: "earlier" });
    expect(ms).toBe(50_000);
  });

  test.each([
    { name: "another model's", run: { completion_fn: "mock", eval: "other.test.v1" } },
    { name: "other sampling's", run: { sampling: { temperature: 1 } } },
    { name: "what was scored again", run: { derived_from: { run: "01JD", by: "rescore" as const } } },
  ])("are not taken from $name", ({ run }) => {
    const out = temporaryFolder();
    earlierRun(out, run, { usage: usage(1000, 300) });
    expect(prospectOf(questions, out, true)).toMatchObject({ tokens: { by: "guess" }, ms: undefined });
  });
});

describe("a run's price", () => {
  test("is that of its tokens", () => {
    expect(prospectOf({ ...questions, sampling: { max_tokens: 10 } }, temporaryFolder(), true).usd).toBeCloseTo(0.028, 12);
  });

  test("is unknown without one of a token, and 0 where that is", () => {
    const out = temporaryFolder();
    const { usd, left } = prospectOf({ ...questions, price: undefined }, out, true);
    expect([usd, left.usd, left.leastUsd]).toEqual([undefined, undefined, undefined]);
    expect(prospectOf({ ...questions, price: { input: 0, output: 0 } }, out, true).usd).toBe(0);
  });

  test("is at least that of short tokens and one of each reply", () => {
    const { left } = prospectOf(questions, temporaryFolder(), true);
    expect(left.leastUsd).toBeCloseTo(((100 * 400) / 6 / 1e6) * 2 + (100 / 1e6) * 8, 12);
    expect(left.leastTokens).toBeCloseTo((100 * 400) / 6 + 100, 6);
  });

  test("is at least that of cached input for prompts long enough to be cached", () => {
    const source = numbered(1, () => ({ input: "x".repeat(60_000) }));
    const { left } = prospectOf({ ...questions, source }, temporaryFolder(), true);
    expect(left.leastUsd).toBeCloseTo(0.01 * 0.5 + 8e-6, 12);
  });

  test.each([
    {
      name: "stopped",
      end: { status: "stopped" as const, counts: { ...ended().counts, done: 80, errors: 5 } },
      resumes: true,
      share: 0.25,
    },
    { name: "stopped, but not to be gone on with", end: { status: "stopped" as const }, resumes: false, share: 1 },
    { name: "complete", end: {}, resumes: true, share: 1 },
  ])("counts what is left of a run that is $name", ({ end, resumes, share }) => {
    const out = temporaryFolder();
    earlierRun(out, {}, { ...end, usage: usage(0, 0) });
    const { usd = 0, left } = prospectOf(questions, out, resumes);
    expect(left.usd).toBeCloseTo(usd * share, 12);
  });

  test("has no least for a run that was killed: nobody knows how much of it is there", () => {
    const out = temporaryFolder();
    earlierRun(out, {}, undefined);
    expect(prospectOf(questions, out, true).left).toMatchObject({ leastUsd: 0, leastTokens: 0 });
  });
});
