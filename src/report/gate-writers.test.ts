import { describe, expect, test } from "vitest";
import { parseXml } from "../../test/support/parse-xml.ts";
import type { GateResult, RuleResult } from "../core/gate.ts";
import { gateSuite } from "./gate-junit.ts";
import { gateMarkdown } from "./gate-md.ts";

const bad = "<script>alert(1)</script> [x](javascript:1) @all | \u0000\u001b[31m\u202e\n::error::";

function rule(verdict: RuleResult["verdict"], more: Partial<RuleResult> = {}): RuleResult {
  return {
    eval: "tickets.heldout.v1",
    candidate: "new",
    run: "01",
    rule: "accuracy >= 0.9",
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
    sentence: `it is ${verdict}`,
    ...more,
  };
}

function gate(more: Partial<GateResult> = {}): GateResult {
  const rules = [rule("pass"), rule("inconclusive"), rule("fail")];
  return {
    verdict: "fail",
    sentence: "The gate fails.",
    rules,
    refusals: [],
    must_pass: [],
    inconclusive: "fail",
    notes: [],
    exit: 1,
    ...more,
  };
}

const attacked = gate({
  rules: [rule("fail", { candidate: bad, sentence: bad, rule: bad })],
  refusals: [{ eval: "e", candidate: bad, run: "01", code: "gate.unpaired", sentence: bad }],
  must_pass: [
    {
      eval: "e",
      candidate: bad,
      run: "01",
      id: bad,
      passed: 0,
      of: 4,
      verdict: "fail",
      quarantine: { until: "2026-12-31", reason: bad },
    },
  ],
  notes: [bad],
});

describe("Markdown", () => {
  test("tells what has to be mended first", () => {
    const text = [...gateMarkdown(gate())].join("");
    expect(text.startsWith("### ❌ Gate: fail\n\nThe gate fails.\n")).toBe(true);
    const verdicts = [...text.matchAll(/^\| (?:❌|⚠️|✅) (\w+) \|/gm)].map(([, word]) => word);
    expect(verdicts).toEqual(["Fail", "Inconclusive", "Pass"]);
  });

  test("has no markup of others in it", () => {
    const text = [...gateMarkdown(attacked)].join("").replace(/`+[^`]*`+/g, "");
    for (const markup of ["<script", "](", "@all", "\u001b", "\u202e", "\n::"]) expect(text).not.toContain(markup);
    // Four cells and no more.
    for (const row of text.split("\n").filter((line) => line.startsWith("|")))
      expect(row.replaceAll("\\|", "").split("|")).toHaveLength(6);
  });
});

describe("JUnit", () => {
  test.each([
    { inconclusive: "fail", failures: "2", skipped: "0" },
    { inconclusive: "warn", failures: "1", skipped: "1" },
  ] as const)("an inconclusive rule counts as the gate has it: $inconclusive", ({ inconclusive, failures, skipped }) => {
    const suite = parseXml([...gateSuite(gate({ inconclusive }))].join("").trim());
    expect(suite.attributes).toEqual({ name: "gate", tests: "3", failures, errors: "0", skipped });
  });

  test("a gate without a baseline is an error, whatever its rules say", () => {
    const suite = parseXml([...gateSuite(gate({ verdict: "inconclusive", rules: [rule("pass")], exit: 2 }))].join("").trim());
    expect(suite.attributes).toMatchObject({ tests: "2", failures: "0", errors: "1" });
    expect(suite.children[0]?.children[0]?.name).toBe("error");
  });

  test("is well formed whatever anything is called", () => {
    const suite = parseXml([...gateSuite(attacked)].join("").trim());
    expect(suite.attributes).toMatchObject({ tests: "3", failures: "2" });
    expect(suite.children.map(({ children }) => children[0]?.name ?? "text")).toEqual([
      "failure",
      "failure",
      "system-out",
      "text",
    ]);
  });
});
