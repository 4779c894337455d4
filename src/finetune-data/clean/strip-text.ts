/** What can be taken out of a text, in the order in which it is. */
export const stripSteps = ["code-blocks", "links", "mentions", "ids", "emoji", "whitespace"] as const;
export type StripStep = (typeof stripSteps)[number];

const gap = "[^\\S\\n]*";

/** Something with the blanks around it; what stands there several times in a row is one hole. */
function hole(pattern: string): RegExp {
  return new RegExp(`(?<![^\\S\\n])(${gap})(?:(?:${pattern})(${gap}))+`, "gu");
}

const url = String.raw`(?:https?|ftp):\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}]|(?<![\p{L}\p{N}.@-])www\.[^\s<>"]*[^\s<>"'.,;:!?)\]}]`;
const patterns: { readonly [Step in Exclude<StripStep, "whitespace">]: readonly RegExp[] } = {
  "code-blocks": [hole("```[^]*?```")],
  links: [hole(String.raw`<(?:https?|ftp|mailto):[^<>\s][^<>\n]*>|${url}`)],
  mentions: [
    // Slack's and Discord's own marks, then what people type; an address has something before its @.
    hole(
      String.raw`<[@#!][^<>\s][^<>\n]{0,200}>|(?<![\p{L}\p{N}._%+\/@\]-])@[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]{0,62}[\p{L}\p{N}_])?(?![\p{L}\p{N}_@])`,
    ),
  ],
  ids: [
    // UUIDs; numbers of Discord and Twitter; Slack's; digests and keys of databases.
    hole(
      String.raw`(?<![\p{L}\p{N}_-])(?:[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|\d{17,20}|[UWCGDTBF](?=[A-Z]*\d)[A-Z\d]{8,10}|(?=[a-f]*\d)(?=\d*[a-f])[\da-f]{16,128})(?![\p{L}\p{N}_-])`,
    ),
  ],
  emoji: [
    hole(
      String.raw`<a?:\w{1,64}:\d{1,20}>|(?<![\p{L}\p{N}:]):(?=[\w+-]*[a-z])[\w+-]{1,64}:(?::skin-tone-\d:)?(?![\p{L}\p{N}:])|[\d#*]\ufe0f?\u20e3|(?![\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff])\p{Extended_Pictographic}(?:[\ufe0e\ufe0f\u200d\u{e0020}-\u{e007f}]|\p{Emoji_Modifier}|\p{Extended_Pictographic})*|\p{Regional_Indicator}`,
    ),
  ],
};

/** Without one of these there is nothing to take out, and nothing is looked for at length. */
const hints: { readonly [Step in Exclude<StripStep, "whitespace">]: RegExp } = {
  "code-blocks": /```/,
  links: /:\/\/|www\.|mailto:/,
  mentions: /[@<]/,
  ids: /\d/,
  emoji: /\P{ASCII}|:[\w+-]+:|<a?:/u,
};

/** What a link is called stays: the name of a Markdown link, unless it is the address again. */
const namedLink =
  /\[((?!https?:\/\/)[^[\]\n]{1,300})\]\((?:https?|ftp):\/\/[^\s()]+\)|<(?:https?|ftp|mailto):[^<>|\n]+\|([^<>|\n]{1,300})>/g;

/** More rounds than anything has that was not made to need them. */
const mostRounds = 50;

/**
 * A text without what the steps name. Taken out of the middle of a line, a thing leaves one space.
 *
 * Doing it again changes nothing: what comes to be by taking something out is taken out as well.
 *
 * @returns the text, and the steps that changed it
 */
export function stripText(
  text: string,
  steps: ReadonlySet<StripStep>,
): { readonly text: string; readonly changed: ReadonlySet<StripStep> } {
  const changed = new Set<StripStep>();
  let clean = text;
  for (let round = 0; round < mostRounds; round++) {
    const before = clean;
    for (const step of stripSteps) {
      if (!steps.has(step)) continue;
      const next = step === "whitespace" ? collapsed(clean) : without(clean, step);
      if (next !== clean) changed.add(step);
      clean = next;
    }
    if (clean === before) break;
  }
  return { text: clean, changed };
}

function without(text: string, step: Exclude<StripStep, "whitespace">): string {
  if (!hints[step].test(text)) return text;
  let clean =
    step === "links" ? text.replace(namedLink, (_, markdown?: string, slack?: string) => markdown ?? slack ?? "") : text;
  for (const pattern of patterns[step]) {
    clean = clean.replace(pattern, (found: string, before: string, after: string | undefined, at: number) => {
      const start = at === 0 || clean[at - 1] === "\n";
      const next = clean[at + found.length];
      if (next === undefined || next === "\n") return "";
      if (/[.,;:!?]/.test(next)) return "";
      if (start) return before;
      return before !== "" || (after ?? "") !== "" ? " " : "";
    });
  }
  return clean;
}

const invisible = /[\u00ad\u180e\u200b\u2060\ufeff]/g;

/** One space where several stand, none at the ends of a line, at most one empty line. */
function collapsed(text: string): string {
  return text
    .replace(/\r\n?|\u2028|\u2029/g, "\n")
    .replace(invisible, "")
    .replace(/[^\S\n]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
