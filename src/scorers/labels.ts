import type { Labels } from "../core/catalogue.ts";

export interface LabelReading {
  readonly label: string;
  /** The reply used another word for it. */
  readonly alias: boolean;
}

/** More decoration than this around a word, and the reply is no label. Bounds the work on hostile replies. */
const decorationMost = 16;
const decoration = /[\s\p{P}\p{S}]/u;

/**
 * Reads a reply that is a label or one of its aliases and nothing else; case, surrounding white space, punctuation and quotes do not
 * matter. The longest reading wins, so that `C++.` is `C++` and not `C`.
 */
export function labelReader(labels: Labels): (reply: string) => LabelReading | undefined {
  const known = new Map<string, LabelReading>();
  for (const [label, aliases] of Object.entries(labels)) {
    for (const alias of aliases) known.set(alias.trim().toLowerCase(), { label, alias: true });
  }
  // A label is itself, even where it is another one's alias too.
  for (const label of Object.keys(labels)) known.set(label.trim().toLowerCase(), { label, alias: false });
  const longest = Math.max(0, ...Array.from(known.keys(), (text) => text.length));

  return (reply) => {
    const text = reply.trim();
    if (text.length > longest + 2 * decorationMost) return undefined;
    const lower = text.toLowerCase();
    const exact = known.get(lower);
    if (exact) return exact;
    const before = decorated(lower, 0, 1);
    const after = decorated(lower, lower.length - 1, -1);
    if (before > decorationMost || after > decorationMost) return undefined;
    for (let cut = 1; cut <= Math.min(before + after, lower.length - 1); cut++) {
      for (let left = Math.max(0, cut - after); left <= Math.min(before, cut); left++) {
        const found = known.get(lower.slice(left, lower.length - (cut - left)));
        if (found) return found;
      }
    }
    return undefined;
  };
}

/** How many characters of decoration there are from one end. */
function decorated(text: string, start: number, step: 1 | -1): number {
  let n = 0;
  for (let i = start; i >= 0 && i < text.length && decoration.test(text.charAt(i)); i += step) n++;
  return n;
}
