import { FinegaugeError } from "../../core/errors.ts";
import { type Conversation, type FormatName, formatNamed, openConversations } from "../../finetune-data/index.ts";

export interface RowOptions {
  readonly from?: string | undefined;
  /** Leave out rows that cannot be read, instead of refusing them. */
  readonly skipBad?: boolean | undefined;
}

export interface ReadRow {
  readonly line: number;
  readonly conversation: Conversation;
}

/**
 * The conversations of a file that is read more than once, or while the keyboard is needed.
 *
 * @returns how to read it, as often as need be, and its format
 * @throws FinegaugeError `cli.usage` for standard input, `data.missing`, `data.invalid`
 */
export async function openRows(
  file: string,
  { from, skipBad = false }: RowOptions,
): Promise<{ readonly format: FormatName; read(): AsyncGenerator<ReadRow, void, void> }> {
  if (file === "-") {
    throw new FinegaugeError("cli.usage", "standard input cannot be read twice", { hint: "name a file" });
  }
  const named = from === undefined ? undefined : formatNamed(from);
  const open = () => openConversations(file, named);
  const first = await open();
  first.close();
  return {
    format: first.format,
    async *read() {
      const source = await open();
      let rows = 0;
      try {
        for (const row of source.rows) {
          rows++;
          if (!("fault" in row)) yield row;
          else if (!skipBad) {
            throw new FinegaugeError("data.invalid", row.fault, {
              where: { file: source.name, line: row.line },
              hint: "mend the row, or leave out such rows with --skip-bad",
            });
          }
        }
        if (rows === 0) throw new FinegaugeError("data.invalid", "the file is empty", { where: { file: source.name } });
      } finally {
        source.close();
      }
    },
  };
}
