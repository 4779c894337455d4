const punctuation = /[!-/:-@[-`{-~]/;
const sets: { readonly [name: string]: (i: number) => string } = {
  from_n: (i) => String(i + 1),
  from_n_abc: (i) => String.fromCharCode(97 + (i % 26)),
  from_n_ABC: (i) => String.fromCharCode(65 + (i % 26)),
};

/**
 * The grades that a judge may give, in the order in which they are looked for.
 *
 * @param written a list; or a text, each character of which is one; or `from_n`, `from_n_abc`, `from_n_ABC`: one for each reply
 * @param n replies that are graded together
 */
export function choicesOf(written: string | readonly string[], n: number): readonly string[] {
  if (typeof written !== "string") return written;
  const nth = Object.hasOwn(sets, written) ? sets[written] : undefined;
  return nth === undefined ? [...written] : Array.from({ length: n }, (_, i) => nth(i));
}

/** What is wrong with a choice: punctuation is taken out of replies before choices are looked for in them. */
export function choiceFault(choice: string): string | undefined {
  if (choice.trim() === "") return "an empty choice would be in every reply";
  return punctuation.test(choice) ? "punctuation is taken out of replies, so it cannot be part of a choice" : undefined;
}

export type Scoring = { readonly [choice: string]: number };

/**
 * What each choice is worth; undefined = choices are counted and not scored.
 *
 * @param written a mapping, or `from_strings`: each choice is its own number
 * @returns the choice without a number, when there is one
 */
export function scoringOf(
  written: Scoring | "from_strings" | undefined,
  choices: readonly string[],
): { readonly scoring: Scoring | undefined; readonly missing?: string } {
  if (written === undefined) return { scoring: undefined };
  const value = (choice: string) => (written === "from_strings" ? Number(choice) : own(written, choice));
  const missing = choices.find((choice) => !Number.isFinite(value(choice)));
  if (missing !== undefined) return { scoring: undefined, missing };
  return { scoring: Object.fromEntries(choices.map((choice) => [choice, value(choice)])) };
}

function own(written: Scoring, choice: string): number {
  return Object.hasOwn(written, choice) ? (written[choice] as number) : Number.NaN;
}
