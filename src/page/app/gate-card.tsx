import { whole } from "../../core/figures.ts";
import type { GateResult, Verdict } from "../../core/gate.ts";
import { CardNotes } from "./card-notes.tsx";
import { VerdictSign, verdictNames, verdictTones } from "./finding.tsx";
import { Untrusted } from "./untrusted.tsx";

/** More passed rules than this are folded away. */
const mostOpen = 6;

/** What the gate decided, and each of its rules with the numbers that decided. */
export function GateCard({ gate, evals }: { gate: GateResult; evals: number }) {
  const { verdict, sentence, rules, refusals, must_pass: mustPass, notes } = gate;
  // What has to be done something about first.
  const open = [...rules.filter((rule) => rule.verdict === "fail"), ...rules.filter((rule) => rule.verdict === "inconclusive")];
  const passed = rules.filter((rule) => rule.verdict === "pass");
  const broken = mustPass.filter((one) => one.verdict !== "pass");
  return (
    <article class={`card large gate tone-${verdictTones[verdict]}`}>
      <div class="card-word">
        <VerdictSign of={verdict} size={32} />
        <p>
          <strong>{verdictNames[verdict].toUpperCase()}</strong>
          <span class="card-delta">{reckoning(gate)}</span>
        </p>
      </div>
      <div class="card-body">
        <p class="sentence">
          <Untrusted text={sentence} />
        </p>
        {(open.length > 0 || refusals.length > 0 || broken.length > 0) && (
          <ul class="rules">
            {refusals.map((refusal, index) => (
              <Rule key={`refusal ${index}`} verdict="fail" eval={evals > 1 ? refusal.eval : ""} rule={refusal.code}>
                {refusal.sentence}
              </Rule>
            ))}
            {open.map((rule, index) => (
              <Rule key={index} verdict={rule.verdict} eval={evals > 1 ? rule.eval : ""} rule={rule.rule}>
                {rule.sentence}
              </Rule>
            ))}
            {broken.map((one, index) => (
              <Rule key={`must ${index}`} verdict={one.verdict} eval={evals > 1 ? one.eval : ""} rule={`must pass: ${one.id}`}>
                {`${one.passed} of ${one.of} replies passed${one.quarantine ? `; tolerated until ${one.quarantine.until}` : ""}`}
              </Rule>
            ))}
          </ul>
        )}
        {passed.length > 0 && (
          <details class="passed-rules" open={verdict === "pass" && passed.length <= mostOpen}>
            <summary>
              {whole(passed.length)} {passed.length === 1 ? "rule" : "rules"} passed
            </summary>
            <ul class="rules">
              {passed.map((rule, index) => (
                <Rule key={index} verdict="pass" eval={evals > 1 ? rule.eval : ""} rule={rule.rule}>
                  {rule.sentence}
                </Rule>
              ))}
            </ul>
          </details>
        )}
        <CardNotes notes={notes} />
      </div>
    </article>
  );
}

function Rule({ verdict, eval: name, rule, children }: { verdict: Verdict; eval: string; rule: string; children: string }) {
  return (
    <li class={`tone-${verdictTones[verdict]}`}>
      <span class="rule-verdict">
        <VerdictSign of={verdict} size={14} />
        {verdictNames[verdict].toLowerCase()}
      </span>
      <div>
        <p class="rule-name">
          <code>
            <Untrusted text={rule} />
          </code>
          {name !== "" && (
            <small>
              <Untrusted text={name} />
            </small>
          )}
        </p>
        <p>
          <Untrusted text={children} />
        </p>
      </div>
    </li>
  );
}

function reckoning({ rules, refusals, must_pass: mustPass }: GateResult): string {
  const passed = rules.filter(({ verdict }) => verdict === "pass").length;
  const parts = [
    refusals.length > 0 && `${whole(refusals.length)} refused`,
    rules.length > 0 && `${whole(passed)} of ${whole(rules.length)} ${rules.length === 1 ? "rule" : "rules"} passed`,
    mustPass.length > 0 &&
      `${whole(mustPass.filter(({ verdict }) => verdict === "pass").length)} of ${whole(mustPass.length)} must-pass samples passed`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}
