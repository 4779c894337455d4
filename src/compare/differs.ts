import type { Difference } from "../core/comparison.ts";
import { canonicalJson } from "../core/json.ts";
import type { Side } from "./side.ts";

/** What of two runs is not the same, apart from the replies: whatever the numbers say, it may be the doing of any of these. */
export function differencesOf(
  baseline: Side,
  candidate: Side,
  pairs: { readonly changedItems: number; readonly changedIdeals: number; readonly changedPrompts: number },
): Difference[] {
  const [before, now] = [baseline.source.run, candidate.source.run];
  const found: Difference[] = [];
  const add = (what: Difference["what"], detail: string, samples?: number) =>
    found.push({ what, detail, ...(samples !== undefined && { samples }) });

  if (canonicalJson(before.model) !== canonicalJson(now.model)) add("model", modelDetail(before.model, now.model));
  if (before.eval !== now.eval) add("spec", `${before.eval} → ${now.eval}`);
  else if (before.spec_hash !== now.spec_hash) add("spec", changedKeys(before.spec, now.spec));
  if (before.data.hash !== now.data.hash) add("data", "the sample files are not the same");
  if (pairs.changedItems > 0) add("item", "one id, other content: left out", pairs.changedItems);
  if (pairs.changedIdeals > 0) add("ideal", "the right answers changed", pairs.changedIdeals);
  if (pairs.changedPrompts > 0) add("prompt", "the same question was wrapped another way", pairs.changedPrompts);
  if (canonicalJson(before.sampling) !== canonicalJson(now.sampling)) {
    add("sampling", changedValues(before.sampling, now.sampling));
  }
  if (canonicalJson(before.judges) !== canonicalJson(now.judges)) {
    const names = (run: typeof now) => run.judges.map(({ model }) => model).join(", ") || "none";
    add("judge", `${names(before)} → ${names(now)}`);
  }
  if (canonicalJson(before.scorers) !== canonicalJson(now.scorers)) {
    const names = (run: typeof now) => run.scorers.map(({ name }) => name).join(", ");
    add("scorer", names(before) === names(now) ? `other arguments of ${names(now)}` : `${names(before)} → ${names(now)}`);
  }
  if (before.attempts !== now.attempts) add("attempts", `${before.attempts} → ${now.attempts}`);
  if (before.tool !== now.tool) add("tool", `${before.tool} → ${now.tool}`);
  return found;
}

function modelDetail(before: Side["facts"]["model"], now: Side["facts"]["model"]): string {
  if (before.model !== now.model) return `${before.model} → ${now.model}`;
  return `${now.model}: ${changedValues(before, now)}`;
}

function keysOf(before: object, now: object): string[] {
  const [a, b] = [before as Record<string, unknown>, now as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => canonicalJson(a[key]) !== canonicalJson(b[key]));
}

function changedKeys(before: object, now: object): string {
  const keys = keysOf(before, now);
  return keys.length === 0 ? "changed" : keys.join(", ");
}

function changedValues(before: object, now: object): string {
  const [a, b] = [before as Record<string, unknown>, now as Record<string, unknown>];
  return keysOf(a, b)
    .map((key) => `${key} ${shown(a[key])} → ${shown(b[key])}`)
    .join(", ");
}

function shown(value: unknown): string {
  if (value === undefined) return "–";
  const text = typeof value === "string" ? value : canonicalJson(value);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
