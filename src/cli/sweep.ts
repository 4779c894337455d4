import { type SureAnswer, type Sweep, type SweepStep, sweepThreshold } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { type EvalSpec, valueAt } from "../core/eval-spec.ts";
import { figure, range } from "../core/figures.ts";
import type { Interval } from "../core/metric.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { StoredRun } from "../runs/index.ts";
import type { RescoreTarget } from "./rescore-target.ts";
import { scoreAgain } from "./score-again.ts";
import { table } from "./table.ts";

const scorer = "logprob-choice";

/** Tries thresholds on one half of a run's recorded answers, and says what the best of them is worth on the other half. */
export async function sweep(
  stored: StoredRun,
  { spec, recorded, ideals }: RescoreTarget,
  options: { json?: boolean },
): Promise<void> {
  if (spec.scorer !== scorer) {
    throw new FinegaugeError("cli.usage", `--sweep tries thresholds of ${scorer}, and this is ${spec.scorer}`, {
      hint: `--scorer ${scorer} --sweep, for a run whose replies have log-probabilities`,
    });
  }
  // At 0 a score says what could be named, and how sure the model was.
  const { seed } = stored.run.data;
  const score = await scoreAgain({ spec: { ...spec, args: { ...spec.args, threshold: 0 } }, recorded, seed });
  const answers: SureAnswer[] = [];
  for await (const line of stored.samples()) {
    if (line.error !== undefined) continue;
    const values = new Map(score(line, ideals?.get(line.hashes.item))?.map(({ name, value }) => [name, value]));
    const probability = values.get("confidence");
    if (probability === undefined || probability === null) continue;
    const is = (name: string) => values.get(name) === 1;
    const nameable = !values.has("nameable") || is("nameable");
    answers.push({ key: keyOf(spec, line), probability, named: is("named"), hit: is("hit"), nameable });
  }
  const found = sweepThreshold(answers, seed);
  if (found === undefined) {
    throw new FinegaugeError("cli.usage", `too few answers have probabilities to be parted into halves: ${answers.length}`);
  }
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : `${linesOf(found).join("\n")}\n`);
}

/** Answers to one question, and samples of one group, are not independent: they go into one half. */
export function keyOf({ group_by: path }: EvalSpec, line: SampleLine): string {
  const group = path === undefined ? undefined : valueAt(line, path);
  return group === undefined || group === null ? line.hashes.item : JSON.stringify(group);
}

function linesOf({ steps, chosen, held }: Sweep): string[] {
  const right = (text: string) => ({ text, right: true });
  const head = ["threshold", "named", "precision", "recall", "F1"].map(right);
  const rows = steps.map((step) => [
    right(step.threshold.toFixed(2)),
    right(figure(step.named / step.n, "percent")),
    ...[step.precision, step.recall, step.f1].map((value) => right(value === null ? "–" : figure(value, "percent"))),
  ]);
  const { precision, recall } = held.intervals;
  return [
    ...table([head, ...rows]),
    "",
    `${chosen.threshold} has the best F1 of these ${chosen.n} answers, one half of the run. On the other half, ${held.n}:`,
    `  precision  ${share(held.precision, precision.interval)}  ${counted(held, held.named)}`,
    `  recall     ${share(held.recall, recall.interval)}  ${counted(held, held.nameable)}`,
    `  named      ${figure(held.named / held.n, "percent")}`,
    `keep it with  threshold: ${chosen.threshold}`,
  ];
}

function share(value: number | null, interval: Interval | null): string {
  if (value === null) return "–";
  return `${figure(value, "percent")}${interval === null ? "" : `, 95 % interval ${range(interval, "percent")}`}`;
}

function counted({ hits }: SweepStep, of: number): string {
  return `${hits} of ${of}`;
}
