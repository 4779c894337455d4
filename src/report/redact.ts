import type { Completion } from "../core/completion.ts";
import { placeholders } from "../core/placeholders.ts";
import type { Report, ReportRun } from "./report.ts";

const trainingData = "the training data";

type Clean = (text: string) => string;

/** Checksums say nothing about anybody, and whoever checks a model's file needs them. */
const checksums = /sha256$|hash$|^hashes$|^item$/;
/** What stands in these came from somebody's data: no key in them is ours. */
const bags = new Set(["metadata", "fields", "details"]);

/**
 * A report that can be mailed: every text in it, in every format, has placeholders for e-mail addresses, phone numbers, keys and
 * embedded files. The tool's own numbers stay as they are.
 *
 * @param folders folders of this machine, which are cut from paths
 */
export function redactReport(report: Report, folders: { home?: string; cwd?: string } = {}): Report {
  const clean = placeholders(folders);
  return { ...everyText({ ...report, runs: [] }, clean), runs: report.runs.map((one) => redactRun(one, clean)), redacted: true };
}

/** The same value with placeholders in every text of it. */
export function redactValue<Value>(value: Value, folders: { home?: string; cwd?: string } = {}): Value {
  return everyText(value, placeholders(folders));
}

function redactRun({ samples, ...facts }: ReportRun, clean: Clean): ReportRun {
  return {
    ...everyText(facts, clean),
    async *samples() {
      for await (const line of samples()) yield everyText(line, clean);
    },
  };
}

/** The same value with every text in it cleaned, the names of keys too. */
function everyText<Value>(value: Value, clean: Clean): Value {
  return cleaned(value, clean, false) as Value;
}

function cleaned(value: unknown, clean: Clean, inBag: boolean): unknown {
  if (typeof value === "string") return clean(value);
  if (typeof value === "number") return inBag ? cleanedNumber(value, clean) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => cleaned(one, clean, inBag));
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => {
    if (!inBag && checksums.test(key)) return [key, one];
    if (!inBag && key === "train" && namesTraining(value)) return [key, Array.isArray(one) ? [trainingData] : trainingData];
    return [clean(key), cleaned(one, clean, inBag || bags.has(key))];
  });
  const copy = Object.fromEntries(entries);
  if (!inBag && "hashes" in value) delete copy.leak;
  if (isReply(value) && spellsOut(value, clean)) delete copy.logprobs;
  return copy;
}

/** An eval, or what was found of it: a label or a metric may be called `train` as well. What somebody trains on is told in numbers alone. */
function namesTraining(value: object): boolean {
  return "kinds" in value || "train_hash" in value || "compat" in value;
}

/** A phone number may be written as a number. */
function cleanedNumber(value: number, clean: Clean): string | number {
  const text = String(value);
  const safe = clean(text);
  return safe === text ? value : safe;
}

function isReply(value: object): value is Completion {
  return "text" in value && "logprobs" in value && Array.isArray(value.logprobs);
}

/** Token by token an address is in pieces, which no pattern finds. */
function spellsOut({ logprobs = [] }: Completion, clean: Clean): boolean {
  const whole = logprobs.map(({ token }) => token).join("");
  return clean(whole) !== whole;
}
