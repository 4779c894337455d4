import { commonEnd, commonStart, freeEnding, freeSeparator } from "./affix.ts";
import { type PrepareRow, taskType } from "./prepare-row.ts";
import type { Finding, Remedy } from "./remedy.ts";

/** How far chance may go. */
export interface CheckOptions {
  /** A shared beginning or end is one from so many characters on, and if it has other characters than letters and digits. */
  readonly shortestAffix: number;
  /** Shared letters and digits are a coincidence, as in `one` and `three`. */
  readonly ignoreLetters: boolean;
}

type Check = (rows: readonly PrepareRow[], options: CheckOptions) => Finding[];

const fewRows = 100;
/** Characters of prompt and completion, that stood for about 2,048 tokens. */
const longRow = 10_000;
/** A shared beginning of prompts that is longer says the same to the model again and again. */
const longPromptStart = 12;
const longCompletionStart = 5;
/** An ending that is longer costs tokens in every row. */
const longEnd = 10;

/** In their order: each sees the rows as necessary remedies before it left them. */
export const checks: readonly Check[] = [
  (rows) =>
    rows.length < fewRows
      ? [{ note: `${rows.length} rows: tuning works best from some hundred on, and better with each doubling` }]
      : [],
  emptyCompletions,
  emptyPrompts,
  contradictions,
  (rows) => [{ note: `looks like ${taskType(rows)}` }],
  duplicates,
  longRows,
  upperCase("prompt"),
  upperCase("completion"),
  promptEnd,
  promptStart,
  completionStart,
  completionEnd,
  leadingSpace,
];

const optional = (name: string, says: string, apply: Remedy["apply"]): Finding => ({
  remedy: { name, kind: "optional", says, apply },
});

function emptyCompletions(rows: readonly PrepareRow[]): Finding[] {
  const empty = rows.filter(({ completion }) => completion === "");
  if (empty.length === 0) return [];
  return [
    {
      remedy: {
        name: "empty_completion",
        kind: "necessary",
        says: `drop ${counted(empty.length)} without a completion (${lines(empty)})`,
        apply: (all) => all.filter(({ completion }) => completion !== ""),
      },
    },
  ];
}

function emptyPrompts(rows: readonly PrepareRow[]): Finding[] {
  const empty = rows.filter(({ prompt }) => prompt.trim() === "");
  if (empty.length === 0 || empty.length === rows.length) return [];
  return [{ note: `${counted(empty.length)} without a prompt (${lines(empty)}): the model learns to say that of nothing` }];
}

function contradictions(rows: readonly PrepareRow[]): Finding[] {
  if (taskType(rows) !== "classification") return [];
  const labels = new Map<string, Set<string>>();
  for (const { prompt, completion } of rows)
    labels.set(prompt.trim(), (labels.get(prompt.trim()) ?? new Set()).add(completion.trim()));
  const torn = rows.filter(({ prompt }) => (labels.get(prompt.trim())?.size ?? 0) > 1);
  return torn.length === 0
    ? []
    : [{ note: `${counted(torn.length)} with a prompt that has another label elsewhere (${lines(torn)})` }];
}

function duplicates(rows: readonly PrepareRow[]): Finding[] {
  const repeated = rows.length - withoutDuplicates(rows).length;
  return repeated === 0
    ? []
    : [
        optional(
          "duplicated_rows",
          `drop ${counted(repeated)} that ${repeated === 1 ? "repeats another" : "repeat others"}`,
          withoutDuplicates,
        ),
      ];
}

function withoutDuplicates(rows: readonly PrepareRow[]): PrepareRow[] {
  const seen = new Set<string>();
  return rows.filter(({ prompt, completion }) => {
    const key = JSON.stringify([prompt, completion]);
    const fresh = !seen.has(key);
    seen.add(key);
    return fresh;
  });
}

function longRows(rows: readonly PrepareRow[]): Finding[] {
  if (taskType(rows) === "open-ended generation") return [];
  const isLong = ({ prompt, completion }: PrepareRow) => characters(prompt) + characters(completion) > longRow;
  const long = rows.filter(isLong);
  if (long.length === 0) return [];
  return [
    optional("long_examples", `drop ${counted(long.length)} longer than ${longRow} characters (${lines(long)})`, (all) =>
      all.filter((row) => !isLong(row)),
    ),
  ];
}

function upperCase(column: "prompt" | "completion"): Check {
  return (rows) => {
    let upper = 0;
    let lower = 0;
    for (const row of rows) {
      upper += row[column].match(/\p{Lu}/gu)?.length ?? 0;
      lower += row[column].match(/\p{Ll}/gu)?.length ?? 0;
    }
    if (upper * 2 <= lower) return [];
    return [
      optional(
        `lower_case_${column}`,
        `write every ${column} in lower case, since more than a third of the letters are upper case`,
        (all) => all.map((row) => ({ ...row, [column]: row[column].toLowerCase() })),
      ),
    ];
  };
}

function promptEnd(rows: readonly PrepareRow[], options: CheckOptions): Finding[] {
  if (taskType(rows) === "open-ended generation") return [];
  const prompts = rows.map(({ prompt }) => prompt);
  const whole = commonEnd(prompts);
  if (prompts.every((prompt) => prompt === whole)) {
    return [
      {
        name: "common_prompt_suffix",
        error: "all prompts are the same: leave them empty to learn texts, or make them different",
      },
    ];
  }
  const end = noCoincidence(whole, options);
  if (end !== "")
    return affixNotes(
      "prompt",
      "end",
      end,
      prompts.map((prompt) => prompt.slice(0, -end.length)),
    );
  const separator = freeSeparator(prompts);
  return [
    optional(
      "common_prompt_suffix",
      `end every prompt with ${shown(separator)}, so that the model sees where its own words begin`,
      (all) => all.map((row) => ({ ...row, prompt: row.prompt + separator })),
    ),
  ];
}

function promptStart(rows: readonly PrepareRow[], options: CheckOptions): Finding[] {
  const prompts = rows.map(({ prompt }) => prompt);
  const start = noCoincidence(commonStart(prompts), options);
  if (start === "" || prompts.every((prompt) => prompt === start)) return [];
  if (characters(start) <= longPromptStart) return [{ note: `every prompt begins with ${shown(start)}` }];
  return [
    optional(
      "common_prompt_prefix",
      `take ${shown(start)} away from the beginning of every prompt: what all of them say teaches nothing`,
      (all) => all.map((row) => ({ ...row, prompt: row.prompt.slice(start.length) })),
    ),
  ];
}

function completionStart(rows: readonly PrepareRow[]): Finding[] {
  const completions = rows.map(({ completion }) => completion);
  const start = commonStart(completions);
  if (characters(start) < longCompletionStart || completions.every((completion) => completion === start)) return [];
  const space = start.startsWith(" ") ? " " : "";
  return [
    optional(
      "common_completion_prefix",
      `take ${shown(start)} away from the beginning of every completion: what all of them say need not be generated`,
      (all) => all.map((row) => ({ ...row, completion: space + row.completion.slice(start.length) })),
    ),
  ];
}

function completionEnd(rows: readonly PrepareRow[], options: CheckOptions): Finding[] {
  if (taskType(rows) !== "conditional generation") return [];
  const completions = rows.map(({ completion }) => completion);
  const whole = commonEnd(completions);
  if (completions.every((completion) => completion === whole)) {
    return [{ name: "common_completion_suffix", error: "all completions are the same: there is nothing to learn" }];
  }
  const end = noCoincidence(whole, options);
  if (end !== "")
    return affixNotes(
      "completion",
      "end",
      end,
      completions.map((completion) => completion.slice(0, -end.length)),
    );
  const ending = freeEnding(completions);
  return [
    optional("common_completion_suffix", `end every completion with ${shown(ending)}, so that the model learns to stop`, (all) =>
      all.map((row) => ({ ...row, completion: row.completion + ending })),
    ),
  ];
}

function leadingSpace(rows: readonly PrepareRow[]): Finding[] {
  if (rows.every(({ completion }) => completion.startsWith(" "))) return [];
  return [
    optional("completion_space_start", "begin every completion with a space, as the tokens of words do", (all) =>
      all.map((row) => (row.completion.startsWith(" ") ? row : { ...row, completion: ` ${row.completion}` })),
    ),
  ];
}

/** What is shared on purpose; empty for what is there by chance. */
export function noCoincidence(affix: string, { shortestAffix, ignoreLetters }: CheckOptions): string {
  // A line end alone is put there on purpose; a question mark or a full stop is not.
  if (characters(affix) < shortestAffix && affix !== "\n") return "";
  return ignoreLetters && /^[\p{L}\p{N}]*$/u.test(affix) ? "" : affix;
}

function affixNotes(column: string, place: string, affix: string, rest: readonly string[]): Finding[] {
  const says = `every ${column} ${place}s with ${shown(affix)}`;
  const long = characters(affix) > longEnd ? "; so long an ending costs tokens in every row" : "";
  const again = rest.filter((text) => text.includes(affix)).length;
  const twice = again > 0 ? `; ${counted(again)} ${again === 1 ? "has" : "have"} it within as well` : "";
  return [{ note: `${says}${long}${twice}` }];
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function counted(rows: number): string {
  return rows === 1 ? "1 row" : `${rows} rows`;
}

function lines(rows: readonly PrepareRow[]): string {
  const named = rows.slice(0, 5).map(({ line }) => line);
  return `line ${named.join(", ")}${rows.length > named.length ? ", …" : ""}`;
}

/** A text in quotes, with its line ends visible. */
function shown(text: string): string {
  return JSON.stringify(text);
}
