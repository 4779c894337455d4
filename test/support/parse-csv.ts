/** RFC 4180, strictly: CRLF between records, quotes doubled inside quotes, no quote inside a bare field. */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [[]];
  const field = /"((?:[^"]|"")*)"(,|\r\n|$)|([^",\r\n]*)(,|\r\n|$)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) throw new Error(`no CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    const [, quoted, afterQuoted, bare, afterBare] = match;
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare ?? "");
    if ((afterQuoted ?? afterBare) === "\r\n") records.push([]);
    if ((afterQuoted ?? afterBare) === "") throw new Error("the last record does not end its line");
  }
  records.pop();
  return records;
}
