import { createHmac } from "node:crypto";

/** Somebody in a chat. */
export interface Person {
  /** Tells one from another. */
  readonly name: string;
  /** All that others may write for the name, in any case: nicknames, ids. */
  readonly alsoCalled: readonly string[];
  /** The same as spelled alone, since they are words as well: first and last names. */
  readonly partsOfName?: readonly string[];
}

/** Other names for people, and texts in which they stand. */
export interface Pseudonyms {
  of(name: string): string;
  /** A text with the other names in place of all that these people are called, `@` before it or not. */
  inText(text: string): string;
}

/** Shorter names are words of too many texts. */
const shortest = 3;

/**
 * `person-1a2b3c` for everybody: a keyed hash of the name, so that the same name has the same pseudonym wherever the key is the same.
 *
 * @param key without it nobody can tell by trying whether a pseudonym stands for a name
 * @param keeps who keeps the name
 */
export function pseudonymsFor(
  people: readonly Person[],
  key: string,
  keeps: (name: string) => boolean = () => false,
): Pseudonyms {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  const anyCase = new Map<string, string>();
  const asSpelled = new Map<string, string>();
  // Sorted, so that of two with the same beginning of a hash it is always the same one that has a longer name.
  for (const { name } of [...people].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (keeps(name) || given.has(name)) continue;
    const digest = createHmac("sha256", key).update(name).digest("hex");
    let length = 6;
    while (taken.has(digest.slice(0, length))) length++;
    taken.add(digest.slice(0, length));
    given.set(name, `person-${digest.slice(0, length)}`);
  }
  for (const { name, alsoCalled, partsOfName = [] } of people) {
    const pseudonym = given.get(name);
    if (pseudonym === undefined) continue;
    for (const called of [name, name.replace(/#\d{4}$/, ""), ...alsoCalled]) {
      if (called.length >= shortest) anyCase.set(called.toLowerCase(), pseudonym);
    }
    for (const part of partsOfName) if (part.length >= shortest && !asSpelled.has(part)) asSpelled.set(part, pseudonym);
  }
  const kept = people.filter(({ name }) => keeps(name));
  for (const called of kept.flatMap(({ name, alsoCalled }) => [name, ...alsoCalled])) anyCase.delete(called.toLowerCase());

  const isWord = (called: string) => /^[\p{L}\p{N}_]+$/u.test(called);
  const composed = [...anyCase.keys()].filter((called) => !isWord(called)).sort((a, b) => b.length - a.length);
  const names =
    composed.length === 0 ? "" : `(?:${composed.map((one) => one.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|")})|`;
  const candidates = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${names}[\\p{L}\\p{N}_]+)(?![\\p{L}\\p{N}_])`, "giu");
  return {
    of: (name) => given.get(name) ?? name,
    inText: (text) =>
      given.size === 0
        ? text
        : text.replace(candidates, (word) => anyCase.get(word.toLowerCase()) ?? asSpelled.get(word) ?? word),
  };
}
