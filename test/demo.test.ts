import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Comparison } from "../src/core/comparison.ts";
import type { GateResult } from "../src/core/gate.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

interface DemoRun {
  status: string;
  counts: { selected: number; done: number; errors: number; invalid_label: number };
  metrics: { name: string; value: number; interval: { low: number; high: number } }[];
}

describe("the demo", () => {
  test("shows that fine-tuning made the model better at its task, and what it broke", async () => {
    using scratch = scratchFolder();
    const { code, stdout } = await finegauge(["demo", "--json", "--quiet"], { cwd: scratch.path });
    expect(code).toBe(0);
    const { runs, report, comparisons, gate } = JSON.parse(stdout) as {
      runs: DemoRun[];
      report: string;
      comparisons: Comparison[];
      gate: GateResult;
    };
    // Measured once with torch and with llama.cpp's server: order is base, then tuned, over tickets, tickets-hard, general.
    const known = [0.325, 0.285, 0.8, 0.948, 0.74, 0];
    expect(runs.map(({ counts }) => counts.done)).toEqual([600, 200, 100, 600, 200, 100]);
    runs.forEach(({ status, metrics }, at) => {
      expect(status).toBe("complete");
      const accuracy = metrics.find(({ name }) => name === "accuracy");
      expect(Math.abs((accuracy?.value ?? Number.NaN) - (known[at] ?? Number.NaN))).toBeLessThanOrEqual(0.005);
    });
    // A quarter of the base model's replies is no label at all.
    expect(runs[0]?.counts.invalid_label).toBe(150);
    expect(comparisons.map(({ eval: name, finding }) => [name, finding])).toEqual([
      ["tickets.heldout.v1", "better"],
      ["tickets-hard.heldout.v1", "better"],
      ["general.chat.v1", "worse"],
    ]);
    expect(gate.verdict).toBe("fail");
    const broken = gate.rules.filter(({ verdict }) => verdict !== "pass");
    expect(broken.map((rule) => [rule.eval, rule.rule])).toEqual([["general.chat.v1", "delta.accuracy >= -margin"]]);
    expect(broken[0]?.sentence).toMatch(
      /change of accuracy −80\.0 points over 100 samples, .* the rule asks for at least −2\.0 points/,
    );
    const page = readFileSync(join(scratch.path, report), "utf8");
    expect(page).toContain("Content-Security-Policy");
    expect(existsSync(join(scratch.path, "registry"))).toBe(false);
  }, 120_000);
});
