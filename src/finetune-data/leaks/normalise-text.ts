/**
 * A text without what two writers of the same thing differ in: case, width and ligatures (NFKC), invisible characters, white space and
 * punctuation, each run of which becomes one space.
 *
 * What carries meaning stays: letters with their marks, digits, symbols (`+`, `=`, `$`, emoji), a point, comma or colon between two digits,
 * and `-`, `*`, `/`, `%` before a digit. `6 + 7` and `6 - 7` are two questions, as are 1.5 and 15.
 */
export function normaliseText(text: string): string {
  if (isAscii(text)) return text.toLowerCase().replace(foldedAscii, " ").trim();
  // Upper case first: it takes apart what only looks like one letter (ß), and lower case alone would not.
  const folded = text.normalize("NFKC").replace(invisible, "").toUpperCase().toLowerCase().normalize("NFKC");
  return folded.replace(foldedAny, " ").trim();
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

const foldedAscii = /(?:[^a-z0-9$+<=>^.,:*/%-]|[.,:](?!(?<=[0-9].)[0-9])|[-*/%](?!\s*[0-9]))+/g;
const foldedAny = /(?:[^\p{L}\p{M}\p{N}\p{S}.,:*/%-]|[|~`]|[.,:](?!(?<=\p{Nd}.)\p{Nd})|[-*/%](?!\s*\p{Nd}))+/gu;
const invisible = /\p{Default_Ignorable_Code_Point}+/gu;
