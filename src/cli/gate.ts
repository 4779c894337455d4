import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, relative } from "node:path";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import type { GateResult } from "../core/gate.ts";
import type { ReportFormat } from "../report/index.ts";
import { type CommonOptions, type Context, openContext } from "./context.ts";
import type { OpenedCase } from "./gate-cases.ts";
import { tellGate } from "./gate-github.ts";
import { gateLines } from "./gate-terminal.ts";
import { type JudgeOptions, judgeReferences } from "./judge-references.ts";
import { logLine } from "./log-line.ts";
import { pagePath } from "./page-path.ts";
import { pinnedReferences } from "./pinned-references.ts";
import { note } from "./progress.ts";
import { formatByEnding, putReport, reportOf, reportRunOf } from "./report-of.ts";
import { shellWord } from "./shell-word.ts";
import { version } from "./version.ts";
import { redactTexts, toldReport } from "./write-report.ts";

interface GateOptions extends CommonOptions, Omit<JudgeOptions, "quiet"> {
  readonly baselines?: string;
  readonly format?: ReportFormat | "terminal";
  readonly output?: string;
  readonly samples: boolean;
  readonly redact?: boolean;
}

export async function gate(baseline: string, candidates: readonly string[], options: GateOptions): Promise<void> {
  // What is wrong with the command is said before anybody is asked or told anything.
  const format = formatOf(options);
  const context = await openContext(options);
  const { result, cases } = await judgeReferences(context, baseline, candidates, options);
  // Before it is told: whatever befalls the telling, the verdict stands.
  process.exitCode = result.exit;
  await tell(told(result, options), cases, { baseline, candidates, context, options, format });
}

/** @throws FinegaugeError `cli.usage` for an output without a format, or where no file can be */
function formatOf({ json, format: asked, output }: GateOptions): ReportFormat | "terminal" {
  const format = json ? "json" : (asked ?? formatByEnding(output) ?? "terminal");
  if (output === undefined || output === "-") return format;
  if (format === "terminal") {
    throw new FinegaugeError("cli.usage", `${output} names no format`, { hint: "--format html, md, json, csv or junit" });
  }
  refuseUnwritable(output);
  return format;
}

function refuseUnwritable(output: string): void {
  try {
    if (existsSync(output)) {
      if (statSync(output).isDirectory()) throw new Error("it is a folder");
      accessSync(output, constants.W_OK);
      return;
    }
    // Folders that are missing are made.
    let folder = dirname(output);
    while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new FinegaugeError("cli.usage", `${output} cannot be written: ${messageOf(error)}`, { hint: "--output FILE" });
  }
}

/** As much of a result as is to be told: without samples none by its id, redacted no text that may not be mailed. */
function told(result: GateResult, { samples, redact }: GateOptions): GateResult {
  const shown = samples ? result : { ...result, must_pass: [] };
  return redact ? redactTexts(shown) : shown;
}

/** The command that judges the same again. */
function commandOf(baseline: string, candidates: readonly string[], options: GateOptions): string {
  const { rule = [], gate: file, margin = [], eval: evals = [], inconclusive, settle: more, ask, leaks = [] } = options;
  const given = [
    ...rule.flatMap((text) => ["--rule", text]),
    ...(file === undefined ? [] : ["--gate", file]),
    ...margin.flatMap((text) => ["--margin", text]),
    ...evals.flatMap((name) => ["--eval", name]),
    ...(inconclusive === undefined ? [] : ["--inconclusive", inconclusive]),
    ...(more === undefined ? [] : ["--settle", String(more)]),
    ...(ask ? [] : ["--no-ask"]),
    ...leaks.flatMap((file) => ["--leaks", file]),
  ];
  return ["finegauge gate", ...[baseline, ...candidates, ...given].map(shellWord)].join(" ");
}

interface Telling {
  readonly baseline: string;
  readonly candidates: readonly string[];
  readonly context: Context;
  readonly options: GateOptions;
  readonly format: ReportFormat | "terminal";
}

async function tell(
  result: GateResult,
  cases: readonly OpenedCase[],
  { baseline, candidates, context, options, format }: Telling,
): Promise<void> {
  await tellGate(result, context.environment.variables, (text) => process.stderr.write(text));
  if (format === "terminal") {
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
  const sides = pinnedReferences(
    candidates,
    cases.map(({ gate: { candidate: side } }) => side.facts),
  );
  const [before = baseline] = pinnedReferences(
    [baseline],
    compared.map((one) => one.baseline.facts),
  );
  const command = commandOf(before, sides, options);
  const report = reportOf(compared, { tool, command, samples: options.samples, gate: result });
  const lone = cases.flatMap((one) => (one.compared === undefined ? [reportRunOf(one.gate.candidate)] : []));
  const target = options.output ?? (format === "html" ? pagePath(context.settings.out, "gate") : "-");
  await putReport(toldReport({ ...report, runs: [...report.runs, ...lone] }, options), format, target);
  if (target === "-") return;
  process.stdout.write(`${options.output ?? (relative(process.cwd(), target) || target)}\n`);
  // Whoever wrote a file still wants to see the verdict in the log.
  note(logLine(result.sentence, 1000), options);
}
