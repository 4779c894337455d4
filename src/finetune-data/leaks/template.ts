/**
 * Whether a piece of text that so many of the texts have is wording that they share, and no content of any of them: in half of a small
 * number of texts, else in more than ten and one in a hundred of them. Two copies of one question are no template.
 */
export function isTemplate(having: number, texts: number): boolean {
  return having >= templateFrom(texts);
}

/** The least number of texts that makes a template. */
export function templateFrom(texts: number): number {
  return Math.max(3, Math.min(Math.ceil(texts / 2), 11 + Math.floor(texts / 100)));
}
