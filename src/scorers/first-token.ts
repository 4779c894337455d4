import type { Completion, TokenLogprob } from "../core/completion.ts";

/** A token that could have been the first of the answer. */
export interface Candidate {
  /** Without white space around it. */
  readonly text: string;
  /** In [0, 1]. */
  readonly probability: number;
}

/**
 * What an answer could have begun with: the alternatives in the place of its first token that is more than white space, behind any
 * reasoning text.
 *
 * @returns undefined when the reply has no log-probabilities there
 */
export function firstTokenOf({ logprobs, thinking }: Completion): readonly Candidate[] | undefined {
  if (logprobs === undefined) return undefined;
  let before = thinking?.length ?? 0;
  for (const token of logprobs) {
    // A token that reaches over the end of the reasoning begins no answer.
    if (before > 0) before -= token.token.length;
    else if (token.token.trim() !== "") return candidatesOf(token);
  }
  return undefined;
}

function candidatesOf({ token, logprob, id, top = [] }: TokenLogprob): Candidate[] {
  const listed = top.some((one) => (id !== undefined && one.id !== undefined ? one.id === id : one.token === token));
  return (listed ? top : [{ token, logprob }, ...top]).map((one) => ({
    text: one.token.trim(),
    probability: one.logprob === null ? 0 : Math.min(1, Math.exp(one.logprob)),
  }));
}

/** The most that a token which is not listed can have: no more than the last one listed, and than what they leave. */
export function mostUnlisted(candidates: readonly Candidate[]): number {
  const listed = candidates.reduce((sum, { probability }) => sum + probability, 0);
  return Math.max(0, Math.min(1 - listed, ...candidates.map(({ probability }) => probability)));
}

/**
 * Probabilities of labels by the token that an answer begins with: a token that is a label or another word for it counts for that label,
 * so does one that begins words of one label only. A token that begins words of several labels counts for none.
 *
 * @param words of each label
 */
export function probabilitiesByFirstToken(
  candidates: readonly Candidate[],
  words: readonly (readonly string[])[],
  ignoreCase = false,
): number[] {
  const plain = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const known = words.map((own) => own.map((word) => plain(word.trim())));
  const probabilities = words.map(() => 0);
  for (const { text, probability } of candidates) {
    const token = plain(text);
    if (token === "") continue;
    const whole = known.findIndex((own) => own.includes(token));
    const begun = known.flatMap((own, label) => (own.some((word) => word.startsWith(token)) ? [label] : []));
    const label = whole >= 0 ? whole : begun.length === 1 ? (begun[0] as number) : undefined;
    if (label !== undefined) probabilities[label] = Math.min(1, (probabilities[label] as number) + probability);
  }
  return probabilities;
}
