import { FinegaugeError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { TextSource } from "../../io/text-source.ts";
import { type Conversation, type ConversationRow, conversationOf } from "../conversation.ts";
import { type Columns, guessColumns } from "../guess-columns.ts";
import { delimitedRows } from "../leaks/delimited-rows.ts";
import { bareConversation } from "./completions.ts";
import { guessDelimiter } from "./csv.ts";
import { type ConversationWriter, type Format, nothingLost, type ReadOptions } from "./format.ts";
import { lostInTexts, questionAndAnswer } from "./lost.ts";

/** CSV, also with semicolons: a question and its answer a row. Columns called prompt and completion are taken to the character. */
export const csv: Format = {
  read: (source, options) => readTable(source, options, undefined),
  write: ({ metadata }) => tableWriter(",", metadata),
};

/** The same with tabs, as spreadsheets copy it. */
export const tsv: Format = {
  read: (source, options) => readTable(source, options, "\t"),
  write: ({ metadata }) => tableWriter("\t", metadata),
};

/** The first row says which columns there are beside prompt and completion: its id, and what its metadata have. */
function tableWriter(delimiter: string, metadata = true): ConversationWriter {
  const line = (fields: readonly string[]) => `${fields.map(quoted).join(delimiter)}\n`;
  let columns: readonly string[] | undefined;
  let hasId = false;
  return {
    keepsMetadata: metadata,
    row(conversation) {
      const only = questionAndAnswer(conversation);
      const lost = [...lostInTexts(conversation)];
      if (only === undefined) return { text: undefined, lost: ["several turns", ...lost] };
      if (only.system !== undefined) lost.unshift("a system prompt");
      const { id, metadata: bag } = conversation;
      let head = "";
      if (columns === undefined) {
        hasId = metadata && id !== undefined;
        columns = metadata ? Object.keys(bag).filter((key) => !["id", "prompt", "completion"].includes(key)) : [];
        head = line([...(hasId ? ["id"] : []), "prompt", "completion", ...columns]);
      }
      const known = columns;
      if (metadata) {
        for (const key in bag) if (!known.includes(key)) lost.push(`the metadata ${JSON.stringify(key)}`);
        if (id !== undefined && !hasId) lost.push("an id");
      }
      const fields = [...(hasId ? [id ?? ""] : []), only.question, only.answer, ...known.map((key) => cellOf(bag[key]))];
      // UTF-8 has no words for them, where JSON escapes them.
      if (fields.some((field) => /\p{Surrogate}/u.test(field))) lost.push("halves of characters");
      return { text: head + line(fields), lost: lost.length === 0 ? nothingLost : lost };
    },
  };
}

function cellOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function quoted(field: string): string {
  return /[",;\t\r\n]/.test(field) || field !== field.trim() ? `"${field.replaceAll('"', '""')}"` : field;
}

type Row =
  | { readonly line: number; readonly values: { readonly [column: string]: string } }
  | { readonly line: number; readonly fault: string };

/** In which the first line ends. */
const headBytes = 2 ** 16;
/** Rows by which columns are told apart that have no usual names. */
const lookedAt = 1000;

function* readTable(
  source: TextSource,
  { header = true, columns: wanted }: ReadOptions,
  tab?: string,
): Generator<ConversationRow, void, void> {
  const [firstLine = ""] = source.head(headBytes).split(/\r?\n/, 1);
  const records = delimitedRows(source, tab ?? guessDelimiter(firstLine, source.name));
  const named = records.next().value;
  if (named === undefined) throw new FinegaugeError("data.invalid", "the file is empty", { where: { file: source.name } });
  const columns = columnNames(named.fields, source.name, header);
  const rows = (function* (): Generator<Row, void, void> {
    const toRow = rowOf(columns);
    if (!header) yield toRow(named);
    for (const record of records) yield toRow(record);
  })();

  const first: Row[] = [];
  for (let next = rows.next(); !next.done; next = rows.next()) {
    first.push(next.value);
    if (first.length === lookedAt) break;
  }
  const chosen = guessColumns({ file: source.name, columns, rows: first }, { ...wanted });
  for (const row of first) yield toConversation(row, chosen);
  for (const row of rows) yield toConversation(row, chosen);
}

function columnNames(fields: readonly string[], file: string, header: boolean): string[] {
  const columns = fields.map((name, at) => (header && name.trim() !== "" ? name.trim() : String(at + 1)));
  const twice = columns.find((name, at) => columns.indexOf(name) !== at);
  if (twice === undefined) return columns;
  throw new FinegaugeError("data.invalid", `two columns are called ${JSON.stringify(twice)}`, {
    where: { file, line: 1 },
    hint: "rename one of the two, or give --no-header and name columns by number",
  });
}

function rowOf(columns: readonly string[]): (record: { readonly line: number; readonly fields: readonly string[] }) => Row {
  return ({ line, fields }) => {
    if (fields.length !== columns.length)
      return { line, fault: `has ${fields.length} fields where the first line has ${columns.length}` };
    return { line, values: Object.fromEntries(columns.map((name, at) => [name, fields[at] as string])) };
  };
}

function toConversation(row: Row, { input, ideal, id, metadata }: Columns): ConversationRow {
  if ("fault" in row) return row;
  const { line, values } = row;
  const [question = "", answer = ""] = [values[input], values[ideal]];
  const isBare = input === "prompt" && ideal === "completion";
  // A text to go on from may be empty, and data prepare looks after what is not said; a question to be answered has to be there.
  const empty = isBare ? undefined : question.trim() === "" ? input : answer.trim() === "" ? ideal : undefined;
  if (empty !== undefined) return { line, fault: `has an empty ${empty}` };
  const bag = Object.fromEntries(metadata.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
  const conversation: Conversation = isBare
    ? bareConversation(question, answer, { metadata: bag })
    : conversationOf(
        [
          { role: "user", content: question },
          { role: "assistant", content: answer.trim() },
        ],
        bag,
      );
  return { line, conversation: id === undefined ? conversation : { ...conversation, id: values[id] } };
}
