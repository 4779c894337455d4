import type { Delta } from "../../core/comparison.ts";
import type { Place } from "../../core/errors.ts";
import { normalQuantile } from "../../stats/normal.ts";
import { labelExpressions } from "../labels/label-expressions.ts";
import type { PairTable } from "../pair-table.ts";
import { factsOfName } from "../score-facts.ts";
import { median, sharedTiming, timed } from "../timing.ts";
import { type Claim, nothingKnown } from "./claim.ts";
import { betterOf, claimedMetric } from "./claimed-metric.ts";
import { evaluate } from "./evaluate.ts";
import { expand, type Vocabulary } from "./expand.ts";
import { type Expression, type Formula, leavesOf, type MeanNode } from "./expression.ts";
import { measure } from "./measure.ts";
import { faultIn, openExpressions } from "./parse-expression.ts";
import { pairRows, type Rows } from "./rows.ts";

/** Half the width of a 95 % interval times this is the smallest true difference that is seen with 80 % power. */
const seenShare = (normalQuantile(0.975) + normalQuantile(0.8)) / normalQuantile(0.975);

/**
 * An eval's own metrics (`error_rate: 1 - accuracy`), read.
 *
 * @throws FinegaugeError `gate.rule-invalid`
 */
export async function readExpressions(
  metrics: { readonly [name: string]: string } = {},
  where?: Place,
): Promise<ReadonlyMap<string, Expression>> {
  const names = Object.keys(metrics);
  if (names.length === 0) return new Map();
  const parser = await openExpressions();
  return new Map(names.map((name) => [name, parser.expression(metrics[name] as string, where)]));
}

/**
 * The differences of an eval's own metrics, for `compareSides`. Loads what reads expressions only where there are any.
 *
 * @param labels false: without the figures of labels, which take longer than everything else together
 * @throws FinegaugeError `gate.rule-invalid` for an expression that cannot be read, or has a name that neither side knows
 */
export async function expressionDeltas(
  metrics: { readonly [name: string]: string } | undefined,
  { labels = true }: { readonly labels?: boolean } = {},
): Promise<(table: PairTable) => readonly Delta[]> {
  const read = await readExpressions(metrics);
  return (table) => {
    const expressions = new Map([...labelExpressions(comparedLabels(table)), ...read]);
    // A score of that name goes before.
    const own = [...(labels ? expressions : read).keys()].filter((name) => !table.candidate.columns.has(name));
    return own.map((name) => deltaOf(name, metrics?.[name] ?? "", table, expressions));
  };

  function deltaOf(name: string, text: string, table: PairTable, expressions: ReadonlyMap<string, Expression>): Delta {
    let usesTime = false;
    const times = table.values(timed);
    const vocabulary: Vocabulary = {
      metrics: meanNames(table.candidate.columns, table.baseline.columns, table.candidate.primary),
      expressions,
      slices: table.candidate.slices.map(({ path }) => path),
      exact: times === undefined ? [] : [timed],
      exactValue: (side) => {
        usesTime = true;
        return median(times?.[side] ?? []);
      },
      fault: faultIn(text, undefined),
    };
    const formulaOf = (side: "candidate" | "baseline" | "delta") => expand({ kind: "name", side, name }, vocabulary);
    const rows = completeRows(pairRows(table), formulaOf("delta"));
    const of = (side: "candidate" | "baseline" | "delta"): Claim => {
      const formula = formulaOf(side);
      if (usesTime && leavesOf<MeanNode>(formula).length === 0) {
        const value = evaluate(formula, () => 0, []).value;
        return nothingKnown({ n: table.size, groups: null, value, se: null }, sharedTiming);
      }
      const { claim } = measure(formula, rows);
      return usesTime ? nothingKnown({ ...claim, se: null }, sharedTiming) : claim;
    };
    const [baseline, candidate, delta] = [of("baseline"), of("candidate"), of("delta")];
    const better = betterOf(name, formulaOf("candidate"), rows, (metric) => {
      return (table.candidate.columns.get(metric) ?? table.baseline.columns.get(metric))?.better ?? null;
    });
    const interval = delta.interval(0.95);
    const known = Number.isFinite(delta.value);
    return {
      metric: name,
      unit: factsOfName(name)?.unit ?? "1",
      better,
      baseline: claimedMetric(name, baseline, better),
      candidate: claimedMetric(name, candidate, better),
      value: known ? delta.value : null,
      se: delta.se,
      interval: interval && { low: interval.low, high: interval.high, level: 0.95, sides: 2, method: interval.method },
      n: delta.n,
      groups: delta.groups,
      p: interval === null ? null : delta.p,
      p_adjusted: null,
      test: delta.test,
      mde: interval === null ? null : ((interval.high - interval.low) / 2) * seenShare,
      approximate: delta.approximate,
      ...(delta.reason !== undefined && { reason: delta.reason }),
    };
  }
}

/** Beyond so many numbers labels are compared only where a rule names them: it would take minutes. */
const mostLabelled = 2e6;

function comparedLabels({ size, baseline, candidate }: PairTable): readonly string[] {
  const names = candidate.labels?.names ?? [];
  return baseline.labels !== undefined && size * names.length <= mostLabelled ? names : [];
}

/** Scores and tokens of either side; the score that decides is known even where nothing was scored. */
export function meanNames(
  candidate: PairTable["candidate"]["columns"],
  baseline: PairTable["candidate"]["columns"] | undefined,
  primary: string,
): ReadonlySet<string> {
  const names = new Set([primary]);
  for (const { name, kind } of [...candidate.values(), ...(baseline?.values() ?? [])]) {
    if (kind === "score" || kind === "label" || (kind === "usage" && name !== "cost" && name !== timed)) names.add(name);
  }
  return names;
}

/** Rows that have every value of a formula, on both sides: then both sides are over the same samples, and differ by their difference. */
function completeRows(rows: Rows, formula: Formula): Rows {
  const means = leavesOf<MeanNode>(formula);
  const columns = means.map(
    ({ side, metric }) => rows.values(side, metric)?.values ?? new Float64Array(rows.size).fill(Number.NaN),
  );
  const lacks = (row: number) => columns.some((values) => Number.isNaN(values[row] as number));
  return {
    ...rows,
    values(side, metric) {
      const found = rows.values(side, metric);
      return found && { ...found, values: found.values.map((value, row) => (lacks(row) ? Number.NaN : value)) };
    },
  };
}
