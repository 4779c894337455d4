import { includesWord } from "../word.ts";

/** How a text reply says its choice: at its beginning, at its beginning with reasons behind, at its end. */
export const evalTypes = ["classify", "classify_cot", "cot_classify", "cot_classify_jp"] as const;
export type EvalType = (typeof evalTypes)[number];

const hits = {
  /** As upstream has it: the choice contains the line, not the other way round. */
  include: (line: string, choice: string) => choice.includes(line),
  exact: (line: string, choice: string) => line === choice,
  endswith: (line: string, choice: string) => line.endsWith(choice),
  starts_or_endswith: (line: string, choice: string) => line.startsWith(choice) || line.endsWith(choice),
} satisfies { readonly [name: string]: (line: string, choice: string) => boolean };

/** Rules by which a line says a choice: openai/evals' own, and `word`, by which it stands there as whole words and alone. */
export const matchFns = [...(Object.keys(hits) as (keyof typeof hits)[]), "word"] as const;
export type MatchFn = (typeof matchFns)[number];

const punctuation = /[!-/:-@[-`{-~]/g;
/**
 * The choice that a judge's reply says, or undefined: the rule of openai/evals' `ModelBasedClassify`.
 *
 * Lines are looked at from the last one when the reasons come first, else from the first one, white space around them and all ASCII
 * punctuation in them taken away; the first line that says a choice decides, and of several choices the one listed first. Case counts.
 * So `Not sure` says `No`, and `Answer: D` says `A`: what is odd there is odd upstream; `word` is not.
 */
export function parseChoice(
  reply: string,
  { evalType, choices, matchFn }: { evalType: EvalType; choices: readonly string[]; matchFn: MatchFn },
): string | undefined {
  const lines = trimmed(reply).split("\n");
  if (evalType.startsWith("cot_classify")) lines.reverse();
  for (const raw of lines) {
    const line = trimmed(raw).replace(punctuation, "");
    if (line === "") continue;
    const choice = matchFn === "word" ? onlyWord(line, choices) : choices.find((one) => hits[matchFn](line, one));
    if (choice !== undefined) return choice;
  }
  return undefined;
}

/** The choice that stands in a line as whole words, if there is just one. One inside a longer one does not count. */
function onlyWord(line: string, choices: readonly string[]): string | undefined {
  const there = choices.filter((choice) => choice !== "" && includesWord(line, choice));
  const outer = there.filter((choice) => !there.some((other) => other !== choice && other.includes(choice)));
  return outer.length === 1 ? outer[0] : undefined;
}

/** Python's white space has U+001C to U+001F and U+0085, and not U+FEFF. */
const space = new Set("\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000");
for (let code = 0x2000; code <= 0x200a; code++) space.add(String.fromCharCode(code));

/** Python's `strip`. No pattern: on a long run of spaces one would take the square of its length. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && space.has(text[start] as string)) start++;
  while (end > start && space.has(text[end - 1] as string)) end--;
  return text.slice(start, end);
}

const marker = /^[\s*_#>`]*grade[\s*_`]*[:\uff1a]/i;

/**
 * The choice of a reply that was asked to end in a line `GRADE: <choice>`; also one whose last line is a choice and nothing else.
 * The last such line counts, whatever stands in it: a grade that was not offered is none.
 */
export function parseGradeLine(reply: string, choices: readonly string[]): string | undefined {
  const lines = trimmed(reply).split("\n").map(trimmed);
  const line = lines.findLast((one) => marker.test(one)) ?? lines.at(-1) ?? "";
  const said = trimmed(line.replace(marker, "").replace(punctuation, ""));
  const exact = choices.find((choice) => choice === said);
  if (exact !== undefined) return exact;
  const folded = choices.filter((choice) => choice.toLowerCase() === said.toLowerCase());
  return folded.length === 1 ? folded[0] : undefined;
}

/** What a reply says before the line that has its grade. */
export function beforeGradeLine(reply: string): string {
  const text = trimmed(reply);
  const at = text.lastIndexOf("\n");
  return marker.test(text.slice(at + 1)) ? trimmed(text.slice(0, Math.max(0, at))) : text;
}
