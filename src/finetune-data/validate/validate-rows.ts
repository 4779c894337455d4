import { FinegaugeError } from "../../core/errors.ts";
import type { Bag } from "../../core/json.ts";
import type { TextSource } from "../../io/text-source.ts";
import { parseJsonRow } from "../parse-json-row.ts";
import { chatTokens, completionTokens, type RowTokens } from "../tokens/row-tokens.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { checkRow, type RowKind, type RowParts, rowKind } from "./check-row.ts";
import type { Finding, Tell } from "./finding.ts";
import { checkLegacyRow, type LegacyMode } from "./legacy-checks.ts";
import { type Distribution, tally } from "./tally.ts";

/** By whose rules: of today's API, or of a script of 2023. */
export type ValidateMode = "current" | LegacyMode;

export interface ValidateOptions {
  readonly mode: ValidateMode;
  readonly counter: TokenCounter;
  /** Of one row; undefined: no limit is known. */
  readonly maxTokens: number | undefined;
}

/** Without a line it is the file's. */
export interface RowFinding extends Finding {
  readonly line?: number;
}

export interface Validation {
  /** Of the first row that shows it; undefined: none does. */
  readonly kind: RowKind | undefined;
  readonly rows: number;
  /** Rows with an error. */
  readonly faulty: number;
  /** Findings by kind, in the order of the first of each. */
  readonly errors: ReadonlyMap<string, number>;
  readonly warnings: ReadonlyMap<string, number>;
  /** Of each row that has any. */
  readonly messages: Distribution | null;
  readonly tokens: Distribution | null;
  readonly assistantTokens: Distribution | null;
  /** Of all rows together. */
  readonly totalTokens: number;
  /** The same with each row cut at `maxTokens`: what one epoch is billed for. */
  readonly tokensPerEpoch: number;
}

/** What the API wants at least. */
const fewestRows = 10;
/** Columns of a plot. */
const bins = 24;

/**
 * Checks the rows of a file of JSON Lines one by one, and holds none.
 *
 * @returns findings in order, each with its line; at the end what there was in all
 * @throws FinegaugeError `data.invalid` when no line is a JSON object, and for what `TextSource.lines` refuses
 */
export function* validateRows(
  source: TextSource,
  { mode, counter, maxTokens }: ValidateOptions,
): Generator<RowFinding, Validation, void> {
  const counts = { error: new Map<string, number>(), warning: new Map<string, number>() };
  const spread = { messages: tally(), tokens: tally(), assistant: tally() };
  let kind: RowKind | undefined;
  let rows = 0;
  let objects = 0;
  let faulty = 0;
  let tokensPerEpoch = 0;
  for (const { text, number: line } of source.lines()) {
    if (text.trim() === "") continue;
    rows++;
    const found: Finding[] = [];
    const tell: Tell = (finding) => void found.push(finding);
    const read = readRow(text, { mode, kind }, tell);
    if (read.isObject) objects++;
    kind ??= read.kind;
    const { parts } = read;
    if (parts !== undefined) {
      const { messages, asked } = parts;
      const { total, assistant } = tokensOf(parts, counter);
      if (messages !== undefined) spread.messages.add(messages.length);
      spread.tokens.add(total);
      spread.assistant.add(assistant);
      tokensPerEpoch += maxTokens === undefined ? total : Math.min(total, maxTokens);
      if (asked !== undefined) warnOfSpeakers(asked, mode, tell);
      if (maxTokens !== undefined && total > maxTokens)
        tell({ level: "warning", kind: "too_long", says: `has ${total} tokens, more than ${maxTokens}` });
    }
    if (found.some(({ level }) => level === "error")) faulty++;
    for (const finding of found) yield counted({ line, ...finding });
  }
  if (rows === 0)
    throw new FinegaugeError("data.invalid", "the file is empty", {
      where: { file: source.name },
      hint: "an example a line is expected",
    });
  if (objects === 0) {
    throw new FinegaugeError("data.invalid", "no line of the file is a JSON object", {
      where: { file: source.name, line: 1 },
      hint: "training files are JSON Lines; finegauge data convert FILE --to chat makes one of other formats",
    });
  }
  if (mode === "current" && rows < fewestRows)
    yield counted({
      level: "error",
      kind: "too_few_examples",
      says: `has ${rows} of the ${fewestRows} examples that training takes at least`,
    });
  return {
    kind,
    rows,
    faulty,
    errors: counts.error,
    warnings: counts.warning,
    messages: spread.messages.distribution(bins),
    tokens: spread.tokens.distribution(bins),
    assistantTokens: spread.assistant.distribution(bins),
    totalTokens: spread.tokens.sum,
    tokensPerEpoch,
  };

  function counted(finding: RowFinding): RowFinding {
    const of = counts[finding.level];
    of.set(finding.kind, (of.get(finding.kind) ?? 0) + 1);
    return finding;
  }
}

interface ReadRow {
  readonly isObject: boolean;
  readonly kind?: RowKind | undefined;
  readonly parts?: RowParts | undefined;
}

/** @param kind of the rows before */
function readRow(text: string, { mode, kind }: { mode: ValidateMode; kind: RowKind | undefined }, tell: Tell): ReadRow {
  const parsed = parseJsonRow(text);
  if ("fault" in parsed) {
    const isData = parsed.fault === "is no JSON object";
    tell({ level: "error", kind: isData ? "data_type" : "unreadable", says: parsed.fault });
    return { isObject: false };
  }
  const { values } = parsed;
  if (mode !== "current") {
    const messages = checkLegacyRow(values, mode, tell);
    return { isObject: true, kind: "chat", ...(messages !== undefined && { parts: { messages, asked: messages } }) };
  }
  const own = rowKind(values);
  if (own !== undefined && kind !== undefined && own !== kind)
    tell({ level: "error", kind: "mixed_formats", says: `is a row of ${own}s in a file of ${kind}s` });
  return { isObject: true, kind: own, parts: checkRow(values, own ?? kind, tell) };
}

function tokensOf({ messages, completion, tools }: RowParts, { count }: TokenCounter): RowTokens {
  if (completion !== undefined) return completionTokens(completion.prompt, completion.completion, count);
  const said = chatTokens(messages ?? [], count);
  const listed = [tools?.tools, tools?.functions].filter((list) => Array.isArray(list) && list.length > 0);
  return listed.length === 0
    ? said
    : { ...said, total: listed.reduce((sum: number, list) => sum + count(JSON.stringify(list)), said.total) };
}

function warnOfSpeakers(messages: readonly Bag[], mode: ValidateMode, tell: Tell): void {
  const has = (...roles: readonly string[]) => messages.some(({ role }) => roles.includes(role as string));
  if (!has("system", ...(mode === "current" ? ["developer"] : [])))
    tell({ level: "warning", kind: "missing_system", says: "has no system message" });
  if (!has("user")) tell({ level: "warning", kind: "missing_user", says: "has no message of the user" });
}
