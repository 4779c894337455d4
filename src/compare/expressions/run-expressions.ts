import { FinegaugeError } from "../../core/errors.ts";
import type { Metric } from "../../core/metric.ts";
import type { MadeMetrics } from "../made-metrics.ts";
import { sampleRows } from "../sample-rows.ts";
import { scoreFacts } from "../score-facts.ts";
import { nothingKnown } from "./claim.ts";
import { betterOf, claimedMetric } from "./claimed-metric.ts";
import { expand, type Vocabulary } from "./expand.ts";
import type { Expression } from "./expression.ts";
import { measure } from "./measure.ts";
import { faultIn, openExpressions } from "./parse-expression.ts";

/**
 * Reads an eval's own metrics. One that cannot be read, or is made of what a run's scores do not tell, is null with the reason: a run
 * is not lost over it.
 *
 * @returns undefined where there are none, so that nothing has to be loaded
 */
export async function openRunExpressions(
  metrics: { readonly [name: string]: string } | undefined,
): Promise<MadeMetrics | undefined> {
  const texts = Object.entries(metrics ?? {});
  if (texts.length === 0) return undefined;
  const parser = await openExpressions();
  const expressions = new Map<string, Expression>();
  const faults = new Map<string, string>();
  for (const [name, text] of texts) {
    const read = orFault(() => parser.expression(text));
    if (typeof read === "string") faults.set(name, read);
    else expressions.set(name, read);
  }

  return {
    measure(scored, lowerIsBetter) {
      const rows = sampleRows(scored);
      const scores = new Set(scored.families.map(({ name }) => name));
      // A score of that name goes before.
      const own = texts.filter(([name]) => !scores.has(name));
      return own.map(([name, text]) => {
        const vocabulary: Vocabulary = { metrics: scores, expressions, slices: [], exact: [], fault: faultIn(text, undefined) };
        const formula = faults.get(name) ?? orFault(() => expand({ kind: "name", side: "candidate", name }, vocabulary));
        if (typeof formula === "string") return unknown(name, formula);
        const { claim, holes } = measure(formula, rows);
        const better = betterOf(name, formula, rows, (metric) => scoreFacts(metric, lowerIsBetter).better);
        return { ...claimedMetric(name, claim, better), unscored: holes };
      });
    },
  };
}

function orFault<Found extends object>(find: () => Found): Found | string {
  try {
    return find();
  } catch (error) {
    if (error instanceof FinegaugeError) return error.message;
    throw error;
  }
}

function unknown(name: string, reason: string): Metric {
  return claimedMetric(name, nothingKnown({ n: 0, groups: null, value: Number.NaN, se: null }, reason), null);
}
