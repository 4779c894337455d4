import type { TextSource } from "../../io/text-source.ts";
import type { Conversation, ConversationRow } from "../conversation.ts";

/** Where an old program and a better way differ, the old way: to the byte. */
type OldWay = "selfchatbot" | "chat-builder";

/** How files are read that do not say everything themselves. Each format takes what concerns it. */
export interface ReadOptions {
  /** Of a table: which column is what, where its names do not tell. */
  readonly columns?: { readonly input?: string; readonly ideal?: string; readonly id?: string } | undefined;
  /** false: the first line of a table is a row. */
  readonly header?: boolean | undefined;
  /** Of a chat among people: whose messages are the assistant's, by name or id. */
  readonly me?: string | undefined;
  /** Of dates such as 03/04/2024. */
  readonly dateOrder?: "dmy" | "mdy" | "ymd" | undefined;
  /** IANA name, of dates without a zone; absent: UTC. */
  readonly timeZone?: string | undefined;
  /** Of a chat among people: seconds of silence after which another conversation begins. */
  readonly gap?: number | undefined;
  /** Seconds within which what one person writes is one message. */
  readonly join?: number | undefined;
  /** Of a chat among people: other names for all but `me`; with a secret of their own, or one by where the chat was. */
  readonly pseudonyms?: { readonly secret?: string | undefined } | undefined;
  /** Rows that ask who writes next, instead of conversations. Is given the people that the answers number. */
  readonly labels?: ((people: readonly string[]) => void) | undefined;
  /** Of those rows: the newest message stands first. */
  readonly newestFirst?: boolean | undefined;
  readonly compat?: OldWay | undefined;
  /** Is told what is odd about a file that can be read all the same. */
  readonly warn?: ((text: string) => void) | undefined;
}

/** How a format is written. */
export interface WriteOptions {
  /** false: without `metadata`, also where the format has a place for it. */
  readonly metadata?: boolean | undefined;
  readonly compat?: OldWay | undefined;
}

/** Turns conversations into the text of a file, one after the other. */
export interface ConversationWriter {
  /** A row has a place for `metadata`. */
  readonly keepsMetadata?: boolean;
  /** What stands before the first row. */
  readonly head?: string;
  row(conversation: Conversation): WrittenRow;
  /** What stands behind the last row. */
  readonly tail?: string;
}

interface WrittenRow {
  /** Its line end included; undefined where nothing of the conversation can be said. */
  readonly text: string | undefined;
  /** What of it the format has no words for: `tool calls`. */
  readonly lost: readonly string[];
}

/** Shared, since most rows lose nothing. */
export const nothingLost: readonly string[] = [];

/** One way to keep conversations in a file. */
export interface Format {
  /**
   * The conversations of a source, in its order. What is wrong with one row is said of that row; what makes the file another than it is
   * taken for is thrown.
   *
   * @throws FinegaugeError `data.invalid`
   */
  read?(source: TextSource, options: ReadOptions): Iterable<ConversationRow>;
  /** The conversations of a folder: of formats that spread over many files. */
  readFolder?(folder: string, options: ReadOptions): Iterable<ConversationRow>;
  write?(options: WriteOptions): ConversationWriter;
}
