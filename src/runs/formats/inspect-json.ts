import { closeSync } from "node:fs";
import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import { readSpan } from "../../io/scan-lines.ts";
import { openRun } from "../whole-lines.ts";
import { inspectLog, type SampleRef, sampleRef } from "./inspect-log.ts";
import { jsonParts } from "./json-parts.ts";
import type { Span } from "./linked-spans.ts";
import type { LogReader } from "./log-format.ts";
import { parsePythonJson } from "./python-json.ts";

const lists = new Set(["samples"]);
/** `reductions` repeats what the samples say. */
const headerKeys = new Set(["version", "status", "eval", "plan", "results", "stats", "error"]);

/** Inspect's logs as one JSON document. Holds where each sample stands. */
export const inspectJson: LogReader = {
  async open(file) {
    const header: { [key: string]: Json } = {};
    const spans: Span[] = [];
    const refs = new Map<string, SampleRef>();
    const fd = openRun(file);
    try {
      const parts = jsonParts(file, lists);
      for (let next = parts.next(); ; next = parts.next()) {
        if (next.done) {
          if (!next.value) throw cut(file);
          break;
        }
        const { key, element, start, end } = next.value;
        if (element) {
          // Of a sample that stands there twice the later one counts: it was run again.
          const ref = sampleRef(sampleAt(fd, next.value, file), spans.push({ start, end }) - 1);
          refs.set(`${ref.epoch} ${ref.id}`, ref);
        } else if (headerKeys.has(key)) header[key] = parsed(readSpan(fd, start, end), file) as Json;
      }
    } finally {
      closeSync(fd);
    }
    return inspectLog({
      file,
      header,
      samples: [...refs.values()],
      walk: async function* (use) {
        const samples = openRun(file);
        try {
          yield* use(async ({ at }) => sampleAt(samples, spans[at] as Span, file));
        } finally {
          closeSync(samples);
        }
      },
    });
  },
};

function sampleAt(fd: number, { start, end }: Span, file: string): Bag {
  const sample = parsed(readSpan(fd, start, end), file);
  return isBag(sample) ? sample : {};
}

function parsed(text: string, file: string): unknown {
  try {
    return parsePythonJson(text);
  } catch (cause) {
    throw new FinegaugeError("run.corrupt", `${file} is damaged: a part of it is not JSON`, {
      where: { file },
      hint: "copy the log again",
      cause,
    });
  }
}

function cut(file: string): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} is cut short: its JSON does not end`, {
    where: { file },
    hint: "copy the log again",
  });
}
