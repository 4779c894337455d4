import { closeSync } from "node:fs";
import { bitset } from "../core/bitset.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { EndLine, RunLine, SampleLine, SessionLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { readSpan, type ScannedLine } from "../io/scan-lines.ts";
import { parseLaterLine, parseRunLine } from "./parse-run-line.ts";
import { openRun, wholeLines } from "./whole-lines.ts";

/** A run file as its readers want it. */
export interface StoredRun {
  readonly file: string;
  readonly run: RunLine;
  readonly sessions: readonly SessionLine[];
  /** The last line; undefined for a run that has not ended, or has other lines since. */
  readonly end: EndLine | undefined;
  /**
   * Sample lines in order of completion, each (sample, attempt) once, with its late scores folded in. With `only`, those positions of
   * the issue order alone; the other lines are hardly looked at.
   */
  samples(only?: { has(seq: number): boolean }): AsyncIterable<SampleLine>;
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
  let pairs = 0;
  let end: EndLine | undefined;
  const sessions: SessionLine[] = [];
  const lateScores = new Map<number, Omit<ScannedLine, "text">>();
  for (const line of wholeLines(file)) {
    if (run === undefined) {
      run = parseRunLine(line.text, file);
      pairs = run.data.selected * run.attempts;
      continue;
    }
    // Sample lines are checked when they are read for their own sake; most of a file is not parsed here.
    if (line.text.startsWith('{"type":"sample"')) {
      end = undefined;
      continue;
    }
    const parsed = parseLaterLine(line.text, file, line.number, pairs);
    if (parsed?.type === "end") end = parsed;
    else if (parsed !== undefined) end = undefined;
    if (parsed?.type === "session") sessions.push(parsed);
    if (parsed?.type === "score" && !lateScores.has(parsed.seq)) {
      const { text, ...place } = line;
      lateScores.set(parsed.seq, place);
    }
  }
  if (run === undefined) {
    throw new FinegaugeError("run.corrupt", `${file} is empty`, { where: { file }, hint: "delete it, and run the eval again" });
  }

  async function* samples(only?: { has(seq: number): boolean }): AsyncGenerator<SampleLine, void, void> {
    const seen = bitset(pairs);
    const fd = lateScores.size === 0 ? undefined : openRun(file);
    try {
      for (const line of wholeLines(file)) {
        if (line.number === 1 || line.text.startsWith('{"type":"score"')) continue;
        if (only !== undefined && isOther(line.text, only)) continue;
        const parsed = parseLaterLine(line.text, file, line.number, pairs);
        if (parsed?.type !== "sample" || seen.has(parsed.seq) || only?.has(parsed.seq) === false) continue;
        seen.add(parsed.seq);
        const late = lateScores.get(parsed.seq);
        if (late === undefined || fd === undefined) yield parsed;
        else yield { ...parsed, scores: [...(parsed.scores ?? []), ...scoresAt(fd, late, parsed.seq)] };
      }
    } finally {
      if (fd !== undefined) closeSync(fd);
    }
  }

  function scoresAt(fd: number, { start, end: stop, number }: Omit<ScannedLine, "text">, seq: number): readonly Score[] {
    const parsed = parseLaterLine(readSpan(fd, start, stop), file, number, pairs);
    if (parsed?.type === "score" && parsed.seq === seq) return parsed.scores;
    throw new FinegaugeError("run.corrupt", `${file} was changed while it was read`, {
      where: { file, line: number },
      hint: "run the same command again",
    });
  }

  return { file, run, sessions, end, samples };
}

/** A line as this program writes it says its position before anything that a model wrote. Another is read in full. */
const position = /^\{"type":"sample","id":"[^"\\]*","attempt":\d+,"seq":(\d+),/;

function isOther(text: string, only: { has(seq: number): boolean }): boolean {
  const seq = position.exec(text)?.[1];
  return seq !== undefined && !only.has(Number(seq));
}
