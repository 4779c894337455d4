import type { ConversationRow } from "../../conversation.ts";
import type { Pseudonyms } from "../../pseudonyms.ts";
import { bareConversation } from "../completions.ts";
import { blocksOf } from "../people-chat.ts";
import type { SlackEvent, SlackExport } from "./read-slack-export.ts";
import { bareSlackText } from "./slack-text.ts";

/** Messages that a row may hold, and characters. */
const lookBack = 5;
const longest = 5000;
const separator = "\n\n###\n\n";

/** Ids of all who wrote; the place in the list is the label. */
export function labelledPeople({ events }: Pick<SlackExport, "events">): string[] {
  return [...new Set(events.map(({ user }) => user))].sort();
}

/**
 * Of each message that answers others: what stood before it as the prompt, and the label of who wrote it as the completion.
 *
 * What the same person wrote before, and code, is left out; so is a row with the same prompt as the one before it.
 *
 * @param gap seconds of silence after which another conversation begins
 */
export function* whoReplies(
  { events }: Pick<SlackExport, "events">,
  {
    gap,
    newestFirst = false,
    pseudonyms,
  }: { gap: number; newestFirst?: boolean | undefined; pseudonyms?: Pseudonyms | undefined },
): Generator<ConversationRow, void, void> {
  const labels = labelledPeople({ events });
  const before = precedingOf(events, gap);
  let last: string | undefined;
  for (const [at, event] of events.entries()) {
    const others = (before.get(event) ?? []).slice(-lookBack).filter(({ user }) => user !== event.user);
    const texts = others.map(({ text }) => bareSlackText(text)).filter((text) => text !== "" && !text.includes("```"));
    if (texts.length === 0) continue;
    const joined = (newestFirst ? texts.reverse() : texts).join("\n\n").slice(0, longest);
    const prompt = `${pseudonyms?.inText(joined) ?? joined}${separator}`;
    if (prompt === last) continue;
    last = prompt;
    const metadata = { origin: pseudonyms?.inText(event.origin) ?? event.origin };
    yield { line: at + 1, conversation: bareConversation(prompt, ` ${labels.indexOf(event.user)}`, { metadata }) };
  }
}

/** What stands before each message in its conversation. */
function precedingOf(events: readonly SlackEvent[], gap: number): Map<SlackEvent, SlackEvent[]> {
  const before = new Map<SlackEvent, SlackEvent[]>();
  for (const channel of new Set(events.map((event) => event.channel))) {
    const said = events.filter((event) => event.channel === channel);
    for (const block of blocksOf(said, gap)) {
      for (const [at, event] of block.entries()) before.set(event, block.slice(Math.max(0, at - lookBack), at));
    }
  }
  return before;
}
