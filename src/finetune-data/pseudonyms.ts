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

/** Letters by which a text's word is a name; fewer are words of too many texts. */
const leastLetters = 3;
const leastSigns = 2;
/** Long enough to be an id. */
const idDigits = 15;

const letter = "\\p{L}\\p{M}\\p{N}_";
/** Written without spaces between words, or with endings that stand right behind a name. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

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
    for (const called of callings({ name, alsoCalled })) if (tells(called)) anyCase.set(folded(called), pseudonym);
    for (const part of partsOfName) if (tells(part) && !asSpelled.has(part)) asSpelled.set(part, pseudonym);
  }
  for (const called of people.filter(({ name }) => keeps(name)).flatMap(callings)) anyCase.delete(folded(called));
  return { of: (name) => given.get(name) ?? name, inText: given.size === 0 ? (text) => text : replacerOf(anyCase, asSpelled) };
}

function replacerOf(anyCase: ReadonlyMap<string, string>, asSpelled: ReadonlyMap<string, string>): Pseudonyms["inText"] {
  const byLength = [...anyCase.keys()].sort((a, b) => b.length - a.length);
  const anywhere = byLength.filter((called) => unspaced.test(called));
  const composed = byLength.filter((called) => !unspaced.test(called) && !/^[\p{L}\p{M}\p{N}_]+$/u.test(called));
  const within = anywhere.length === 0 ? undefined : new RegExp(anywhere.map(escaped).join("|"), "giu");
  const longer = composed.length === 0 ? "" : `(?:${composed.map(escaped).join("|")})|`;
  // One after the other are looked up, so that thousands of people cost no more than a few.
  const words = new RegExp(`(?<![${letter}])(?:${longer}[${letter}]+)(?![${letter}])`, "giu");
  const nameOf = (word: string) => anyCase.get(folded(word)) ?? asSpelled.get(word);
  return (text) => {
    const plain = text.normalize("NFC");
    const replaced = (within === undefined ? plain : plain.replace(within, (called) => nameOf(called) ?? called)).replace(
      words,
      (word) => nameOf(word) ?? emphasised(word, nameOf),
    );
    return replaced === plain ? text : replaced;
  };
}

/** Underscores around a word are Markdown's. */
function emphasised(word: string, nameOf: (word: string) => string | undefined): string {
  const [, before = "", inner = "", after = ""] = /^(_*)(.*?)(_*)$/u.exec(word) ?? [];
  const name = before === "" && after === "" ? undefined : nameOf(inner);
  return name === undefined ? word : `${before}${name}${after}`;
}

function callings({ name, alsoCalled }: Person): string[] {
  return [name, name.replace(/#\d{4}$/, ""), ...alsoCalled];
}

/** Whether a text can be told to be a name where it stands: `...` and `42` cannot. */
function tells(called: string): boolean {
  if (unspaced.test(called)) return called.length >= leastSigns;
  const letters = called.match(/\p{L}/gu)?.length ?? 0;
  return (
    letters >= leastLetters ||
    (letters > 0 && called.length > leastLetters) ||
    (/^\d+$/.test(called) && called.length >= idDigits)
  );
}

function folded(called: string): string {
  return called.normalize("NFC").toLowerCase();
}

function escaped(called: string): string {
  return called.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
