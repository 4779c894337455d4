/** What all texts begin with; the whole of them if they are equal. Counted in characters, so that none is cut in two. */
export function commonStart(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const text of others) {
    let at = 0;
    while (at < length && first.charCodeAt(at) === text.charCodeAt(at)) at++;
    length = at;
  }
  // Half of a character beyond the basic plane is none.
  return endsInHalf(first, length) ? first.slice(0, length - 1) : first.slice(0, length);
}

/** What all texts end with. */
export function commonEnd(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  let length = first.length;
  for (const text of others) {
    let at = 0;
    while (at < length && at < text.length && first.charCodeAt(first.length - 1 - at) === text.charCodeAt(text.length - 1 - at))
      at++;
    length = at;
  }
  const start = first.length - length;
  return endsInHalf(first, start) ? first.slice(start + 1) : first.slice(start);
}

function endsInHalf(text: string, length: number): boolean {
  return (
    length > 0 &&
    length < text.length &&
    /[\ud800-\udbff]/.test(text[length - 1] as string) &&
    /[\udc00-\udfff]/.test(text[length] as string)
  );
}

/** What may stand behind a prompt, likelier ones first. */
export const separators = [" ->", "\n\n###\n\n", "\n\n===\n\n", "\n\n---\n\n", "\n\n===>\n\n", "\n\n--->\n\n"];
/** What may stand behind a completion. */
export const endings = ["\n", ".", " END", "***", "+++", "&&&", "$$$", "@@@", "%%%"];

/** Where texts have all of these. */
export const lastSeparator = "\n\n### =>\n\n";
export const lastEnding = " [END]";

/** A separator that no prompt has in it; an arrow only where prompts are of one line. */
export function freeSeparator(prompts: readonly string[]): string {
  const lines = prompts.some((prompt) => prompt.includes("\n"));
  const fits = (separator: string) => !(lines && separator === " ->") && !prompts.some((prompt) => prompt.includes(separator));
  return separators.find(fits) ?? lastSeparator;
}

export function freeEnding(completions: readonly string[]): string {
  return endings.find((ending) => !completions.some((completion) => completion.includes(ending))) ?? lastEnding;
}

/** Of what all texts end with, the part that was put there on purpose: all of it where that is not known. */
export function purposeOf(end: string): string {
  const known = [...separators, lastSeparator, ...endings, lastEnding].filter((one) => end.endsWith(one));
  return known.sort((a, b) => b.length - a.length)[0] ?? end;
}
