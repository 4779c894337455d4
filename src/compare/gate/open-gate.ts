import { FinegaugeError, type Place } from "../../core/errors.ts";
import type { EvalSpec } from "../../core/eval-spec.ts";
import { nearestNames } from "../../core/nearest.ts";
import type { Compared } from "../compare-sides.ts";
import { meanNames, readExpressions } from "../expressions/expression-deltas.ts";
import { openExpressions } from "../expressions/parse-expression.ts";
import { labelExpressions } from "../labels/label-expressions.ts";
import type { Side } from "../side.ts";
import type { GateCase } from "./gate-case.ts";
import { findMustPass, type Quarantine } from "./must-pass.ts";
import { isShare } from "./possible.ts";
import { readRule, selectorsOf } from "./rule.ts";
import { exactNames } from "./vocabulary.ts";

/** What a gate asks of one candidate, as somebody wrote it. */
export interface GateTexts {
  readonly rules: readonly { readonly text: string; readonly where?: Place | undefined }[];
  readonly margin: { readonly [metric: string]: number };
  readonly inconclusive: NonNullable<NonNullable<EvalSpec["gate"]>["inconclusive"]>;
  readonly quarantine: readonly Quarantine[];
  /** Leave out of what is measured the samples that are in the training data. */
  readonly cleanOnly?: boolean | undefined;
  /** The eval's own metrics, name to expression; absent = as the candidate's run has them. */
  readonly metrics?: { readonly [name: string]: string } | undefined;
  /** Where one of them was written. */
  readonly metricAt?: ((name: string) => Place | undefined) | undefined;
}

/**
 * Reads the rules of one candidate and finds the samples that must pass. Loads mathjs, and reads the candidate again where a rule names
 * samples that must pass.
 *
 * Margins without a rule are rules: each metric may be worse by its margin.
 *
 * @throws FinegaugeError `gate.rule-invalid`, and `gate.no-rules` when there is nothing to judge
 */
export async function openGate(candidate: Side, compared: Compared | undefined, texts: GateTexts): Promise<GateCase> {
  const { margin, inconclusive, quarantine, cleanOnly } = texts;
  const metrics = texts.metrics ?? candidate.spec.metrics;
  const taken = new Set([
    ...meanNames(candidate.columns, compared?.table.baseline.columns, candidate.primary),
    ...exactNames,
    "margin",
  ]);
  refuseTaken(Object.keys(metrics ?? {}), taken, texts);
  const expressions = new Map([...labelExpressions(candidate.labels?.names ?? []), ...(await readExpressions(metrics))]);
  taken.delete("margin");
  const known = new Set([...taken, ...expressions.keys()]);
  refuseMisspelt(Object.keys(margin), known);
  for (const [metric, value] of Object.entries(margin)) {
    if (value < 1 || !isShare({ candidate, compared }, metric)) continue;
    throw new FinegaugeError("gate.rule-invalid", `a margin of ${value} lets ${metric} lose everything`, {
      hint: "0.02 is two points",
    });
  }
  const ofThisEval = Object.keys(margin).filter((metric) => known.has(metric));
  const implied = ofThisEval.map((metric) => ({ text: impliedRule(metric, candidate, compared), where: undefined }));
  const written = texts.rules.length > 0 ? texts.rules : implied;
  if (written.length === 0) {
    throw new FinegaugeError(
      "gate.no-rules",
      `there is nothing to judge on ${candidate.facts.eval}: it has no gate, and no rule was given`,
      {
        hint: `--margin ${candidate.primary}=0.02, --rule 'delta.${candidate.primary} >= -0.02', or gate: in the eval`,
      },
    );
  }
  const parser = await openExpressions();
  const rules = written.flatMap(({ text, where }) => readRule(parser, text, where));
  return {
    candidate,
    compared,
    rules,
    expressions,
    margin,
    inconclusive,
    quarantine,
    cleanOnly,
    mustPass: compared === undefined ? new Map() : await findMustPass(compared, selectorsOf(rules)),
  };
}

/** Two numbers of one name: whichever a rule got, somebody would take it for the other. */
function refuseTaken(names: readonly string[], taken: ReadonlySet<string>, { metricAt }: GateTexts): void {
  const name = names.find((one) => taken.has(one));
  if (name === undefined) return;
  throw new FinegaugeError("gate.rule-invalid", `the eval makes a metric "${name}", a name that is taken already`, {
    where: metricAt?.(name),
    hint: "give it another name",
  });
}

/** A misspelt margin would leave another one in force. One of a metric that only other evals have is nobody's mistake. */
function refuseMisspelt(margins: readonly string[], known: ReadonlySet<string>): void {
  for (const metric of margins) {
    const nearest = known.has(metric) ? [] : nearestNames(metric, known);
    if (nearest.length === 0) continue;
    throw new FinegaugeError("gate.rule-invalid", `a margin is declared of "${metric}", which is no metric here`, {
      nearest,
      hint: `metrics: ${[...known].join(", ")}`,
    });
  }
}

function impliedRule(metric: string, candidate: Side, compared: Compared | undefined): string {
  const known = candidate.columns.get(metric) ?? compared?.comparison.deltas.find((delta) => delta.metric === metric);
  const counted = exactNames.some((name) => name === metric && name !== "n");
  const name = /^[A-Za-z_]\w*$/.test(metric) ? `delta.${metric}` : `delta[${JSON.stringify(metric)}]`;
  return known?.better === "lower" || counted ? `${name} <= margin` : `${name} >= -margin`;
}
