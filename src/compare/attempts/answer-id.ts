import { textHash } from "../../core/hash.ts";
import type { SampleLine } from "../../core/run-line.ts";
import type { Score } from "../../core/score.ts";
import { decidingScore, isBeside } from "../deciding-score.ts";

/**
 * What a reply said, as a number other than 0 that equal answers share: the label or the ideal that the deciding score read out of it.
 * 0 where it read none.
 */
export function readAnswer(scores: readonly Score[] | undefined): number {
  const score = decidingScore(scores);
  if (score === undefined || isBeside(score.name)) return 0;
  const picked = score.details?.picked;
  if (score.label !== undefined) return idOf(`label ${score.label}`);
  return typeof picked === "string" ? idOf(`ideal ${picked}`) : 0;
}

/** The reply's own words, for a scorer that reads none out of it; 0 where they are not kept. */
export function wordsAnswer({ completion }: Pick<SampleLine, "completion">): number {
  return completion === undefined ? 0 : idOf(`text ${completion.text.trim()}`);
}

/** 32 bits are enough to tell the few attempts at one sample apart. */
function idOf(text: string): number {
  return Number.parseInt(textHash(text).slice(0, 8), 16) || 1;
}
