import type { GateResult, Verdict } from "../core/gate.ts";
import { attribute, escaped } from "./junit-text.ts";

interface Case {
  readonly className: string;
  readonly name: string;
  readonly verdict: Verdict;
  readonly type: string;
  readonly text: string;
}

/** A gate as a suite: each rule, refusal and sample that must pass is a case; inconclusive is a failure where the gate takes it for one. */
export function* gateSuite(gate: GateResult): Iterable<string> {
  const cases: Case[] = [
    ...gate.refusals.map(({ eval: name, candidate, code, sentence }) => ({
      className: `${name}.${candidate}`,
      name: code,
      verdict: "fail" as const,
      type: code,
      text: sentence,
    })),
    ...gate.rules.map(({ eval: name, candidate, rule, verdict, kind, sentence }) => ({
      className: `${name}.${candidate}`,
      name: rule,
      verdict,
      type: kind,
      text: sentence,
    })),
    ...gate.must_pass.map(({ eval: name, candidate, id, passed, of, verdict, quarantine }) => ({
      className: `${name}.${candidate}`,
      name: `must pass: ${id}`,
      verdict: quarantine === undefined ? verdict : ("pass" as const),
      type: "must-pass",
      text: `passed ${passed} of ${of}${quarantine === undefined ? "" : `; tolerated until ${quarantine.until}`}`,
    })),
  ];
  const outcomes = cases.map(({ verdict }) =>
    verdict === "inconclusive" ? (gate.inconclusive === "fail" ? "fail" : "skip") : verdict,
  );
  // What has no baseline was not judged, which no reader of counts may take for a pass.
  const errors = gate.exit === 2 ? 1 : 0;
  const count = (what: string) => outcomes.filter((one) => one === what).length;
  yield `  <testsuite name="gate" tests="${cases.length + errors}" failures="${count("fail")}" errors="${errors}" skipped="${count("skip")}">\n`;
  if (errors > 0)
    yield `    <testcase classname="gate" name="gate.no-baseline"><error type="gate.no-baseline" message="${attribute(gate.sentence)}"/></testcase>\n`;
  for (const [at, one] of cases.entries()) yield caseText(one, outcomes[at] as string);
  yield `    <system-out>${escaped([gate.sentence, ...gate.notes].join("\n"))}</system-out>\n  </testsuite>\n`;
}

function caseText({ className, name, verdict, type, text }: Case, outcome: string): string {
  const open = `    <testcase classname="${attribute(className)}" name="${attribute(name)}"`;
  if (outcome === "fail")
    return `${open}><failure type="${attribute(verdict === "inconclusive" ? "inconclusive" : type)}" message="${attribute(text)}"/></testcase>\n`;
  if (outcome === "skip") return `${open}><skipped message="${attribute(`inconclusive: ${text}`)}"/></testcase>\n`;
  return `${open}><system-out>${escaped(text)}</system-out></testcase>\n`;
}
