import type { Finding } from "../../core/comparison.ts";
import type { Verdict } from "../../core/gate.ts";

export const findingNames: { readonly [finding in Finding]: string } = {
  better: "Better",
  worse: "Worse",
  "not-worse": "Not worse",
  unclear: "Cannot tell",
};

export const verdictNames: { readonly [verdict in Verdict]: string } = {
  pass: "Pass",
  fail: "Fail",
  inconclusive: "Inconclusive",
};

/** How good the news are, which is what a colour may say. */
export type Tone = "good" | "bad" | "fine" | "open";

export const findingTones: { readonly [finding in Finding]: Tone } = {
  better: "good",
  worse: "bad",
  "not-worse": "fine",
  unclear: "open",
};

export const verdictTones: { readonly [verdict in Verdict]: Tone } = { pass: "good", fail: "bad", inconclusive: "open" };

const signs: { readonly [name in Finding | Verdict]: string } = {
  better: "M4 15.5l8-9 8 9",
  worse: "M4 8.5l8 9 8-9",
  "not-worse": "M5 9h14M5 15h14",
  unclear: "M4 12h.01M12 12h.01M20 12h.01",
  pass: "M4.5 12.5l5 5.5 10-12",
  fail: "M5.5 5.5l13 13M18.5 5.5l-13 13",
  inconclusive: "M4 12h.01M12 12h.01M20 12h.01",
};

/** A shape beside the word, for those who do not see the colour. */
export function VerdictSign({ of, size = 24 }: { of: Finding | Verdict; size?: number }) {
  return (
    <svg class="verdict-sign" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path d={signs[of]} />
    </svg>
  );
}
