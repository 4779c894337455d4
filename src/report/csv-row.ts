import { visible } from "../page/index.ts";

/** One line of RFC 4180. */
export function csvRow(fields: readonly (string | number | null | undefined)[]): string {
  return `${fields.map(field).join(",")}\r\n`;
}

function field(value: string | number | null | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return String(value);
  // A spreadsheet runs what starts like a formula, in its full-width forms too; a leading apostrophe makes it text.
  const text = visible(/^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
