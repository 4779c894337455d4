import { join } from "node:path";
import { styleText } from "node:util";
import { judgeGate } from "../compare/index.ts";
import { whole } from "../core/figures.ts";
import { createStop } from "../engine/index.ts";
import { type CommonOptions, type Context, openContext } from "./context.ts";
import { findGateSides, openCases } from "./gate-cases.ts";
import { gateTexts } from "./gate-texts.ts";
import { limitYoungGeneration } from "./limit-young-generation.ts";
import { near } from "./near.ts";
import { percent } from "./numbers.ts";
import { note } from "./progress.ts";
import { putReport, reportOf } from "./report-of.ts";
import { asJson } from "./run.ts";
import { runMatrix } from "./run-matrix.ts";
import type { FinishedRun } from "./run-pair.ts";
import { runSummary } from "./run-summary.ts";

const base = "tickets-base";
const tuned = "tickets-tuned";
const evals = ["tickets", "tickets-hard", "general"];

/** A true before and after: what fine-tuning made better, and what it broke. */
export async function demo(options: CommonOptions): Promise<void> {
  const context = await openContext(options);
  note("two models of 1.9 MB in this process, three evals: no key, no network, no GPU", options);
  limitYoungGeneration();
  const finished = await runMatrix(context, {
    models: [base, tuned],
    evals,
    order: "shuffle",
    attempts: 1,
    seed: options.seed ?? 0,
    sampling: {},
    inputs: true,
    maxErrorRate: 0.01,
    dryRun: false,
    announce: false,
    resume: undefined,
    yes: true,
    quiet: options.quiet,
    observers: [],
    stop: createStop(),
    onRefused: (error) => {
      throw error;
    },
  });
  const { comparisons, gate, report } = await judged(context, finished);
  const page = join(context.settings.out, "demo.html");
  await putReport(report, "html", page);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...asJson(finished, page), comparisons, gate }, null, 2)}\n`);
    return;
  }
  const sentences = comparisons.map(({ sentence, finding }) => styleText(colours[finding], sentence, { stream: process.stdout }));
  const why = gate.rules.flatMap(({ verdict, rule, sentence }) => (verdict === "fail" ? [`  ${rule}: ${sentence}`] : []));
  const next = options.quiet ? [] : [`next    open ${near(page)}, or finegauge diff ${base} ${tuned}`];
  const summary = await runSummary(finished, undefined, { quiet: true, leakage: false });
  const lines = [...summary, ...leakage(finished), "", ...sentences, gate.sentence, ...why, ...next];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** Of the model that learned from them: the other one has never seen the training data. */
function leakage(finished: readonly FinishedRun[]): string[] {
  const found = finished.flatMap(({ model, samples, leakage: known }) =>
    model !== tuned || known?.scores === undefined ? [] : [{ samples, ...known, clean: known.scores.clean }],
  );
  const [first] = found;
  if (first === undefined) return [];
  const many = found.map(({ leaked, samples }) => `${whole(leaked)} of ${whole(samples)}`).join(" and ");
  const scores = found.map(({ clean }) => percent(clean.value)).join(" and ");
  return [`leakage ${tuned} was trained on ${many} of these samples, or nearly the same: without them ${scores}`];
}

const colours = { better: "green", worse: "red", "not-worse": "green", unclear: "yellow" } as const;

/** What `finegauge diff` and `finegauge gate` say of these runs. */
async function judged(context: Context, finished: readonly FinishedRun[]) {
  const idsOf = (model: string) => finished.flatMap((run) => (run.model === model ? [run.id] : []));
  const { out, baselines } = context.settings;
  const found = await findGateSides(idsOf(base).join(","), idsOf(tuned), { out, baselines });
  const cases = await openCases(found, gateTexts(context.registry, {}));
  const today = new Date().toISOString().slice(0, 10);
  const gate = judgeGate({ cases: cases.map((one) => one.gate), today, notes: found.notes });
  const compared = cases.flatMap((one) => (one.compared === undefined ? [] : [one.compared]));
  const command = `finegauge gate ${base} ${tuned}`;
  const report = reportOf(compared, { tool: context.tool, command, samples: true, gate });
  return { comparisons: compared.map(({ comparison }) => comparison), gate, report };
}
