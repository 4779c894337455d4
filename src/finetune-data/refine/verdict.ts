/** What a model said of an example; `unparsed` is neither. */
export type Verdict = "strong" | "weak" | "unparsed";

/** Yes or no, whatever case, spaces and punctuation it comes with. A sentence is no answer, also one that begins with yes. */
export function verdictOf(reply: string): Verdict {
  const word = reply
    .replaceAll(/[\p{P}\p{S}]/gu, "")
    .trim()
    .toLowerCase();
  return word === "yes" ? "strong" : word === "no" ? "weak" : "unparsed";
}
