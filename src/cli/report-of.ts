import { once } from "node:events";
import { extname } from "node:path";
import type { Side } from "../compare/index.ts";
import type { GateResult } from "../core/gate.ts";
import { replaceFile } from "../io/replace-file.ts";
import { type Report, type ReportFormat, type ReportRun, reportWriters } from "../report/index.ts";
import type { MatchedComparison } from "./compare-matched.ts";

/** A side of a comparison as a report shows a run: with the numbers that the comparison stands on. */
export function reportRunOf({ source, facts, size, metrics, sliceTables, leakScores }: Side): ReportRun {
  return {
    run: source.run,
    end: source.end,
    counts: facts.counts,
    metrics,
    slices: sliceTables,
    latency: facts.latency,
    ...(facts.leakage && { leakage: { ...facts.leakage, samples: size, ...(leakScores && { scores: leakScores }) } }),
    samples: () => source.samples(),
  };
}

export interface ReportMaking {
  readonly tool: string;
  /** The command that makes it again. */
  readonly command?: string;
  readonly samples: boolean;
  readonly gate?: GateResult | undefined;
  /** The runs that it shows, in this order; absent = those that are compared. */
  readonly sides?: readonly Side[];
}

/** The report of some comparisons: every side once, and what was found. */
export function reportOf(compared: readonly MatchedComparison[], more: ReportMaking): Report {
  const sides = more.sides ?? [...new Set(compared.flatMap(({ baseline, candidate }) => [baseline, candidate]))];
  // A side whose replies were scored again is another value of the same run.
  const placeOf = (side: Side) => {
    const place = sides.indexOf(side);
    return place >= 0 ? place : sides.findIndex(({ facts }) => facts.run === side.facts.run);
  };
  return {
    made: new Date().toISOString(),
    tool: more.tool,
    runs: sides.map(reportRunOf),
    comparisons: compared.map(({ comparison, baseline, candidate }) => ({
      comparison,
      baseline: placeOf(baseline),
      candidate: placeOf(candidate),
    })),
    ...(more.gate && { gate: more.gate }),
    ...(more.command !== undefined && { command: more.command }),
    samples: more.samples,
  };
}

const endings: { readonly [ending: string]: ReportFormat } = {
  ".html": "html",
  ".md": "md",
  ".csv": "csv",
  ".xml": "junit",
  ".json": "json",
};

export function formatByEnding(output: string | undefined): ReportFormat | undefined {
  return output === undefined ? undefined : endings[extname(output).toLowerCase()];
}

/** Writes a report to a file, whole or not at all; `-` is stdout. */
export async function putReport(report: Report, format: ReportFormat, target: string): Promise<void> {
  const writer = await reportWriters[format]();
  if (target !== "-") return replaceFile(target, writer.write(report));
  for await (const text of writer.write(report)) if (!process.stdout.write(text)) await once(process.stdout, "drain");
}
