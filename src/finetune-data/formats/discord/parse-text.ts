import type { ScannedLine } from "../../../io/scan-lines.ts";
import { dateParts, plainDate } from "./date-parts.ts";
import type { ChatExport, ExportMessage } from "./export-message.ts";
import { isSystemText } from "./system-text.ts";

const fence = /^={40,}$/;
const headerLine = /^\[([^\]]{6,40})\] (.+?)( \(pinned\))?\s*$/;
const sections = ["Forwarded Message", "Attachments", "Embed", "Stickers", "Reactions"] as const;
type Section = (typeof sections)[number];
const marker = new RegExp(`^\\{(${sections.join("|")})\\}$`);

/** A piece of a message: its content, or a section behind it. */
interface Piece {
  readonly section: Section | "content";
  readonly lines: string[];
}

interface Begun {
  readonly line: number;
  readonly date: string;
  readonly author: string;
  readonly pinned: boolean;
  readonly pieces: Piece[];
}

/**
 * A plain-text export, of whatever locale and age.
 *
 * A line begins a message when an empty line or the fence stands before it, and a date of the first message's shape in its brackets.
 */
export function parseDiscordText(lines: Iterable<Pick<ScannedLine, "text" | "number">>): ChatExport {
  const header: Record<string, string> = {};
  const begun: Begun[] = [];
  let shape: string | undefined;
  let fences = 0;
  let footerCount: number | undefined;
  let before = "";
  for (const { text, number } of lines) {
    const previous = before;
    before = text;
    if (fences < 2) {
      if (fence.test(text)) fences++;
      else if (fences === 1) addHeader(header, text);
      continue;
    }
    const last = begun.at(-1);
    if (footerCount === undefined && fence.test(previous) && last !== undefined) {
      const count = /^Exported ([\d\p{P}\p{Zs}']+) message/u.exec(text)?.[1];
      if (count !== undefined) {
        footerCount = Number(count.replaceAll(/\D/g, ""));
        last.pieces.at(-1)?.lines.pop();
        break;
      }
    }
    const empty = previous.trim() === "";
    const [, bracketed, author, pinned] = empty || fence.test(previous) ? (headerLine.exec(text) ?? []) : [];
    const date = bracketed === undefined ? undefined : plainDate(bracketed);
    const parts = date === undefined ? undefined : dateParts(date);
    if (date !== undefined && author !== undefined && parts !== undefined && (shape ?? parts.shape) === parts.shape) {
      shape = parts.shape;
      begun.push({
        line: number,
        date,
        author: author.trim(),
        pinned: pinned !== undefined,
        pieces: [{ section: "content", lines: [] }],
      });
      continue;
    }
    const section = marker.exec(text)?.[1] as Section | undefined;
    if (section !== undefined && last !== undefined && (empty || isForwarding(last, previous)))
      last.pieces.push({ section, lines: [] });
    else last?.pieces.at(-1)?.lines.push(text);
  }
  return { header, footerCount, messages: begun.map(toMessage), mentioned: [] };
}

function addHeader(header: Record<string, string>, text: string): void {
  const [, key, value] = /^(\w+): (.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined) return;
  const name = key.toLowerCase();
  header[name] = name === "after" || name === "before" ? plainDate(value) : value;
}

/** The end of a forwarded message has no empty line behind it. */
function isForwarding({ pieces }: Begun, previous: string): boolean {
  return pieces.at(-1)?.section === "Forwarded Message" && previous.startsWith("Originally sent: ");
}

function toMessage({ pieces, ...begun }: Begun): ExportMessage {
  const linesOf = (wanted: Section) => pieces.filter(({ section }) => section === wanted).map(({ lines }) => trimmed(lines));
  const filled = (wanted: Section) =>
    linesOf(wanted)
      .flat()
      .filter((line) => line !== "");
  const content = trimmed(pieces[0]?.lines ?? []).join("\n");
  const forwarded = linesOf("Forwarded Message")[0];
  return {
    ...begun,
    content,
    attachments: filled("Attachments"),
    embeds: linesOf("Embed"),
    stickers: filled("Stickers"),
    reactions: filled("Reactions").flatMap(reactionsOf),
    forwarded: forwarded?.map((line) => (line.startsWith("Originally sent: ") ? plainDate(line) : line)) ?? null,
    system: isSystemText(content),
  };
}

/** Without the empty lines around. */
function trimmed(lines: readonly string[]): string[] {
  const filled = lines.map((line) => line.trim() !== "");
  const first = filled.indexOf(true);
  return first < 0 ? [] : lines.slice(first, filled.lastIndexOf(true) + 1);
}

function reactionsOf(line: string): { emoji: string; count: number }[] {
  return [...line.matchAll(/(\S+)(?: \((\d+)\))?/g)].map(([, emoji = "", count = "1"]) => ({ emoji, count: Number(count) }));
}
