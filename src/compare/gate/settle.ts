import type { GateResult } from "../../core/gate.ts";
import { concluded } from "./judge-gate.ts";

/**
 * Error rate of each of two looks. Whoever looks twice at 5 % is wrong more often than in 5 % of cases; by this split both looks
 * together are not (Bonferroni), whatever the samples of the second have to do with those of the first. The number of samples of the
 * second look must not hang on what the first one showed, save that it is not taken.
 */
export const lookAlpha = 0.025;

/**
 * The verdicts of two looks at the same cases, each made at `lookAlpha`: what the first settled stands, the second judges the rest.
 */
export function afterSecondLook(first: GateResult, second: GateResult): GateResult {
  const rules = first.rules.map((rule, at) => (rule.verdict === "inconclusive" ? (second.rules[at] ?? rule) : rule));
  const codes = new Set(first.refusals.map(({ code, eval: name, run }) => JSON.stringify([code, name, run])));
  const refusals = second.refusals.filter(({ code, eval: name, run }) => !codes.has(JSON.stringify([code, name, run])));
  return concluded({
    rules,
    refusals: [...first.refusals, ...refusals],
    must_pass: first.must_pass,
    inconclusive: rules.some(({ verdict }) => verdict === "inconclusive") ? second.inconclusive : "fail",
    notes: [...new Set([...first.notes, ...second.notes])],
    withoutBaseline: first.exit === 2,
  });
}
