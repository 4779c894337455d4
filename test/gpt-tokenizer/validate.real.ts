import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadGptTokenizer } from "../../src/finetune-data/tokens/gpt-tokenizer.ts";
import { encodings } from "../../src/finetune-data/tokens/token-counter.ts";
import { finegauge, scratchFolder } from "../support/finegauge.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const installed = join(here, "node_modules");
const fixtures = fileURLToPath(new URL("../fixtures/finetune-data/openai-cookbook/", import.meta.url));
const file = join(fixtures, "toy_chat_fine_tuning.jsonl");

interface Spread {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly median: number;
}

interface Golden {
  readonly num_examples: number;
  readonly missing_system: number;
  readonly missing_user: number;
  readonly over_4096: number;
  readonly billable_tokens_per_epoch: number;
  readonly default_epochs: number;
  readonly billable_tokens_total: number;
  readonly num_messages: Spread & { readonly q10: number; readonly q90: number };
  readonly total_tokens: Golden["num_messages"];
  readonly assistant_tokens: Golden["num_messages"];
}

if (!existsSync(join(installed, "gpt-tokenizer")))
  throw new Error("gpt-tokenizer is not installed: npm ci in test/gpt-tokenizer");

describe("with the real gpt-tokenizer", () => {
  test("the cookbook's file has the figures that its notebook prints", async () => {
    const golden = JSON.parse(readFileSync(join(fixtures, "toy_chat_fine_tuning.expected.json"), "utf8")) as Golden;
    using scratch = scratchFolder();
    symlinkSync(installed, join(scratch.path, "node_modules"));
    const { code, stdout } = await finegauge(["data", "validate", file, "--mode", "cookbook", "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({
      rows: golden.num_examples,
      errors: {},
      warnings: { missing_system: golden.missing_system, missing_user: golden.missing_user, too_long: golden.over_4096 },
      tokens_per_epoch: golden.billable_tokens_per_epoch,
      epochs: golden.default_epochs,
      billed_tokens: golden.billable_tokens_total,
      counted_by: { encoding: "cl100k_base", estimate: false },
    });
    const spreads = [
      [found.messages, golden.num_messages],
      [found.tokens, golden.total_tokens],
      [found.assistant_tokens, golden.assistant_tokens],
    ] as const;
    for (const [ours, { q10, q90, ...others }] of spreads) {
      for (const [name, value] of Object.entries({ ...others, p10: q10, p90: q90 })) expect(ours[name]).toBeCloseTo(value, 6);
    }
  });

  test.each(encodings)("there is an encoding called %s", async (encoding) => {
    const counter = await loadGptTokenizer(encoding, here);
    expect(counter?.tokenizer).toMatch(/^gpt-tokenizer \d/);
    expect(counter?.count("Hello world")).toBe(2);
  });

  test("a mark of the model's own in a text is text", async () => {
    const counter = await loadGptTokenizer("cl100k_base", here);
    expect(counter?.count("<|endoftext|>")).toBeGreaterThan(1);
  });

  test("a run without an end is counted in time, and nearly as it is", async () => {
    const counter = await loadGptTokenizer("o200k_base", here);
    // 8 letters are one token; the whole run at once takes minutes.
    const tokens = counter?.count("a".repeat(200_000)) ?? 0;
    expect(tokens).toBeGreaterThanOrEqual(25_000);
    expect(tokens).toBeLessThanOrEqual(25_100);
  });
});
