import { styleText } from "node:util";
import type { GateResult, Verdict } from "../core/gate.ts";
import { logLine } from "./log-line.ts";

const colours = { pass: "green", fail: "red", inconclusive: "yellow" } as const;
const words: { readonly [verdict in Verdict]: string } = { pass: "pass", fail: "FAIL", inconclusive: "unclear" };

/** What a person sees of a gate: the verdict, then each rule with the sentence that decided, what needs attention first. */
export function gateLines(gate: GateResult): string[] {
  const { verdict, sentence, refusals, rules, must_pass: mustPass, notes } = gate;
  const order = { fail: 0, inconclusive: 1, pass: 2 };
  const sorted = [...rules].sort((a, b) => order[a.verdict] - order[b.verdict]);
  return [
    styleText(["bold", colours[verdict]], logLine(sentence, 1000), { stream: process.stdout }),
    "",
    ...refusals.map((refusal) => line("fail", `${refusal.code}: ${refusal.sentence}`)),
    ...sorted.map((rule) => line(rule.verdict, rule.rule, rule.sentence)),
    ...mustPass.map(({ id, passed, of, verdict: found, quarantine }) => {
      const held =
        quarantine === undefined
          ? ""
          : `; tolerated until ${quarantine.until}${quarantine.reason === undefined ? "" : `: ${quarantine.reason}`}`;
      return line(found, `must pass: ${logLine(id, 80)}: ${passed} of ${of}${logLine(held, 200)}`);
    }),
    ...notes.map((note) => `note     ${logLine(note, 1000)}`),
  ];
}

function line(verdict: Verdict, text: string, below?: string): string {
  const word = styleText(colours[verdict], words[verdict].padEnd(9), { stream: process.stdout });
  const head = `${word}${logLine(text, 1000)}`;
  return below === undefined ? head : `${head}\n${" ".repeat(9)}${logLine(below, 1000)}`;
}
