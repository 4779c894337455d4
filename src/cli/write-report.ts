import { homedir } from "node:os";
import { collectRun, openRunExpressions } from "../compare/index.ts";
import { specOf } from "../core/spec-of.ts";
import { replaceFile } from "../io/replace-file.ts";
import { type Report, type ReportFormat, type ReportRun, redactReport, redactValue, reportWriters } from "../report/index.ts";
import { openStoredRun } from "../runs/index.ts";
import { judgeCalibration } from "./judge-calibration.ts";

export interface Told {
  /** false: only numbers. */
  readonly samples?: boolean;
  /** Placeholders for what may tell who somebody is, or let somebody in. */
  readonly redact?: boolean;
}

/** Reads runs, works out their numbers from their samples, and gives what every format is written from. */
export async function makeReport(files: readonly string[], tool: string, told: Told = {}): Promise<Report> {
  const runs: ReportRun[] = [];
  for (const file of files) {
    const stored = await openStoredRun(file);
    const { run, end, samples } = stored;
    const { attempts } = run;
    const spec = specOf(run, file);
    const expressions = await openRunExpressions(spec.metrics);
    const collector = collectRun({ spec, selected: run.data.selected * attempts, attempts, expressions });
    for await (const line of samples()) collector.observe(line);
    runs.push({
      run,
      end,
      counts: collector.counts(),
      metrics: collector.metrics(),
      slices: collector.slices(),
      latency: collector.latency(),
      judge_calibration: await judgeCalibration(stored),
      samples,
    });
  }
  return toldReport({ made: new Date().toISOString(), tool, runs }, told);
}

/** As much of a report as is to be told. */
export function toldReport(report: Report, { samples = true, redact = false }: Told): Report {
  const told = { ...report, samples };
  return redact ? redactReport(told, { home: homedir(), cwd: process.cwd() }) : told;
}

/** A value for a screen, with placeholders in every text as `redactReport` makes them. */
export function redactTexts<Value>(value: Value): Value {
  return redactValue(value, { home: homedir(), cwd: process.cwd() });
}

/** Writes a report to a file, whole or not at all. */
export async function writeReport(
  files: readonly string[],
  format: ReportFormat,
  target: string,
  tool: string,
  told: Told = {},
): Promise<string> {
  const writer = await reportWriters[format]();
  await replaceFile(target, writer.write(await makeReport(files, tool, told)));
  return target;
}
