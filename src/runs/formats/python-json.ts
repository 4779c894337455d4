/**
 * Parses JSON as Python writes it: `NaN`, `Infinity` and `-Infinity`, which JSON does not know, become null.
 *
 * @throws SyntaxError as `JSON.parse`
 */
export function parsePythonJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!/NaN|Infinity/.test(text)) throw error;
    return JSON.parse(withoutNonNumbers(text));
  }
}

function withoutNonNumbers(text: string): string {
  const token = /"|-?(?:NaN|Infinity)/g;
  let clean = "";
  let kept = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '"') {
      token.lastIndex = afterString(text, found.index);
      continue;
    }
    clean += `${text.slice(kept, found.index)}null`;
    kept = token.lastIndex;
  }
  return clean + text.slice(kept);
}

/** The place after the quote that closes a string. */
function afterString(text: string, opening: number): number {
  for (let from = opening + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}
