import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import type { ConversationRow } from "../conversation.ts";
import type { Person } from "../pseudonyms.ts";
import { dateParts } from "./discord/date-parts.ts";
import type { ChatExport } from "./discord/export-message.ts";
import { csvHeader, isDiscordExport } from "./discord/is-export.ts";
import { parseDiscordCsv } from "./discord/parse-csv-export.ts";
import { parseDiscordJson } from "./discord/parse-json.ts";
import { parseDiscordText } from "./discord/parse-text.ts";
import { resolveDates } from "./discord/resolve-dates.ts";
import { selfchatbotConversations } from "./discord/selfchatbot.ts";
import type { Format, ReadOptions } from "./format.ts";
import { isPerson, namesOf, type PeopleChat, type PersonMessage, peopleConversations } from "./people-chat.ts";

/** Seconds of silence that end a conversation, and within which what one person writes is one message. */
const defaults = { gap: 3600, join: 300 };

/** What DiscordChatExporter writes: plain text of any locale, JSON, CSV; a folder of them. */
export const discord: Format = {
  read: (source, options) => readExport(source.name, source.text(), options),
  *readFolder(folder, options) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(txt|json|csv)$/i.test(file));
    const everybody = new Map<string, Person>();
    for (const file of files.sort()) {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      if (!isDiscordExport(text)) {
        // What selfchatbot keeps beside its exports.
        if (basename(path) !== "parameters.json") options.warn?.(`${path} is no export of DiscordChatExporter, and is left out`);
        continue;
      }
      if (options.compat === "selfchatbot") yield* withOrigins(selfchatbotConversations(text, options), file);
      else {
        const chat = chatOf({ path, origin: file, text }, options);
        for (const person of chat.people) everybody.set(person.name, person);
        // Who wrote in some channels need not have written in all.
        const me = options.me !== undefined && namesOf(options.me, chat.people).size === 0 ? undefined : options.me;
        yield* peopleConversations(chat, { ...options, me }, defaults);
      }
    }
    if (options.compat === undefined) isPerson(options.me, [...everybody.values()]);
  },
};

function* withOrigins(rows: Iterable<ConversationRow>, file: string): Generator<ConversationRow, void, void> {
  for (const row of rows) {
    if ("fault" in row) yield row;
    else {
      const { line, conversation } = row;
      yield { line, conversation: { ...conversation, metadata: { ...conversation.metadata, origin: `${file}:${line}` } } };
    }
  }
}

function readExport(file: string, text: string, options: ReadOptions): Iterable<ConversationRow> {
  if (options.compat === "selfchatbot") return selfchatbotConversations(text, options);
  return peopleConversations(chatOf({ path: file, origin: basename(file), text }, options), options, defaults);
}

interface ExportFile {
  readonly path: string;
  /** As rows name it. */
  readonly origin: string;
  readonly text: string;
}

function chatOf(exported: ExportFile, options: ReadOptions): PeopleChat {
  const { path: file, text } = exported;
  const parsed = parseExport(file, text);
  const { messages, footerCount } = parsed;
  if (messages.length === 0) throw new FinegaugeError("data.invalid", "the export has no messages", { where: { file } });
  if (footerCount !== undefined && footerCount !== messages.length) {
    options.warn?.(`${file}: says that it has ${footerCount} messages, and has ${messages.length}`);
  }
  if (footerCount === undefined && /^\ufeff?=/.test(text))
    options.warn?.(`${file}: does not end as exports do, and may be cut off`);
  return toChat(parsed, exported, options);
}

/** An export in whichever form. */
export function parseExport(file: string, text: string): ChatExport {
  const plain = text.replace(/^\ufeff/, "");
  if (plain.startsWith("{") || plain.trimStart().startsWith("{")) return parseDiscordJson(plain, file);
  if (plain.startsWith(csvHeader)) return parseDiscordCsv(plain, file);
  return parseDiscordText(plain.split(/\r?\n/).map((line, at) => ({ text: line, number: at + 1 })));
}

function toChat(
  { header, messages, mentioned }: ChatExport,
  { path: file, origin }: ExportFile,
  options: ReadOptions,
): PeopleChat {
  const times = timesOf(header, messages, file, options);
  const people = new Map(mentioned.map((person) => [person.name, person]));
  for (const { author, alsoCalled = [] } of messages) {
    const known = people.get(author);
    if (known === undefined || known.alsoCalled.length < alsoCalled.length) people.set(author, { name: author, alsoCalled });
  }
  const said = messages.map(
    ({ line, author, content, system }, at): PersonMessage => ({
      origin: `${origin}:${line}`,
      line,
      author,
      seconds: times[at] ?? 0,
      text: system ? "" : content,
    }),
  );
  // The newest first, as the exporter's option has it.
  if ((times[0] ?? 0) > (times.at(-1) ?? 0)) said.reverse();
  const { guild, channel } = header;
  const place = guild === undefined ? basename(file) : guild === "Direct Messages" ? `${guild}/${channel}` : guild;
  return { messages: said, people: [...people.values()], place };
}

function timesOf(header: ChatExport["header"], messages: ChatExport["messages"], file: string, options: ReadOptions): number[] {
  const exact = messages.flatMap(({ seconds }) => (seconds === undefined ? [] : [seconds]));
  if (exact.length === messages.length) return exact;
  const partsOf = (date: string | undefined) => {
    const parts = date === undefined ? undefined : dateParts(date);
    return parts === undefined ? [] : [parts];
  };
  const forwarded = messages.map((one) => one.forwarded?.find((line) => line.startsWith("Originally sent: "))?.slice(17));
  const others = [header.after, header.before, ...forwarded].flatMap(partsOf);
  return resolveDates(
    messages.flatMap(({ date }) => partsOf(date)),
    { ...options, file, others },
  );
}
