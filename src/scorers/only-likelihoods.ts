import type { Likelihood } from "../core/completion.ts";
import type { Replies, Score } from "../core/score.ts";

/** The likelihoods that one ask was answered with. */
export function onlyLikelihoods(replies: Replies, output: string): readonly Likelihood[] {
  const reply = replies[output] ?? [];
  const found = reply.filter((one): one is Likelihood => !("text" in one));
  if (found.length === 0 || found.length < reply.length) throw new Error(`the likelihoods called ${output} are missing`);
  return found;
}

/** What stands between a prompt and what is to follow it: nothing in a chat, whose template ends where the answer begins. */
export function delimiterAfter(input: unknown, delimiter: string | undefined): string {
  return delimiter ?? (typeof input === "string" ? " " : "");
}

export function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** A context that was cut is another question, which must be seen. */
export function withDropped(score: Score, likelihoods: readonly Likelihood[]): Score {
  const dropped = Math.max(0, ...likelihoods.map(({ context_dropped }) => context_dropped ?? 0));
  return dropped === 0 ? score : { ...score, details: { ...score.details, context_dropped: dropped } };
}
