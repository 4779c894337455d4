import { type Conversation, conversationOf, type Turn } from "../conversation.ts";

/** A conversation's lines as chat-builder writes them: with the word as the second line, and an empty line behind it. */
export function chatBuilderText(lines: readonly string[], word: string): string {
  return `${[...lines.slice(0, 1), `TERM: ${word}`, ...lines.slice(1)].join("\n")}\n\n`;
}

/** The same as a chat: who speaks first is the user, everybody else the assistant; the word stands in the metadata. */
export function chatAboutWord(lines: readonly string[], word: string): Conversation {
  const turns: Turn[] = [];
  let user: string | undefined;
  for (const line of lines) {
    const colon = line.indexOf(":");
    const speaker = line.slice(0, colon).trim();
    user ??= speaker;
    const role = speaker === user ? "user" : "assistant";
    const content = line.slice(colon + 1).trim();
    const last = turns.at(-1);
    if (last?.role === role) turns[turns.length - 1] = { role, content: `${last.content}\n${content}` };
    else turns.push({ role, content });
  }
  return conversationOf(turns, { term: word });
}
