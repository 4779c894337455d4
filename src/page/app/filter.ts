import { canonicalJson } from "../../core/json.ts";
import type { Message, Prompt } from "../../core/message.ts";
import type { Change, Flag, Outcome, PageCell, PageData, PageRow } from "../page-data.ts";

/** Which samples are shown; a null asks nothing. */
export interface Filter {
  readonly query: string;
  readonly outcome: Outcome | "different" | null;
  readonly eval: number | null;
  readonly column: number | null;
  readonly flag: Flag | null;
  readonly label: string | null;
  readonly change: ChangeFilter | null;
  readonly slice: { readonly path: string; readonly value: string } | null;
  /** A cell of the confusion table. */
  readonly ideal: string | null;
  /** Whether it is in the training data. */
  readonly leaked: boolean | null;
}

/** How a sample fared in two runs. */
interface ChangeFilter {
  readonly baseline: number;
  readonly candidate: number;
  readonly kind: Change;
  /** Whether every attempt shows the change; null asks nothing. */
  readonly stable?: boolean | null;
}

export const everything: Filter = {
  query: "",
  outcome: null,
  eval: null,
  column: null,
  flag: null,
  label: null,
  change: null,
  slice: null,
  ideal: null,
  leaked: null,
};

/** The rows that pass, in their order. */
export function filterRows(data: PageData, filter: Filter): readonly PageRow[] {
  const query = filter.query.trim().toLowerCase();
  return data.rows.filter(
    (row) =>
      (filter.eval === null || row.eval === filter.eval) &&
      (filter.leaked === null || (row.leak !== undefined) === filter.leaked) &&
      (filter.ideal === null || row.ideal?.[0] === filter.ideal) &&
      (filter.slice === null || sliceOf(row, filter.slice.path) === filter.slice.value) &&
      (filter.change === null || hasChanged(data, row, filter.change)) &&
      hasCell(data, row, filter) &&
      (query === "" || textOf(row).includes(query)),
  );
}

function hasCell(data: PageData, row: PageRow, filter: Filter): boolean {
  if (filter.outcome === "different" && !isDifferent(row)) return false;
  return row.cells.some(
    (cell) =>
      (filter.column === null || data.runs[cell.run]?.column === filter.column) &&
      (filter.outcome === null || filter.outcome === "different" || cell.outcome === filter.outcome) &&
      (filter.flag === null || cell.flags?.includes(filter.flag) === true) &&
      (filter.label === null || cell.label === filter.label),
  );
}

/** Whether the runs do not agree about a sample. */
function isDifferent(row: PageRow): boolean {
  return row.cells.some((cell) => cell.outcome !== row.cells[0]?.outcome);
}

function hasChanged(
  { comparisons }: PageData,
  row: PageRow,
  { baseline, candidate, kind, stable = null }: ChangeFilter,
): boolean {
  const of = comparisons.findIndex(({ runs }) => runs.baseline === baseline && runs.candidate === candidate);
  if (of < 0) return changeOf(row, baseline, candidate) === kind;
  const pair = row.pairs?.find((one) => one.of === of);
  return pair?.change === kind && (stable === null || pair.stable === stable);
}

function changeOf(row: PageRow, baseline: number, candidate: number): Change | null {
  const passed = (run: number): boolean | null => {
    const outcome = row.cells.find((cell) => cell.run === run)?.outcome;
    return outcome === "passed" ? true : outcome === "failed" ? false : null;
  };
  const [before, after] = [passed(baseline), passed(candidate)];
  if (before === null || after === null) return null;
  return before ? (after ? "both" : "only_baseline") : after ? "only_candidate" : "neither";
}

/** The value of a row at a path, as slices are named. */
export function sliceOf(row: PageRow, path: string): string | undefined {
  let value: unknown = row;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "string" ? value : value === undefined ? undefined : canonicalJson(value);
}

const texts = new WeakMap<PageRow, string>();

/** All that can be searched in a row, in lower case. */
function textOf(row: PageRow): string {
  let text = texts.get(row);
  if (text === undefined) {
    const parts = [row.id, promptText(row.input), ...(row.ideal ?? []), ...row.cells.flatMap(cellTexts)];
    text = parts.join("\n").toLowerCase();
    texts.set(row, text);
  }
  return text;
}

function cellTexts({ text, label, reasoning, refusal, error, scores }: PageCell): readonly string[] {
  const explanations = scores?.map((score) => score.explanation) ?? [];
  return [text, label, reasoning, refusal, error?.code, error?.message, ...explanations].filter((part) => part !== undefined);
}

function promptText(prompt: Prompt | undefined): string {
  if (prompt === undefined || typeof prompt === "string") return prompt ?? "";
  return prompt.map((message) => messageText(message.content)).join("\n");
}

/** The text of a message; what is no text by its type. */
function messageText(content: Message["content"]): string {
  if (content === null || typeof content === "string") return content ?? "";
  return content.map((part) => ("text" in part && typeof part.text === "string" ? part.text : `[${part.type}]`)).join("\n");
}

/** What a row shows of its question: the last thing that was said, or the fields that the prompt is made of. */
export function questionText(row: PageRow): string {
  if (typeof row.input === "string") return row.input;
  const last = row.input?.findLast((message) => message.role !== "assistant") ?? row.input?.at(-1);
  if (last !== undefined) return messageText(last.content);
  return row.fields === undefined ? "" : JSON.stringify(row.fields);
}

/** The labels that replies were taken to say, most frequent first. */
export function labelsOf(rows: readonly PageRow[]): readonly string[] {
  const times = new Map<string, number>();
  for (const row of rows) {
    for (const { label } of row.cells) if (label !== undefined) times.set(label, (times.get(label) ?? 0) + 1);
  }
  return [...times].sort((a, b) => b[1] - a[1]).map(([label]) => label);
}
