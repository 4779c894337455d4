import { homedir } from "node:os";
import { expressionDeltas, readSide, type Side } from "../compare/index.ts";
import type { JudgeCalibration } from "../core/judge-calibration.ts";
import { replaceFile } from "../io/replace-file.ts";
import { type Report, type ReportFormat, redactReport, redactValue, reportWriters } from "../report/index.ts";
import { openStoredRun } from "../runs/index.ts";
import { compareMatched, type Matched } from "./compare-matched.ts";
import type { LeakCover } from "./leakage-over.ts";
import { reportOf } from "./report-of.ts";

export interface Told {
  /** false: only numbers. */
  readonly samples?: boolean;
  /** Placeholders for what may tell who somebody is, or let somebody in. */
  readonly redact?: boolean;
  /** Put over each run. */
  readonly cover?: LeakCover | undefined;
}

/**
 * Reads runs, works out their numbers from their samples, and gives what every format is written from. Of the runs of one eval the first
 * is what the others are compared with.
 */
export async function makeReport(files: readonly string[], tool: string, told: Told = {}): Promise<Report> {
  // The rest of this file is for every command that shows a comparison, most of which have nothing to do with labels.
  const { judgeCalibration } = await import("./judge-calibration.ts");
  const sides: Side[] = [];
  const calibrations: (JudgeCalibration | undefined)[] = [];
  for (const file of files) {
    const stored = await openStoredRun(file);
    sides.push(await readSide((await told.cover?.(stored)) ?? stored));
    calibrations.push(await judgeCalibration(stored));
  }
  const compared = await compareMatched(matchedByEval(sides), async ({ spec }) => ({
    derived: await expressionDeltas(spec.metrics),
  }));
  const { runs, ...report } = reportOf(compared, { tool, samples: true, sides });
  return toldReport({ ...report, runs: runs.map((one, at) => ({ ...one, judge_calibration: calibrations[at] })) }, told);
}

function matchedByEval(sides: readonly Side[]): Matched[] {
  const by = new Map<string, Side[]>();
  for (const side of sides) by.set(side.facts.eval, [...(by.get(side.facts.eval) ?? []), side]);
  return [...by].flatMap(([name, [baseline, ...candidates]]) =>
    baseline === undefined || candidates.length === 0
      ? []
      : [{ eval: name, baseline: { side: baseline }, candidates: candidates.map((side) => ({ side })) }],
  );
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
