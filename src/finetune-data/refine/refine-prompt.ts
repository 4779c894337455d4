import type { Message } from "../../core/message.ts";

const mark = "start -->";

/**
 * The beginning of every question: what to say, and examples of both kinds, a strong one and a weak one in turn, as many of each.
 *
 * @param pairs at most so many of each, in their order
 */
export function refineShots(strong: readonly string[], weak: readonly string[], pairs: number): readonly Message[] {
  const count = Math.min(strong.length, weak.length, pairs);
  const shown = [...strong.slice(0, count), ...weak.slice(0, count)];
  const separator = commonEnd(shown);
  const ends = separator === "" ? "" : ` and ends with ${JSON.stringify(separator)}`;
  const messages: Message[] = [
    {
      role: "system",
      content: `You tell texts that are worth learning from apart from texts that are not. Each begins with "${mark}"${ends}. Say yes or no, and nothing else.`,
    },
  ];
  for (let pair = 0; pair < count; pair++) {
    messages.push(shotOf(strong[pair] as string), { role: "assistant", content: "yes" });
    messages.push(shotOf(weak[pair] as string), { role: "assistant", content: "no" });
  }
  return messages;
}

export function refinePrompt(shots: readonly Message[], text: string): readonly Message[] {
  return [...shots, shotOf(text)];
}

function shotOf(text: string): Message {
  return { role: "user", content: `${mark}${text}` };
}

/** What all texts end with, of which nothing is a letter or a digit: a separator. A single mark, such as a full stop, is none. */
function commonEnd(texts: readonly string[]): string {
  const [first = ""] = texts;
  let length = first.length;
  for (const text of texts) {
    let same = 0;
    while (same < length && text.at(-1 - same) === first.at(-1 - same)) same++;
    length = same;
  }
  const end = /[^\p{L}\p{N}]*$/u.exec(first.slice(first.length - length))?.[0] ?? "";
  return end.length > 1 ? end : "";
}
