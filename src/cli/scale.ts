import {
  bestScale,
  type CalibrationOfAnswers,
  calibrationOfAnswers,
  halfOf,
  type JudgedAnswer,
  scales,
} from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { figure, range } from "../core/figures.ts";
import type { StoredRun } from "../runs/index.ts";
import type { RescoreTarget } from "./rescore-target.ts";
import { type ScoreAgain, scoreAgain } from "./score-again.ts";
import { keyOf } from "./sweep.ts";
import { type Cell, table } from "./table.ts";

const scorers = ["logprob-choice", "multiple-choice"];

/** The scale that one half of the answers chose, and what it does to the other half. */
interface Scaled {
  readonly scale: number;
  /** Answers that it was chosen on. */
  readonly n: number;
  readonly held: { readonly n: number; readonly before: CalibrationOfAnswers; readonly after: CalibrationOfAnswers };
}

/** Fits the temperature of a run's recorded probabilities on one half, and says what calibration is on the other before and after. */
export async function scale(stored: StoredRun, target: RescoreTarget, options: { json?: boolean }): Promise<void> {
  const { spec, recorded, ideals } = target;
  const { seed } = stored.run.data;
  if (!scorers.includes(spec.scorer)) {
    throw new FinegaugeError("cli.usage", `--scale is of probabilities, and ${spec.scorer} has none`, {
      hint: "--scorer logprob-choice --scale, for a run whose replies have log-probabilities",
    });
  }
  const scorersAt = (all: readonly number[]) =>
    Promise.all(all.map((by) => scoreAgain({ spec: { ...spec, args: { ...spec.args, scale: by } }, recorded, seed })));
  async function* answersOf(half: 0 | 1, all: readonly ScoreAgain[]): AsyncGenerator<JudgedAnswer[]> {
    for await (const line of stored.samples()) {
      const key = keyOf(spec, line);
      if (line.error !== undefined || halfOf(key, seed) !== half) continue;
      const answers = all.flatMap((score) => answerOf(key, score(line, ideals?.get(line.hashes.item))) ?? []);
      if (answers.length === all.length) yield answers;
    }
  }

  const losses = new Float64Array(scales.length);
  let n = 0;
  for await (const answers of answersOf(0, await scorersAt(scales))) {
    for (const [at, { logLoss }] of answers.entries()) losses[at] = (losses[at] as number) + logLoss;
    n++;
  }
  const chosen = bestScale(losses);
  const held: { before: JudgedAnswer[]; after: JudgedAnswer[] } = { before: [], after: [] };
  for await (const [before, after] of answersOf(1, await scorersAt([1, chosen]))) {
    held.before.push(before as JudgedAnswer);
    held.after.push(after as JudgedAnswer);
  }
  if (n === 0 || held.before.length === 0) {
    throw new FinegaugeError(
      "cli.usage",
      `too few answers have probabilities to be parted into halves: ${n + held.before.length}`,
    );
  }
  const found: Scaled = {
    scale: chosen,
    n,
    held: { n: held.before.length, before: calibrationOfAnswers(held.before), after: calibrationOfAnswers(held.after) },
  };
  process.stdout.write(options.json ? `${JSON.stringify(found, null, 2)}\n` : `${linesOf(found).join("\n")}\n`);
}

function answerOf(key: string, scores: ReturnType<ScoreAgain>): JudgedAnswer | undefined {
  const of = (name: string) => scores?.find((score) => score.name === name)?.value ?? undefined;
  const [right, confidence, logLoss, brier] = ["accuracy", "confidence", "log_loss", "brier"].map(of);
  if (right === undefined || confidence === undefined || logLoss === undefined || brier === undefined) return undefined;
  return { key, confidence, right: right === 1, logLoss, brier };
}

function linesOf({ scale: by, n, held }: Scaled): string[] {
  const right = (text: string): Cell => ({ text, right: true });
  const row = (name: string, { log_loss, brier, ece }: CalibrationOfAnswers): Cell[] => [
    { text: name },
    right(figure(ece, "percent")),
    ...[log_loss, brier].flatMap(({ value, interval }) => [
      right(value === null ? "–" : figure(value, "plain")),
      right(interval === null ? "" : range(interval, "plain")),
    ]),
  ];
  const how = by > 1 ? "too sure of itself" : by < 1 ? "less sure than it could be" : "as sure as it should be";
  return [
    `${by} fits these ${n} answers best, one half of the run: the model is ${how}. On the other half, ${held.n}:`,
    ...table([
      [{ text: "" }, ...["ece", "log_loss", "95 % interval", "brier", "95 % interval"].map(right)],
      row("as it is", held.before),
      row(`scaled by ${by}`, held.after),
    ]),
    ...(by === 1 ? [] : [isBetter(held) ? `keep it with  scale: ${by}` : "No better there: leave it as it is."]),
  ];
}

function isBetter({ before, after }: Scaled["held"]): boolean {
  return (after.log_loss.value ?? 0) < (before.log_loss.value ?? 0);
}
