import { relative } from "node:path";
import { afterSecondLook, judgeGate, lookAlpha } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { GateResult } from "../core/gate.ts";
import type { ReportFormat } from "../report/index.ts";
import { type CommonOptions, type Context, openContext } from "./context.ts";
import { findGateSides, type OpenedCase, openCases } from "./gate-cases.ts";
import { tellGitHub } from "./gate-github.ts";
import { askMore, askMustPass } from "./gate-more.ts";
import { gateLines } from "./gate-terminal.ts";
import { type GateTextOptions, gateTexts } from "./gate-texts.ts";
import { pagePath } from "./page-path.ts";
import { note } from "./progress.ts";
import { formatByEnding, putReport, reportOf, reportRunOf } from "./report-of.ts";
import { shellWord } from "./shell-word.ts";
import { oneLine } from "./table.ts";
import { version } from "./version.ts";
import { toldReport } from "./write-report.ts";

export interface GateOptions extends CommonOptions, GateTextOptions {
  readonly eval?: readonly string[];
  readonly baselines?: string;
  readonly settle?: number;
  readonly ask: boolean;
  readonly format?: ReportFormat | "terminal";
  readonly output?: string;
  readonly samples: boolean;
  readonly redact?: boolean;
}

export async function gate(baseline: string, candidates: readonly string[], options: GateOptions): Promise<void> {
  if (options.settle !== undefined && !options.ask) {
    throw new FinegaugeError("cli.usage", "--settle asks for more samples, and --no-ask forbids it", {
      hint: "leave one of them out",
    });
  }
  const context = await openContext(options);
  const { settings } = context;
  const found = await findGateSides(baseline, candidates, {
    out: settings.out,
    baselines: settings.baselines,
    evals: options.eval,
  });
  const textsOf = gateTexts(context.registry, options);
  const notes = [...found.notes];

  let cases = await openCases(found, textsOf);
  if (options.ask) cases = await askMustPass(context, cases, options, notes);
  const alpha = options.settle === undefined ? 0.05 : lookAlpha;
  const today = new Date().toISOString().slice(0, 10);
  let result = judgeGate({ cases: cases.map((one) => one.gate), alpha, today, notes });
  if (options.settle !== undefined && result.verdict === "inconclusive" && options.ask) {
    const more = await askMore(context, cases, result, { ...options, settle: options.settle }, notes);
    const second = judgeGate({ cases: more.map((one) => one.gate), alpha, today, notes });
    result = afterSecondLook(result, second);
    cases = more;
  }
  await tell(result, cases, { baseline, candidates, context, options });
  process.exitCode = result.exit;
}

/** The command that judges the same again. */
function commandOf(baseline: string, candidates: readonly string[], options: GateOptions): string {
  const { rule = [], gate: file, margin = [], eval: evals = [], inconclusive, settle: more, ask } = options;
  const given = [
    ...rule.flatMap((text) => ["--rule", text]),
    ...(file === undefined ? [] : ["--gate", file]),
    ...margin.flatMap((text) => ["--margin", text]),
    ...evals.flatMap((name) => ["--eval", name]),
    ...(inconclusive === undefined ? [] : ["--inconclusive", inconclusive]),
    ...(more === undefined ? [] : ["--settle", String(more)]),
    ...(ask ? [] : ["--no-ask"]),
  ];
  return ["finegauge gate", ...[baseline, ...candidates, ...given].map(shellWord)].join(" ");
}

interface Telling {
  readonly baseline: string;
  readonly candidates: readonly string[];
  readonly context: Context;
  readonly options: GateOptions;
}

async function tell(
  result: GateResult,
  cases: readonly OpenedCase[],
  { baseline, candidates, context, options }: Telling,
): Promise<void> {
  const format = options.json ? "json" : (options.format ?? formatByEnding(options.output) ?? "terminal");
  await tellGitHub(result, context.environment.variables, (text) => process.stderr.write(text));
  if (format === "terminal") {
    if (options.output !== undefined && options.output !== "-") {
      throw new FinegaugeError("cli.usage", `${options.output} names no format`, {
        hint: "--format html, md, json, csv or junit",
      });
    }
    process.stdout.write(`${gateLines(result).join("\n")}\n`);
    return;
  }
  const compared = cases.flatMap((one) => (one.compared === undefined ? [] : [one.compared]));
  const tool = `finegauge ${version()}`;
  if (format === "json" && options.samples && !options.redact && (options.output ?? "-") === "-") {
    const comparisons = compared.map(({ comparison }) => comparison);
    process.stdout.write(`${JSON.stringify({ format: 1, tool, gate: result, comparisons }, null, 2)}\n`);
    return;
  }
  const command = commandOf(baseline, candidates, options);
  const report = reportOf(compared, { tool, command, samples: options.samples, gate: result });
  const lone = cases.flatMap((one) => (one.compared === undefined ? [reportRunOf(one.gate.candidate)] : []));
  const target = options.output ?? (format === "html" ? pagePath(context.settings.out, "gate") : "-");
  await putReport(toldReport({ ...report, runs: [...report.runs, ...lone] }, options), format, target);
  if (target === "-") return;
  process.stdout.write(`${options.output ?? (relative(process.cwd(), target) || target)}\n`);
  // Whoever wrote a file still wants to see the verdict in the log.
  note(oneLine(result.sentence, 1000), options);
}
