import { hash64 } from "../core/hash.ts";
import type { Bag } from "../core/json.ts";

/** What a conversation's file is called after. */
export type NameBy = "model" | "template" | "header";

const longest = 80;
/** Names of devices on Windows, with any ending. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A name that any file system takes; two different names never become one. */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "");
  if (plain === name && plain !== "" && plain.length <= longest && !reserved.test(plain)) return plain;
  const start = reserved.test(plain) ? `_${plain}` : plain;
  return `${start.slice(0, longest - 9)}${start === "" ? "" : "-"}${hash64(name).slice(0, 8)}`;
}

/**
 * The name of what conversations with this system prompt have in common: its first words, and a hash of all of it.
 *
 * @param clean takes out what must not reach the disk
 */
export function templateName(messages: readonly Bag[], clean: (text: string) => string): string {
  const first = messages.find(({ role }) => role === "system" || role === "developer");
  if (first === undefined) return "no-system-prompt";
  const text = typeof first.content === "string" ? first.content : JSON.stringify(first.content);
  const words =
    clean(text)
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  return [...words.slice(0, 6), hash64(text).slice(0, 8)].join("-").slice(-longest);
}
