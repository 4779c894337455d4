import type { Flag, Outcome } from "../page-data.ts";

export const outcomeNames: { readonly [outcome in Outcome]: string } = {
  passed: "passed",
  failed: "failed",
  error: "error",
  unscored: "not scored",
  scored: "scored",
};

export const flagNames: { readonly [flag in Flag]: string } = {
  filtered: "filtered",
  cut_off: "cut off",
  empty: "empty",
  refused: "refused",
  invalid_label: "invalid label",
};

const signs: { readonly [outcome in Outcome]: string } = {
  passed: "M2 6.5l3 3 5-7",
  failed: "M2.5 2.5l7 7M9.5 2.5l-7 7",
  error: "M6 1.5v6M6 10v.5",
  unscored: "M2 6h8",
  scored: "M2 4h8M2 8h8",
};

/** A sign and a word, never a colour alone. */
export function OutcomeMark({ outcome, word = false }: { outcome: Outcome; word?: boolean }) {
  return (
    <span class={`outcome ${outcome}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={signs[outcome]} />
      </svg>
      <span class={word ? undefined : "unheard"}>{outcomeNames[outcome]}</span>
    </span>
  );
}
