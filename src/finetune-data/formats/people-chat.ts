import { FinegaugeError } from "../../core/errors.ts";
import { nearestNames } from "../../core/nearest.ts";
import { type ConversationRow, conversationOf, type Turn } from "../conversation.ts";
import { type Person, pseudonymsFor } from "../pseudonyms.ts";
import type { ReadOptions } from "./format.ts";

/** What somebody wrote into a chat among people. */
export interface PersonMessage {
  /** Of the file, from 1. */
  readonly line: number;
  /** The `name` of one of the people. */
  readonly author: string;
  /** Since 1970. */
  readonly seconds: number;
  /** Empty for a picture alone, which is heard of in the silence between messages. */
  readonly text: string;
  /** What it belongs to whatever its time. */
  readonly thread?: string | undefined;
  /** The file, and where in it. */
  readonly origin: string;
}

/** A chat among people: a channel, or all that is known of one. */
export interface PeopleChat {
  /** In the order of time. */
  readonly messages: readonly PersonMessage[];
  /** Those who wrote, and those who are written of. */
  readonly people: readonly Person[];
  /** What tells this chat from others: without a secret, pseudonyms are by it. */
  readonly place: string;
}

/** Where nothing else is asked for: seconds of silence, and seconds within which one person's messages are one. */
export interface PeopleChatDefaults {
  readonly gap: number;
  readonly join: number;
}

/**
 * The conversations of a chat among people: what is said without a long silence, or in one thread. Everybody but `me` is a user, with a
 * name where there are several.
 *
 * @throws FinegaugeError `data.invalid` when `me` wrote nothing
 */
export function* peopleConversations(
  { messages, people, place }: PeopleChat,
  options: ReadOptions,
  defaults: PeopleChatDefaults,
): Generator<ConversationRow, void, void> {
  const { gap = defaults.gap, join = defaults.join, me, pseudonyms } = options;
  const isMe = isPerson(me, people);
  const names = pseudonyms === undefined ? undefined : pseudonymsFor(people, pseudonyms.secret ?? place, isMe);
  const others = new Set(messages.flatMap(({ author, text }) => (isMe(author) || text === "" ? [] : [author])));
  const turnOf = (author: string, text: string, seconds: number): Turn => {
    const time = { time: new Date(seconds * 1000).toISOString() };
    const content = names?.inText(text) ?? text;
    if (isMe(author)) return { role: "assistant", content, ...time };
    return { role: "user", content, ...(others.size > 1 && { name: names?.of(author) ?? author }), ...time };
  };
  for (const block of blocksOf(messages, gap)) {
    const turns = joined(block, join).map(({ author, text, seconds }) => turnOf(author, text, seconds));
    const [first] = block;
    if (turns.length === 0 || first === undefined) continue;
    // Files and channels are called after people as well.
    yield { line: first.line, conversation: conversationOf(turns, { origin: names?.inText(first.origin) ?? first.origin }) };
  }
}

/**
 * Whether a name is that of the person who was asked for by a name or an id.
 *
 * @throws FinegaugeError `data.invalid` when that is nobody, or more than one
 */
export function isPerson(wanted: string | undefined, people: readonly Person[]): (name: string) => boolean {
  if (wanted === undefined) return () => false;
  const names = namesOf(wanted, people);
  if (names.size === 1) return (name) => names.has(name);
  const all = [...new Set(people.map(({ name }) => name))];
  throw new FinegaugeError(
    "data.invalid",
    `${names.size === 0 ? "nobody" : "more than one"} is called ${JSON.stringify(wanted)}`,
    {
      nearest: nearestNames(wanted, names.size === 0 ? all : names),
      hint: `people: ${all.slice(0, 10).join(", ")}${all.length > 10 ? `, and ${all.length - 10} more` : ""}`,
    },
  );
}

/** Who is called so: to the letter, else in any case. */
export function namesOf(wanted: string, people: readonly Person[]): ReadonlySet<string> {
  const callings = ({ name, alsoCalled }: Person) => [name, name.replace(/#\d{4}$/, ""), ...alsoCalled];
  const lower = wanted.toLowerCase();
  const exact = people.filter((person) => callings(person).includes(wanted));
  const found = exact.length > 0 ? exact : people.filter((person) => callings(person).some((one) => one.toLowerCase() === lower));
  return new Set(found.map(({ name }) => name));
}

/** Messages that belong together: of one thread, or with no more than `gap` seconds between them. In the order of their first. */
export function blocksOf<T extends Pick<PersonMessage, "seconds" | "thread">>(messages: readonly T[], gap: number): T[][] {
  const blocks: T[][] = [];
  const threads = new Map<string, T[]>();
  let current: T[] | undefined;
  for (const message of messages) {
    const { thread } = message;
    const last = thread === undefined ? current?.at(-1) : undefined;
    let block = thread === undefined ? current : threads.get(thread);
    if (block === undefined || (last !== undefined && message.seconds - last.seconds > gap)) {
      block = [];
      blocks.push(block);
    }
    block.push(message);
    if (thread === undefined) current = block;
    else threads.set(thread, block);
  }
  return blocks;
}

/** What one person writes in one go is one message; who sends a picture says nothing. */
function joined(block: readonly PersonMessage[], within: number): PersonMessage[] {
  const turns: PersonMessage[] = [];
  let before: PersonMessage | undefined;
  for (const message of block) {
    const last = turns.at(-1);
    const goesOn = before?.author === message.author && message.seconds - before.seconds < within;
    before = message;
    if (message.text === "") continue;
    if (goesOn && last?.author === message.author) turns.splice(-1, 1, { ...last, text: `${last.text}\n${message.text}` });
    else turns.push(message);
  }
  return turns;
}
