import type { Vocabulary } from "../expressions/expand.ts";
import { meanNames } from "../expressions/expression-deltas.ts";
import { faultIn } from "../expressions/parse-expression.ts";
import { countedFlags } from "../reply-flags.ts";
import type { Side } from "../side.ts";
import { median, timed } from "../timing.ts";
import type { GateCase } from "./gate-case.ts";
import { isMargin, namesOf, type Rule } from "./rule.ts";

/** Names that stand for one exact number of a run. */
export const exactNames = [
  ...countedFlags,
  "unscored",
  "cost",
  "tokens",
  timed,
  "latency.p50",
  "latency.p95",
  "n",
  "leaks",
  "leak_share",
] as const;

/**
 * What the names of one rule stand for.
 *
 * @param count samples behind a `regressions(…)`
 */
export function vocabularyOf(one: GateCase, rule: Rule, count: (selector: string | undefined) => number): Vocabulary {
  const { candidate, compared, expressions, margin } = one;
  const baseline = compared?.table.baseline;
  const fault = faultIn(rule.text, rule.where);
  return {
    metrics: meanNames(candidate.columns, baseline?.columns, candidate.primary),
    expressions,
    slices: candidate.slices.map(({ path }) => path),
    exact: exactNames,
    exactValue: (side, name) => {
      const from = side === "candidate" ? candidate : baseline;
      return from === undefined ? null : exactValue(from, name);
    },
    margin: (name) => {
      const metric = name === "margin" ? metricOf(rule) : name.slice("margin.".length);
      if (metric === undefined) {
        throw fault("has a margin, and not one metric that it could be of", {
          name: "margin",
          hint: "say whose: margin.accuracy",
        });
      }
      const value = Object.hasOwn(margin, metric) ? margin[metric] : undefined;
      if (value === undefined) {
        const hint = `gate: { margin: { ${metric}: 0.02 } } in the eval, or --margin ${metric}=0.02`;
        throw fault(`needs a margin of ${metric}, and none is declared`, { name, hint });
      }
      return value;
    },
    regressions: count,
    fault,
  };
}

/** The one metric that a rule measures. */
function metricOf({ measured }: Rule): string | undefined {
  const names = new Set(namesOf(measured).flatMap((leaf) => (leaf.kind === "name" && !isMargin(leaf) ? [leaf.name] : [])));
  const [only] = names;
  return names.size === 1 ? only : undefined;
}

/** null = not known. */
function exactValue({ facts, columns, primary, size }: Side, name: string): number | null {
  const { counts, cost, usage, latency } = facts;
  switch (name) {
    case "cost":
      return cost.model ?? null;
    case "tokens": {
      const tokens = usage.model.input + usage.model.output;
      return tokens > 0 ? tokens : null;
    }
    case timed:
      return median(columns.get(timed)?.values ?? []);
    case "latency.p50":
      return latency?.p50 ?? null;
    case "latency.p95":
      return latency?.p95 ?? null;
    case "n":
      return columns.get(primary)?.values.reduce((n, value) => n + (Number.isNaN(value) ? 0 : 1), 0) ?? 0;
    case "leaks":
      return facts.leakage?.leaked ?? null;
    case "leak_share":
      return facts.leakage === undefined || size === 0 ? null : facts.leakage.leaked / size;
    case "unscored":
      return counts.done === 0 ? null : counts.unscored / counts.done;
    default: {
      const flag = countedFlags.find((one) => one === name);
      return flag === undefined || counts.done === 0 ? null : counts[flag] / counts.done;
    }
  }
}

/** Why an exact number is not known. */
export function unknownBecause(name: string): string {
  if (name === "cost") return "no price is known";
  if (name === "tokens") return "no reply reported its tokens";
  if (name === timed || name.startsWith("latency")) return "no reply was timed";
  if (name.startsWith("leak")) return "nobody looked for its samples in training data (`train:` in the eval, or --leaks)";
  return "nothing was asked";
}
