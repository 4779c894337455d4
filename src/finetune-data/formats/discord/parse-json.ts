import { FinegaugeError } from "../../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../../core/json.ts";
import type { ChatExport, ExportMessage } from "./export-message.ts";

/**
 * A JSON export. Its files of different ages have different fields, so that nothing is expected that is not needed.
 *
 * @throws FinegaugeError `data.invalid`
 */
export function parseDiscordJson(text: string, file: string): ChatExport {
  const root = parsed(text, file);
  if (!isBag(root) || !Array.isArray(root.messages)) {
    throw new FinegaugeError("data.invalid", "the file is no export of DiscordChatExporter: it has no messages", {
      where: { file },
    });
  }
  const all = bagsOf(root.messages);
  const mentioned = all
    .flatMap(({ mentions }) => bagsOf(mentions))
    .map((user) => ({ name: nameOf(user), alsoCalled: namesOf(user) }));
  return {
    header: { ...namedHeader("guild", root.guild), ...namedHeader("channel", root.channel) },
    footerCount: typeof root.messageCount === "number" ? root.messageCount : undefined,
    messages: all.map((message, at) => toMessage(message, at + 1, file)),
    mentioned,
  };
}

function parsed(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new FinegaugeError("data.invalid", "the file is no JSON", {
      where: { file },
      hint: "an export that was broken off is not whole: export again",
      cause,
    });
  }
}

function namedHeader(key: string, value: Json | undefined): { [key: string]: string } {
  return isBag(value) && typeof value.name === "string" ? { [key]: value.name } : {};
}

function toMessage(message: Bag, row: number, file: string): ExportMessage {
  const { timestamp, content, author, isPinned, type, attachments, embeds, stickers, reactions, forwardedMessage } = message;
  const date = textOf(timestamp);
  const seconds = Date.parse(date) / 1000;
  if (Number.isNaN(seconds)) {
    throw new FinegaugeError("data.invalid", `message ${row} has no timestamp`, { where: { file } });
  }
  const user = isBag(author) ? author : {};
  return {
    line: row,
    date,
    seconds,
    author: nameOf(user),
    alsoCalled: namesOf(user),
    pinned: isPinned === true,
    content: textOf(content).trim(),
    attachments: bagsOf(attachments).map(({ url }) => textOf(url)),
    embeds: bagsOf(embeds).map(({ title, url, description }) =>
      [title, url, description].map(textOf).filter((line) => line !== ""),
    ),
    stickers: bagsOf(stickers).map(({ sourceUrl }) => textOf(sourceUrl)),
    reactions: bagsOf(reactions).map(({ emoji, count }) => ({
      emoji: isBag(emoji) ? textOf(emoji.name) : "",
      count: typeof count === "number" ? count : 1,
    })),
    forwarded: isBag(forwardedMessage) ? textOf(forwardedMessage.content).split("\n") : null,
    system: isSystem(textOf(type)),
  };
}

/** Kinds that the exporter knows no name of are numbers; those up to 18 tell what happened, but 0, a message. */
function isSystem(type: string): boolean {
  if (/^\d+$/.test(type)) return Number(type) >= 1 && Number(type) <= 18;
  return !["", "Default", "Reply"].includes(type);
}

function nameOf({ name, discriminator }: Bag): string {
  const number = textOf(discriminator);
  return number === "" || number === "0000" ? textOf(name) : `${textOf(name)}#${number}`;
}

function namesOf({ id, name, nickname }: Bag): string[] {
  return [id, name, nickname].map(textOf).filter((one) => one !== "");
}

function bagsOf(value: Json | undefined): Bag[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isBag) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
