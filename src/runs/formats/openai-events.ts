import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag } from "../../core/json.ts";
import { readSpan } from "../../io/scan-lines.ts";
import { allLines } from "../whole-lines.ts";
import { type LinkedSpans, linkedSpans } from "./linked-spans.ts";
import { bagAt, textAt, timeOf, wholeAt } from "./log-values.ts";
import { parsePythonJson } from "./python-json.ts";

/** An event of openai/evals as it is needed here. */
export interface LogEvent {
  readonly type: string;
  readonly data: Bag;
}

/** Where the events of each sample stand, and what stands beside them. */
export interface EventIndex {
  /** The log's first line; empty when it was lost. */
  readonly spec: Bag;
  readonly runId: string | undefined;
  /** In order of their first event. */
  readonly sampleIds: readonly string[];
  readonly spans: LinkedSpans;
  /** Attempts of the sample that has most. */
  readonly attempts: number;
  readonly ended: boolean;
  /** ms since 1970. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  /** Is there any event of this type. */
  has(type: string): boolean;
  /** The model of the first reply that names one. */
  readonly servedModel: string | undefined;
  readonly notes: readonly string[];
}

/** What an attempt has had so far, as bits. */
const had = { nothing: 0, sampling: 1, match: 2, metrics: 4, error: 8, final: 16 } as const;

/** An error that says so ended its attempt for good: what we export. Upstream never writes one. */
function kindOf(type: string, data: Bag): keyof typeof had | undefined {
  if (type === "error" && data.final === true) return "final";
  return carried.has(type) ? (type as keyof typeof had) : undefined;
}

/**
 * Whether an event begins another attempt of its sample: a question after a verdict or an error, or a second verdict. Events of one
 * sample stand in order, whatever stands between them.
 *
 * @returns bits of the attempt that the event belongs to
 */
function nextAttempt(bits: number, type: string, data: Bag): { readonly bits: number; readonly begins: boolean } {
  const kind = kindOf(type, data) ?? "nothing";
  const bit = had[kind];
  const begins =
    (kind === "sampling" && (bits & ~had.sampling) !== 0) ||
    (kind === "match" && (bits & (had.match | had.final)) !== 0) ||
    (kind === "final" && (bits & (had.match | had.metrics | had.final)) !== 0);
  return { bits: begins ? bit : bits | bit, begins };
}

/** An attempt that ended in an error and was made anew is no attempt; its successor is. */
function isGivenUp(bits: number): boolean {
  return (bits & had.error) !== 0 && (bits & (had.match | had.metrics | had.final)) === 0;
}

const carried = new Set(["sampling", "match", "metrics", "error"]);

/**
 * Reads a log once through, remembering where the events of each sample stand.
 *
 * @throws FinegaugeError `run.not-found`, `run.corrupt` for two logs in one file
 */
export function indexEvents(file: string): EventIndex {
  let spec: Bag | undefined;
  let runId: string | undefined;
  let ended = false;
  let firstAt: number | undefined;
  let lastAt: number | undefined;
  let servedModel: string | undefined;
  let attempts = 1;
  const owners = new Map<string, number>();
  const bits: number[] = [];
  const made: number[] = [];
  const spans = linkedSpans();
  const seenIds = new Set<number>();
  const types = new Set<string>();
  const skipped = new Map<string, number>();
  const skip = (what: string) => skipped.set(what, (skipped.get(what) ?? 0) + 1);

  for (const line of allLines(file)) {
    if (line.text.trim() === "") continue;
    let value: unknown;
    try {
      value = parsePythonJson(line.text);
    } catch {
      if (!line.torn) skip("lines that are not JSON");
      continue;
    }
    if (!isBag(value)) continue;
    if ("spec" in value) {
      if (spec !== undefined) throw twoLogs(file, line.number);
      spec = bagAt(value, "spec");
      runId ??= textAt(spec, "run_id");
      continue;
    }
    if ("final_report" in value || value.type === "final_report") {
      ended = true;
      continue;
    }
    const type = textAt(value, "type");
    const sampleId = value.sample_id;
    if (type === undefined || (typeof sampleId !== "string" && typeof sampleId !== "number")) continue;
    runId ??= textAt(value, "run_id");
    if (textAt(value, "run_id") !== undefined && value.run_id !== runId) {
      skip("events of another run");
      continue;
    }
    const at = timeOf(value.created_at);
    firstAt ??= at;
    lastAt = at ?? lastAt;
    if (!carried.has(type)) {
      skip(`events of type ${type.replace(/[^\w-]/g, "?").slice(0, 40)}`);
      continue;
    }
    const eventId = wholeAt(value, "event_id");
    if (eventId !== undefined) {
      if (seenIds.has(eventId)) {
        skip("events written twice");
        continue;
      }
      seenIds.add(eventId);
    }
    types.add(type);
    if (type === "sampling") servedModel ??= textAt(bagAt(value, "data"), "model");
    let owner = owners.get(String(sampleId));
    if (owner === undefined) {
      owner = owners.size;
      owners.set(String(sampleId), owner);
      bits[owner] = had.nothing;
      made[owner] = 1;
    }
    const before = bits[owner] as number;
    const next = nextAttempt(before, type, bagAt(value, "data"));
    bits[owner] = next.bits;
    if (next.begins && !isGivenUp(before)) {
      made[owner] = (made[owner] as number) + 1;
      attempts = Math.max(attempts, made[owner] as number);
    }
    spans.add(owner, line);
  }
  return {
    spec: spec ?? {},
    runId,
    sampleIds: [...owners.keys()],
    spans,
    attempts,
    ended,
    firstAt,
    lastAt,
    has: (type) => types.has(type),
    servedModel,
    notes: [
      ...(spec === undefined ? ["the log has no first line: eval and model are guessed from its events"] : []),
      ...[...skipped].map(([what, n]) => `left out: ${n} ${what}`),
    ],
  };
}

/** The events of one sample, attempt by attempt. */
export function attemptsAt(fd: number, spans: LinkedSpans, owner: number): LogEvent[][] {
  const attempts: LogEvent[][] = [[]];
  let bits: number = had.nothing;
  for (const { start, end } of spans.of(owner)) {
    const value = parsePythonJson(readSpan(fd, start, end)) as Bag;
    const event = { type: textAt(value, "type") ?? "", data: bagAt(value, "data") };
    const next = nextAttempt(bits, event.type, event.data);
    if (next.begins) {
      if (isGivenUp(bits)) attempts.pop();
      attempts.push([]);
    }
    bits = next.bits;
    attempts.at(-1)?.push(event);
  }
  return attempts;
}

function twoLogs(file: string, line: number): FinegaugeError {
  return new FinegaugeError("run.corrupt", `${file} holds two logs: another one begins here`, {
    where: { file, line },
    hint: "one file holds one run; split it before this line",
  });
}
