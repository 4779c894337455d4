import type { LeakageFacts } from "./comparison.ts";
import { howMany, whole } from "./figures.ts";

interface Looked extends Pick<LeakageFacts, "leaked" | "kinds"> {
  /** What was looked for. */
  readonly of: number;
  readonly noun?: string;
  /** Where. */
  readonly train: string;
}

/** `12 of 600 samples are in tickets/train.jsonl (9 exact, 3 near)`; the same words in every format. */
export function leakageWords({ leaked, kinds, of, noun = "sample", train }: Looked): string {
  if (leaked === 0) return `none of ${howMany(of, noun)} is in ${train}`;
  return `${whole(leaked)} of ${howMany(of, noun)} ${leaked === 1 ? "is" : "are"} in ${train} (${kindWords(kinds)})`;
}

/** `9 exact, 3 near`, the surest first. */
function kindWords(kinds: LeakageFacts["kinds"]): string {
  return Object.entries(kinds)
    .map(([kind, n]) => `${whole(n)} ${kind}`)
    .join(", ");
}
