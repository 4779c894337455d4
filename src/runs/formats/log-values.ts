import { type Sampling, samplingSchema } from "../../core/completion.ts";
import { type Bag, isBag } from "../../core/json.ts";
import { type Prompt, promptSchema } from "../../core/message.ts";
import { redactor } from "../../core/redact.ts";
import type { SampleLine } from "../../core/run-line.ts";
import type { Score } from "../../core/score.ts";

/** What a log says at a key, when it is an object; else an empty one. Logs are written by many hands and versions. */
export function bagAt(holder: unknown, key: string): Bag {
  const value = isBag(holder) ? holder[key] : undefined;
  return isBag(value) ? value : {};
}

export function textAt(holder: Bag, key: string): string | undefined {
  const value = holder[key];
  return typeof value === "string" ? value : undefined;
}

/** Finite; undefined for everything else. */
export function numberAt(holder: Bag, key: string): number | undefined {
  const value = holder[key];
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function wholeAt(holder: Bag, key: string): number | undefined {
  const value = numberAt(holder, key);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Texts of a list or a single one; what is no text is shown as JSON. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === "string" ? one : JSON.stringify(one ?? null)));
}

/**
 * ms since 1970 of a time as Python writes it, such as `2026-01-02 03:04:05.678901+00:00`. One without a zone is taken for UTC, so that a
 * log is the same run on every machine.
 */
export function timeOf(text: unknown): number | undefined {
  const found = typeof text === "string" ? /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(text) : null;
  if (found === null) return undefined;
  const [, day, time, fraction = "", zone = "Z"] = found;
  const ms = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** A prompt as one of ours; what is none is kept as the text of its JSON. */
export function promptOf(value: unknown): Prompt {
  if (typeof value === "string") return value;
  const parsed = promptSchema.safeParse(value);
  return parsed.success ? parsed.data : JSON.stringify(value ?? null);
}

/** A name that can stand in an expression: letters, digits and `_`. */
export function metricName(...parts: readonly string[]): string {
  const name = parts
    .join("_")
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .slice(0, 100);
  return /^[A-Za-z_]/.test(name) ? name : `score_${name}`;
}

/** Right, wrong, or something between. */
export function verdict(name: string, value: number, more: Partial<Score> = {}): Score {
  return { name, value, ...((value === 0 || value === 1) && { passed: value === 1 }), ...more };
}

export function unscored(name: string, message: string, more: Partial<Score> = {}): Score {
  return { name, value: null, ...more, unscored: { code: "log.no-score", message } };
}

const clean = redactor([]);

export function failureOf(message: string): NonNullable<SampleLine["error"]> {
  return { code: "log.error", message: clean(message), tries: [] };
}

/** Of a text that stands in full elsewhere: enough to recognise it. */
export function shortened(text: string, length = 200): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** A model's name; of one that is a path, the last part: folders of a machine are nobody's business. */
export function modelName(text: string): string {
  return /^(?:[/~]|\.{1,2}\/|[A-Za-z]:[\\/])/.test(text) ? (text.split(/[\\/]/).findLast((part) => part !== "") ?? text) : text;
}

/** Fields that `sampling` takes; a log may have anything in their place. */
export function sensibleSampling(fields: { readonly [name: string]: unknown }): Sampling {
  const kept = Object.entries(fields).filter(
    ([name, value]) => value !== undefined && value !== null && samplingSchema.safeParse({ [name]: value }).success,
  );
  return samplingSchema.parse(Object.fromEntries(kept));
}
