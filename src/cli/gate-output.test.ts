import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../../test/support/finegauge.ts";
import type { GateResult } from "../core/gate.ts";
import { tellGate } from "./gate-github.ts";
import { gateLines } from "./gate-terminal.ts";

const command = "::error::all is well";
const bad = "x\u001b[2J\u202e\n::set-output name=a::b, 50%";
const result: GateResult = {
  verdict: "fail",
  sentence: `The gate fails on ${bad}.`,
  rules: (["pass", "inconclusive", "fail"] as const).map((verdict) => ({
    eval: "tickets.heldout.v1",
    candidate: bad,
    run: "01",
    rule: `accuracy >= 0.9 # ${bad}`,
    kind: "threshold",
    verdict,
    value: 0.9,
    interval: null,
    op: ">=",
    bound: 0.9,
    alpha: 0.05,
    p_fail: 0.5,
    p_fail_adjusted: 0.5,
    n: 10,
    sentence: `${bad}: ${verdict}`,
  })),
  refusals: [{ eval: "e", candidate: bad, run: "01", code: "gate.unpaired", sentence: bad }],
  must_pass: [
    {
      eval: "e",
      candidate: bad,
      run: "01",
      id: bad,
      passed: 2,
      of: 4,
      verdict: "inconclusive",
      quarantine: { until: "2026-12-31", reason: bad },
    },
  ],
  inconclusive: "warn",
  notes: [bad],
  exit: 1,
};

describe("the terminal", () => {
  test("shows what needs attention first, and nobody else's control characters", () => {
    const text = gateLines(result).join("\n");
    const plain = stripVTControlCharacters(text);
    expect(plain.split("\n").flatMap((line) => /^(FAIL|unclear|pass)\b/.exec(line)?.[1] ?? [])).toEqual([
      "FAIL",
      "FAIL",
      "unclear",
      "pass",
      "unclear",
    ]);
    expect(plain).toContain("2 of 4; tolerated until 2026-12-31");
    for (const control of ["\u001b[2J", "\u202e", "\n::"]) expect(text).not.toContain(control);
  });
});

test("no line of a terminal is a command to GitHub, whatever a model is called", () => {
  const rules = result.rules.map((rule) => ({ ...rule, sentence: `${command} ##[error]` }));
  const lines = gateLines({ ...result, rules, notes: [command, "##[error]x"] });
  for (const line of lines.join("\n").split("\n")) {
    expect(stripVTControlCharacters(line).trim()).not.toMatch(/^::/);
    expect(line).not.toContain("##[");
  }
});

describe("GitHub Actions", () => {
  test("get one line for each thing that does not pass, as an error or as the gate has it", async () => {
    using scratch = scratchFolder();
    const summary = join(scratch.path, "summary.md");
    const lines: string[] = [];
    await tellGate(result, { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary }, (text) => lines.push(text));
    expect(lines.map((line) => /^::(\w+) title=([\w.]+)/.exec(line)?.slice(1))).toEqual([
      ["error", "gate.unpaired"],
      ["warning", "inconclusive"],
      ["error", "fail"],
    ]);
    for (const line of lines) {
      for (const control of ["\n", "\u001b"]) expect(line.trimEnd()).not.toContain(control);
      expect(line).toContain("50%25");
    }
    expect(readFileSync(summary, "utf8")).toMatch(/^### ❌ Gate: fail/);
  });

  test("are told of a missing baseline, and a summary that cannot be written costs nobody the verdict", async () => {
    using scratch = scratchFolder();
    const lines: string[] = [];
    const bare: GateResult = { ...result, verdict: "inconclusive", rules: [], refusals: [], exit: 2 };
    const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: scratch.path };
    await tellGate(bare, environment, (text) => lines.push(text));
    expect(lines).toEqual([
      expect.stringMatching(/^::error title=gate\.no-baseline::The gate fails on /),
      expect.stringMatching(/^warning: the verdict is not in the job's summary: EISDIR/),
    ]);
  });

  test("are not told anything elsewhere", async () => {
    const lines: string[] = [];
    await tellGate(result, {}, (text) => lines.push(text));
    expect(lines).toEqual([]);
  });
});
