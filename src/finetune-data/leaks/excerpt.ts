import type { TrainingRow } from "./training-row.ts";

/** Characters of a text that are kept to be shown. */
const excerptLength = 400;

/** What of a training row is shown beside a sample: its beginning, or the place where the sample's longest word stands in it. */
export function excerptOf({ turns, system }: TrainingRow, sample: string): string {
  const text = turns.length === 0 ? system : turns.map((turn) => turn.text).join("\n");
  if (text.length <= excerptLength) return text;
  const [longest = ""] = [...sample.slice(0, excerptLength).matchAll(/[\p{L}\p{N}]+/gu)]
    .map(([word]) => word)
    .sort((a, b) => b.length - a.length);
  const found = longest === "" ? -1 : text.indexOf(longest);
  const start = found < 0 ? 0 : Math.max(0, found - sample.indexOf(longest));
  return ownCopy(text.slice(start, start + excerptLength));
}

/** A slice keeps the whole text in memory that it is of. */
function ownCopy(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
