import { FinegaugeError } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";
import { contentText } from "../../core/prompt.ts";
import type { Conversation, ConversationRow } from "../conversation.ts";
import { fieldNames, fieldValues } from "../field-values.ts";
import { keyTable } from "../leaks/key-table.ts";
import { bands } from "../leaks/min-hash.ts";
import { fewestWords, nearTexts } from "../leaks/near-texts.ts";
import { textKey } from "../leaks/text-key.ts";
import { type TextSpool, textSpool } from "../leaks/text-spool.ts";
import { countWords } from "../leaks/words.ts";
import { numberColumn } from "../number-column.ts";
import { type Groups, groups } from "./groups.ts";
import { saidTexts } from "./prompts-of.ts";

/** What rows are split by. */
export interface SplitFields {
  /** Rows that have the same under one of these stay together. */
  readonly by: readonly string[];
  /** Whose shares are to be the same in each part; `answer`; absent: answers, where they are labels. */
  readonly stratify?: string | undefined;
  /** When a row was said. */
  readonly time?: string | undefined;
  /** Rows that say nearly the same stay together. */
  readonly near: boolean;
  /** Leave out rows that cannot be read, instead of refusing them. */
  readonly skipBad: boolean;
}

/** What is known of the rows after one pass, in a few bytes for each. */
export interface SplitTable {
  readonly rows: number;
  readonly groups: Groups;
  /** Why rows stay together, and how many were joined to others by that. */
  readonly joined: ReadonlyMap<string, number>;
  /** Of each row the place of its label in `labels`; undefined: not stratified. */
  readonly labelOf: Int32Array | undefined;
  readonly labels: readonly string[];
  /** Milliseconds since 1970. */
  readonly times: Float64Array | undefined;
  readonly lines: Int32Array;
  /** 1: the row cannot be read. It counts as no row in anything else here but has a place. */
  readonly bad: Uint8Array;
  readonly unreadable: ReadonlyMap<string, number>;
  /** Of each field of `by`: rows that have nothing there. */
  readonly without: ReadonlyMap<string, number>;
}

/** As many labels as a table has room for; more are answers of their own. */
const mostGuessed = 40;
const mostLabels = 1000;
const longestLabel = 60;
const noLabel = "(none)";
/** A question this much of the whole row is near to another where the row is. */
const mostOfIt = 0.9;

/**
 * Reads what a split needs to know: which rows belong together, their labels, and when they were said.
 *
 * @throws FinegaugeError `data.invalid` for rows that cannot be read or have no time, and a field that no row has
 */
export function readSplitRows(file: string, source: Iterable<ConversationRow>, fields: SplitFields): SplitTable {
  const spool = fields.near ? textSpool() : undefined;
  try {
    const pass = firstPass(file, source, fields, spool);
    if (spool !== undefined) joinNear(spool, pass.rowOfText.values, pass.groups, () => pass.count("near duplicates"));
    return pass.table();
  } finally {
    spool?.close();
  }
}

function firstPass(file: string, source: Iterable<ConversationRow>, fields: SplitFields, spool: TextSpool | undefined) {
  const { by, stratify, time, skipBad } = fields;
  const together = groups();
  const known = keyTable();
  const joined = new Map<string, number>();
  const count = (why: string) => joined.set(why, (joined.get(why) ?? 0) + 1);
  const joinBy = (row: number, why: string, value: string) => {
    const key = textKey(`${why}\0${value}`);
    const first = known.get(key);
    if (first < 0) known.set(key, row);
    else if (together.join(first, row)) count(why);
  };
  const labels = labelColumn(file, stratify);
  const times = time === undefined ? undefined : numberColumn((length) => new Float64Array(length));
  const lines = numberColumn((length) => new Int32Array(length));
  const bad = numberColumn((length) => new Uint8Array(length));
  const rowOfText = numberColumn((length) => new Int32Array(length));
  const unreadable = new Map<string, number>();
  const without = new Map(by.map((field) => [field, 0]));
  const names = new Set<string>();

  for (const read of source) {
    const row = together.add();
    lines.set(row, read.line);
    if ("fault" in read) {
      if (!skipBad) throw refused(file, read.line, read.fault);
      unreadable.set(read.fault, (unreadable.get(read.fault) ?? 0) + 1);
      bad.set(row, 1);
      labels?.skip(row);
      continue;
    }
    bad.set(row, 0);
    const { conversation } = read;
    if (row < mostLabels) for (const name of fieldNames(conversation)) names.add(name);
    const { prompts, asked, whole } = saidTexts(conversation);
    for (const prompt of prompts) joinBy(row, "the same prompt", prompt);
    if (conversation.id !== undefined && !by.includes("id")) joinBy(row, "the same id", conversation.id);
    for (const field of by) {
      const values = fieldValues(conversation, field);
      for (const value of values) joinBy(row, `the same ${field}`, value);
      if (values.length === 0) without.set(field, (without.get(field) ?? 0) + 1);
    }
    labels?.set(row, conversation, read.line);
    times?.set(row, timeOf(conversation, time as string, { file, line: read.line }));
    if (spool === undefined || countWords(whole, fewestWords) < fewestWords) continue;
    rowOfText.set(spool.add(whole), row);
    if (asked.length < whole.length * mostOfIt && countWords(asked, fewestWords) === fewestWords)
      rowOfText.set(spool.add(asked), row);
  }
  const { rows } = together;
  const read = rows - [...unreadable.values()].reduce((sum, n) => sum + n, 0);
  for (const [field, missing] of without) if (read > 0 && missing === read) throw unknownField(file, field, [...names]);

  return {
    groups: together,
    rowOfText,
    count,
    table: (): SplitTable => ({
      rows: read,
      groups: together,
      joined,
      ...(labels?.done(read, [...names]) ?? { labelOf: undefined, labels: [] }),
      times: times?.values,
      lines: lines.values,
      bad: bad.values,
      unreadable,
      without,
    }),
  };
}

function refused(file: string, line: number, fault: string): FinegaugeError {
  return new FinegaugeError("data.invalid", `line ${line} ${fault}`, {
    where: { file, line },
    hint: "mend it, or leave such rows out with --skip-bad",
  });
}

function unknownField(file: string, field: string, names: readonly string[]): FinegaugeError {
  return new FinegaugeError("data.invalid", `no row has ${field}`, {
    where: { file },
    nearest: nearestNames(field, names),
    hint: names.length === 0 ? "rows have messages alone" : `rows have ${names.slice(0, 10).join(", ")}`,
  });
}

/** Rounds in which texts are held against each other, each with its share of the bands: two texts a row fit into memory. */
const rounds = 2;

/** Joins texts with all they are near to, not the first alone: nothing in one part is near to anything in another. */
function joinNear(spool: TextSpool, rows: Int32Array, together: Groups, count: () => void): void {
  for (let round = 0; round < rounds; round++) {
    const near = nearTexts(spool, { first: (round * bands) / rounds, count: bands / rounds });
    for (let text = 0; text < spool.size; text++) {
      const row = rows[text] as number;
      const isCompared = near.each(
        text,
        (other) => together.of(rows[other] as number) !== together.of(row),
        (other) => {
          if (together.join(rows[other] as number, row)) count();
        },
      );
      if (isCompared) near.keep();
    }
  }
}

/** Which label each row has, until there are too many to be any. */
function labelColumn(file: string, stratify: string | undefined) {
  if (stratify === "none") return undefined;
  const isAsked = stratify !== undefined;
  const places = new Map<string, number>();
  const column = numberColumn((length) => new Int32Array(length));
  let areLabels = true;
  const placeOf = (label: string) => {
    const known = places.get(label);
    if (known !== undefined) return known;
    places.set(label, places.size);
    return places.size - 1;
  };
  return {
    skip: (row: number) => column.set(row, -1),
    set(row: number, conversation: Conversation, line: number) {
      if (!areLabels) return;
      const label =
        isAsked && stratify !== "answer" ? fieldValues(conversation, stratify).join(", ") || noLabel : answerOf(conversation);
      if (!isAsked && (label === noLabel || label.length > longestLabel || label.includes("\n"))) areLabels = false;
      else column.set(row, placeOf(label));
      if (places.size <= (isAsked ? mostLabels : mostGuessed)) return;
      areLabels = false;
      if (!isAsked) return;
      throw new FinegaugeError("data.invalid", `${stratify} has more than ${mostLabels} different values by line ${line}`, {
        where: { file, line },
        hint: "--stratify takes what few rows differ in; --stratify none",
      });
    },
    /** Guessed labels are given three times on average or more, as everywhere. */
    done(rows: number, names: readonly string[]): Pick<SplitTable, "labelOf" | "labels"> {
      if (isAsked && rows > 0 && places.size === 1 && places.has(noLabel)) throw unknownField(file, stratify, names);
      const isUsed = areLabels && places.size >= 2 && (isAsked || places.size * 3 <= rows);
      return isUsed ? { labelOf: column.values, labels: [...places.keys()] } : { labelOf: undefined, labels: [] };
    },
  };
}

function answerOf({ messages }: Conversation): string {
  const answer = messages.at(-1);
  return (answer?.role === "assistant" && contentText(answer).trim()) || noLabel;
}

/** ISO 8601, or seconds or milliseconds since 1970. */
function timeOf(conversation: Conversation, field: string, where: { readonly file: string; readonly line: number }): number {
  const [first] = fieldValues(conversation, field);
  const said = first ?? (field === "time" ? conversation.messages[0]?.time : undefined);
  const number = Number(said);
  const time =
    said === undefined || said.trim() === "" ? Number.NaN : Number.isNaN(number) ? Date.parse(said) : inMilliseconds(number);
  if (!Number.isNaN(time)) return time;
  throw new FinegaugeError(
    "data.invalid",
    said === undefined
      ? `line ${where.line} has no ${field}`
      : `line ${where.line} has ${JSON.stringify(said.slice(0, 40))} as ${field}, which is no time`,
    { where, hint: "ISO 8601, or seconds since 1970" },
  );
}

/** Seconds stay below this until the year 5138, milliseconds have been above it since 1973. */
function inMilliseconds(number: number): number {
  return Math.abs(number) < 1e11 ? number * 1000 : number;
}
