import type { Completion } from "./completion.ts";

const open = /^\s*<(think|thinking)>/i;
const close = /<\/(think|thinking)>\s*/i;

/**
 * A reply cut into its leading reasoning and what is said after it; the two together are the reply, character by character.
 *
 * A block that never closes is all reasoning: the reply was cut off before its answer. A reply that only closes one began inside
 * it, since some chat templates put the opening tag into the prompt.
 */
export function splitThinking(reply: string): { thinking?: string; text: string } {
  const closing = close.exec(reply);
  if (closing === null) return open.test(reply) ? { thinking: reply, text: "" } : { text: reply };
  const opening = reply.search(/<(think|thinking)>/i);
  if (opening >= 0 && !open.test(reply)) return { text: reply };
  const end = closing.index + closing[0].length;
  return { thinking: reply.slice(0, end), text: reply.slice(end) };
}

/** The reply as the model gave it, reasoning included: what openai/evals would have scored. */
export function rawText(completion: Completion): string {
  return (completion.thinking ?? "") + completion.text;
}
