import type { GateResult, Verdict } from "../core/gate.ts";
import { code, prose, tableRow } from "./md-text.ts";

const words: { readonly [verdict in Verdict]: string } = { pass: "Pass", fail: "Fail", inconclusive: "Inconclusive" };
const signs: { readonly [verdict in Verdict]: string } = { pass: "✅", fail: "❌", inconclusive: "⚠️" };

/** A gate for a comment on a pull request: the verdict, why, and each rule with the sentence that decided. */
export function* gateMarkdown(gate: GateResult): Iterable<string> {
  const { verdict, sentence, rules, refusals, must_pass: mustPass, notes } = gate;
  yield `### ${signs[verdict]} Gate: ${words[verdict].toLowerCase()}\n\n${prose(sentence)}\n\n`;
  for (const refusal of refusals) yield `- ${signs.fail} ${code(refusal.code)} ${prose(refusal.sentence)}\n`;
  if (refusals.length > 0) yield "\n";
  if (rules.length > 0) yield `${tableRow(["", "rule", "eval", "why"])}|---|---|---|---|\n`;
  for (const rule of byUrgency(rules)) {
    yield tableRow([`${signs[rule.verdict]} ${words[rule.verdict]}`, code(rule.rule), code(rule.eval), prose(rule.sentence)]);
  }
  if (mustPass.length > 0) yield "\nSamples that must pass, asked again:\n\n";
  for (const one of mustPass) {
    const held =
      one.quarantine === undefined
        ? ""
        : `; tolerated until ${one.quarantine.until}${one.quarantine.reason === undefined ? "" : `: ${prose(one.quarantine.reason)}`}`;
    yield `- ${signs[one.verdict]} ${code(one.id)} passed ${one.passed} of ${one.of}${held}\n`;
  }
  if (notes.length > 0) yield "\n";
  for (const note of notes) yield `- ${prose(note)}\n`;
  yield "\n";
}

/** What has to be done something about first. */
function byUrgency(rules: GateResult["rules"]): GateResult["rules"] {
  const order = { fail: 0, inconclusive: 1, pass: 2 };
  return [...rules].sort((a, b) => order[a.verdict] - order[b.verdict]);
}
