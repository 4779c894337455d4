import { closeSync } from "node:fs";
import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag } from "../../core/json.ts";
import { readSpan } from "../../io/scan-lines.ts";
import { allLines, openRun } from "../whole-lines.ts";
import { jsonParts } from "./json-parts.ts";
import { type LinkedSpans, linkedSpans, type Span } from "./linked-spans.ts";
import { textAt, wholeAt } from "./log-values.ts";
import { parsePythonJson } from "./python-json.ts";

/** A metric as one filter of the replies gave it. */
export interface FilteredMetric {
  readonly metric: string;
  readonly filter: string;
}

/** Where the lines of each document stand: one for each filter. */
export interface DocIndex {
  /** In the order of the data. */
  readonly docs: readonly { readonly id: string; readonly index: number; readonly owner: number }[];
  readonly spans: LinkedSpans;
  /** Each once, as they first turn up. */
  readonly metrics: readonly FilteredMetric[];
  /** Metrics whose values are no numbers, such as parts of a corpus-level one. */
  readonly withoutNumber: readonly string[];
  readonly notes: readonly string[];
}

/** What a sample has beside its metrics. */
const fixed = new Set(
  "doc_id doc target arguments resps filtered_resps filter metrics doc_hash prompt_hash target_hash".split(" "),
);

/** The metrics that a line names, or, in old logs, every other key of it. */
export function metricsOf(sample: Bag): string[] {
  const { metrics } = sample;
  if (Array.isArray(metrics)) return metrics.filter((name) => typeof name === "string");
  return Object.keys(sample).filter((key) => !fixed.has(key));
}

export function filterOf(sample: Bag): string {
  return textAt(sample, "filter") ?? "none";
}

/** Reads a samples file once through: JSONL, or one list as old versions write it. */
export function indexDocs(file: string): DocIndex {
  const owners = new Map<string, { owner: number; index: number }>();
  const spans = linkedSpans();
  const metrics = new Map<string, FilteredMetric>();
  const withoutNumber = new Set<string>();
  let broken = 0;
  for (const { text, span, torn } of samplesIn(file)) {
    let sample: unknown;
    try {
      sample = parsePythonJson(text);
    } catch {
      if (!torn) broken++;
      continue;
    }
    if (!isBag(sample)) continue;
    const number = wholeAt(sample, "doc_id");
    const id = number === undefined ? String(sample.doc_id ?? owners.size) : String(number);
    let known = owners.get(id);
    if (known === undefined) {
      const index = number !== undefined && number >= 0 && number < 2 ** 31 ? number : -1;
      known = { owner: owners.size, index };
      owners.set(id, known);
    }
    spans.add(known.owner, span);
    for (const metric of metricsOf(sample)) {
      const filter = filterOf(sample);
      const value = sample[metric];
      if (typeof value !== "number" && typeof value !== "boolean" && value !== null) withoutNumber.add(metric);
      else metrics.set(JSON.stringify([metric, filter]), { metric, filter });
    }
  }
  const docs = [...owners].map(([id, { owner, index }]) => ({ id, owner, index }));
  const numbered = docs.every(({ index }) => index >= 0);
  return {
    docs: numbered ? docs.sort((a, b) => a.index - b.index) : docs.map((doc) => ({ ...doc, index: doc.owner })),
    spans,
    metrics: [...metrics.values()],
    withoutNumber: [...withoutNumber],
    notes: broken === 0 ? [] : [`left out: ${broken} lines that are not JSON`],
  };
}

/** The lines of one document, one for each filter; of two by one filter the later one counts. */
export function filteredAt(fd: number, spans: LinkedSpans, owner: number): Bag[] {
  const byFilter = new Map<string, Bag>();
  for (const { start, end } of spans.of(owner)) {
    const sample = parsePythonJson(readSpan(fd, start, end)) as Bag;
    byFilter.set(filterOf(sample), sample);
  }
  return [...byFilter.values()];
}

function* samplesIn(file: string): Generator<{ text: string; span: Span; torn: boolean }, void, void> {
  if (!isList(file)) {
    for (const line of allLines(file)) if (line.text.trim() !== "") yield { text: line.text, span: line, torn: line.torn };
    return;
  }
  const fd = openRun(file);
  try {
    const parts = jsonParts(file, new Set());
    for (let next = parts.next(); ; next = parts.next()) {
      if (next.done) {
        if (!next.value)
          throw new FinegaugeError("run.corrupt", `${file} is cut short: its JSON does not end`, { where: { file } });
        return;
      }
      yield { text: readSpan(fd, next.value.start, next.value.end), span: next.value, torn: false };
    }
  } finally {
    closeSync(fd);
  }
}

function isList(file: string): boolean {
  const fd = openRun(file);
  try {
    return readSpan(fd, 0, 64).trimStart().startsWith("[");
  } finally {
    closeSync(fd);
  }
}
