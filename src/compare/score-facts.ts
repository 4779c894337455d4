import type { Metric } from "../core/metric.ts";
import type { Values } from "./estimate.ts";

type Facts = Pick<Metric, "better" | "unit">;

const lower: Facts = { better: "lower", unit: "1" };
const higher: Facts = { better: "higher", unit: "1" };
const nats = { unit: "nats" } as const;
const size: Facts = { better: null, unit: "1" };

/** What a score's name says about it, for those that are not simply better when higher. */
const known: { readonly [name: string]: Facts } = {
  log_likelihood: { better: "higher", ...nats },
  log_loss: { better: "lower", ...nats },
  brier: lower,
  ece: lower,
  kl: { better: "lower", ...nats },
  perplexity: lower,
  token_perplexity: lower,
  word_perplexity: lower,
  byte_perplexity: lower,
  bits_per_byte: { better: "lower", unit: "bits" },
  document_bits_per_byte: { better: "lower", unit: "bits" },
  precision: higher,
  recall: higher,
  confidence: size,
  named: size,
  nameable: size,
  tokens: { better: null, unit: "tokens" },
  words: size,
  bytes: size,
};

/** Does it say how well labels are told apart, between 0 and 1: `f1.disk`, `macro_f1`. */
export function isOfLabels(name: string): boolean {
  return /^(precision|recall|f1)\..|^(macro|weighted)_(precision|recall|f1)$/.test(name);
}

/** Which way a metric of this name is better, and its unit; undefined for a name that says nothing about it. */
export function factsOfName(name: string): Facts | undefined {
  if (isOfLabels(name)) return higher;
  const own = name.slice(name.lastIndexOf(".") + 1);
  return Object.hasOwn(known, own) ? known[own] : undefined;
}

/** The same of a score, any other being better when higher unless its eval says otherwise. */
export function scoreFacts(name: string, lowerIsBetter: boolean): Facts {
  return factsOfName(name) ?? { better: lowerIsBetter ? "lower" : "higher", unit: "1" };
}

const unitRange: ReadonlySet<string> = new Set([
  ...["accuracy", "f1_score", "acc_norm", "acc_bytes"],
  ...["confidence", "answer_mass", "named", "hit", "nameable", "same_top"],
]);

/** Is it a score that cannot leave 0 to 1? A scorer of somebody else's may call anything accuracy, so its values are looked at too. */
export function isBounded(name: string, values: Values): boolean {
  if (!unitRange.has(name.slice(name.lastIndexOf(".") + 1))) return false;
  for (const value of values) if (value < 0 || value > 1) return false;
  return true;
}
