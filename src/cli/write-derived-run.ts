import { existsSync } from "node:fs";
import { collectRun, openRunExpressions } from "../compare/index.ts";
import type { EndLine, RunLine, SampleLine } from "../core/run-line.ts";
import { specOf } from "../core/spec-of.ts";
import { replaceFile } from "../io/replace-file.ts";
import { runPath } from "../runs/index.ts";

export interface DerivedRun {
  readonly out: string;
  readonly run: RunLine;
  readonly lines: AsyncIterable<SampleLine> | Iterable<SampleLine>;
  /** How the run that it comes from ended; undefined: it did not. */
  readonly end: Pick<EndLine, "at" | "status" | "reason" | "wall_ms"> | undefined;
  readonly redactLine: (line: string) => string;
}

export interface WrittenRun {
  readonly file: string;
  /** It was there already, and was left as it is. */
  readonly existed: boolean;
  /** Worked out from the lines; undefined when nothing was written, or the run has no end. */
  readonly end: EndLine | undefined;
}

const chunkLength = 64 * 1024;

/** Writes a run that comes from another one, whole or not at all, and never over a file that is there. */
export async function writeDerivedRun({ out, run, lines, end, redactLine }: DerivedRun): Promise<WrittenRun> {
  const file = runPath(out, run);
  if (existsSync(file)) return { file, existed: true, end: undefined };
  let last: EndLine | undefined;
  await replaceFile(file, inChunks(contents()));
  return { file, existed: false, end: last };

  async function* contents(): AsyncGenerator<string, void, void> {
    const { attempts } = run;
    const spec = specOf(run);
    const expressions = await openRunExpressions(spec.metrics);
    const collector = collectRun({ spec, selected: run.data.selected * attempts, attempts, expressions });
    yield lineOf(run);
    for await (const line of lines) {
      collector.observe(line);
      yield lineOf(line);
    }
    if (end === undefined) return;
    last = {
      type: "end",
      at: end.at,
      status: end.status,
      ...(end.reason !== undefined && { reason: end.reason }),
      counts: collector.counts(),
      metrics: [...collector.metrics()],
      served: collector.served(),
      usage: collector.usage(),
      cost: collector.cost(),
      cached: collector.cached(),
      wall_ms: end.wall_ms,
    };
    yield lineOf(last);
  }

  function lineOf(value: RunLine | SampleLine | EndLine): string {
    return redactLine(`${JSON.stringify(value)}\n`);
  }
}

/** A write for each line would be a call of the system for each. */
async function* inChunks(texts: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let held = "";
  for await (const text of texts) {
    held += text;
    if (held.length < chunkLength) continue;
    yield held;
    held = "";
  }
  if (held !== "") yield held;
}
