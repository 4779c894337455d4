import { contentText } from "../../../core/prompt.ts";
import { type ConversationRow, conversationOf, type Turn } from "../../conversation.ts";
import type { Format, ReadOptions } from "../format.ts";
import { lostInTexts } from "../lost.ts";
import { localSeconds } from "./local-seconds.ts";

/** A message as selfchatbot sees it. */
export interface Packet {
  /** Since 1970. */
  readonly time: number;
  readonly role: "user" | "assistant";
  readonly content: string;
}

const header = /\[(\d{4})-(\d\d)-(\d\d) (\d{1,2}):(\d\d) (AM|PM)\] (.*)$/;

/**
 * The messages that selfchatbot finds in a text export, its slips included: only ISO dates with AM and PM are dates, what stands behind a
 * name belongs to the name, braces and counts of reactions are handled as text.
 */
export function selfchatbotPackets(text: string, { me, timeZone = "UTC" }: Pick<ReadOptions, "me" | "timeZone">): Packet[] {
  const lines = cleaned(text.replaceAll(/\r\n?/g, "\n"))
    .split("\n")
    .map((line) => line.trim());
  const packets: Packet[] = [];
  for (let at = 0; at < lines.length; at++) {
    const found = header.exec(lines[at] ?? "");
    const next = lines[at + 1] ?? "";
    if (found === null || next === "" || header.test(next)) continue;
    const [, year, month, day, hour, minute, half, name] = found;
    const content: string[] = [];
    while (at + 1 < lines.length && !header.test(lines[at + 1] ?? "")) content.push(lines[++at] ?? "");
    const time = localSeconds(
      {
        year: Number(year),
        month: Number(month),
        day: Number(day),
        hour: (Number(hour) % 12) + (half === "PM" ? 12 : 0),
        minute: Number(minute),
        second: 0,
      },
      timeZone,
    );
    packets.push({ time, role: name === me ? "assistant" : "user", content: content.join("\n").trim() });
  }
  return packets;
}

/** In the order in which selfchatbot takes things out. */
function cleaned(text: string): string {
  return text
    .replaceAll(/^=+\n[^\n]*\n=+$/gm, "")
    .replaceAll(
      /\p{Extended_Pictographic}(?:\ufe0f|\u200d|\p{Emoji_Modifier}|\p{Extended_Pictographic})*|\p{Regional_Indicator}/gu,
      "",
    )
    .replaceAll(/(?:http|www\.)\S+/g, "")
    .replaceAll(/\{.*?\}/g, "")
    .replaceAll(/\(?\b\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}\b/g, "1234567890")
    .replaceAll(/@[\w.]+/g, "")
    .replaceAll(/\n+/g, "\n")
    .replaceAll(/[^\S\n]+/g, " ");
}

const silence = 3600;
const oneGo = 300;

/** What selfchatbot trains on; limits by tokens are those of its model, and are not applied. */
export function* selfchatbotConversations(text: string, options: ReadOptions): Generator<ConversationRow, void, void> {
  const blocks: Packet[][] = [];
  let before: Packet | undefined;
  for (const packet of selfchatbotPackets(text, options)) {
    const since = before === undefined ? Number.POSITIVE_INFINITY : packet.time - before.time;
    if (since > silence) blocks.push([]);
    const block = blocks.at(-1) ?? [];
    const last = block.at(-1);
    if (last?.role === packet.role && since < oneGo)
      block.splice(-1, 1, { ...last, content: `${last.content}\n${packet.content}` });
    else block.push(packet);
    before = packet;
  }
  for (const [at, block] of blocks.filter(({ length }) => length > 1).entries()) {
    yield { line: at + 1, conversation: conversationOf(block.map(({ role, content }): Turn => ({ role, content }))) };
  }
}

const mark = "<|endoftext|>";

/** Its `corpora.txt`: marks of GPT-2 around each message, an empty line between conversations, none at the end. */
export const selfchatbot: Format = {
  write() {
    let rows = 0;
    return {
      row(conversation) {
        const said = conversation.messages
          .map(({ role, content }) => `${mark}${role}: ${contentText({ role, content })}${mark}`)
          .join("");
        return { text: rows++ === 0 ? said : `\n\n${said}`, lost: lostInTexts(conversation) };
      },
    };
  },
};
