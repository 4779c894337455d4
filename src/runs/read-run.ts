import { closeSync, openSync } from "node:fs";
import { bitset } from "../core/bitset.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { EndLine, RunLine, SampleLine, ScoreLine, SessionLine } from "../core/run-line.ts";
import { readSpan, type ScannedLine, scanLines } from "../io/scan-lines.ts";
import { parseLaterLine, parseRunLine } from "./parse-run-line.ts";

/** A run file as its readers want it. */
export interface StoredRun {
  readonly file: string;
  readonly run: RunLine;
  readonly sessions: readonly SessionLine[];
  /** The last one; undefined for a run that has not ended, or was resumed since. */
  readonly end: EndLine | undefined;
  /** Sample lines in order of completion, each (sample, attempt) once, with its late scores folded in. */
  samples(): AsyncIterable<SampleLine>;
}

/**
 * Reads a run file: once through for what stands at its ends, and again for each walk over its samples. Holds no samples; a run with
 * late scores keeps the place of each of them.
 *
 * A line cut short at the end of the file is what a killed run leaves behind, and is passed over.
 *
 * @throws FinegaugeError `run.not-found`, `run.corrupt`, `run.format-newer`
 */
export async function readRun(file: string): Promise<StoredRun> {
  let run: RunLine | undefined;
  let end: EndLine | undefined;
  const sessions: SessionLine[] = [];
  const lateScores = new Map<number, { start: number; end: number; line: number }>();
  for (const line of scan(file)) {
    if (run === undefined) {
      run = parseRunLine(line.text, file);
      continue;
    }
    // Sample lines are checked when they are read for their own sake; most of a file is not parsed here.
    if (line.text.startsWith('{"type":"sample"')) continue;
    const parsed = parseLaterLine(line.text, file, line.number);
    if (parsed?.type === "end") end = parsed;
    if (parsed?.type === "session") {
      sessions.push(parsed);
      end = undefined;
    }
    if (parsed?.type === "score") lateScores.set(parsed.seq, { start: line.start, end: line.end, line: line.number });
  }
  if (run === undefined) {
    throw new FinegaugeError("run.corrupt", `${file} is empty`, { where: { file }, hint: "delete it, and run the eval again" });
  }

  const pairs = run.data.selected * run.attempts;
  async function* samples(): AsyncGenerator<SampleLine, void, void> {
    const seen = bitset(pairs);
    const fd = lateScores.size === 0 ? undefined : openSync(file, "r");
    try {
      for (const line of scan(file)) {
        if (line.number === 1 || line.text.startsWith('{"type":"score"')) continue;
        const parsed = parseLaterLine(line.text, file, line.number);
        if (parsed?.type !== "sample" || seen.has(parsed.seq)) continue;
        seen.add(parsed.seq);
        const late = lateScores.get(parsed.seq);
        if (late === undefined || fd === undefined) yield parsed;
        else {
          const { scores } = parseLaterLine(readSpan(fd, late.start, late.end), file, late.line) as ScoreLine;
          yield { ...parsed, scores: [...(parsed.scores ?? []), ...scores] };
        }
      }
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  return { file, run, sessions, end, samples };
}

/** The whole lines of a run file. */
export function* scan(file: string): Generator<ScannedLine, void, void> {
  try {
    for (const line of scanLines(file)) if (!line.torn && line.text !== "") yield line;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new FinegaugeError("run.not-found", `there is no run file ${file}`, { where: { file }, hint: "finegauge list runs" });
  }
}
