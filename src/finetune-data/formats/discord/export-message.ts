/** A message as DiscordChatExporter writes it, in whichever of its formats. */
export interface ExportMessage {
  /** Of the file, where it begins; from 1. */
  readonly line: number;
  /** As the file has it, with plain spaces. */
  readonly date: string;
  /** Seconds since 1970, where the date has a zone. */
  readonly seconds?: number;
  /** `name`, or `name#0001` of old accounts and bots. */
  readonly author: string;
  /** Other ways in which this author is written of: id, nickname. */
  readonly alsoCalled?: readonly string[];
  readonly pinned: boolean;
  readonly content: string;
  readonly attachments: readonly string[];
  /** The lines of each. */
  readonly embeds: readonly (readonly string[])[];
  readonly stickers: readonly string[];
  readonly reactions: readonly { readonly emoji: string; readonly count: number }[];
  /** The lines of the message that was forwarded. */
  readonly forwarded: readonly string[] | null;
  /** Nobody said it: somebody joined, a message was pinned. */
  readonly system: boolean;
}

/** An exported channel, or one part of it. */
export interface ChatExport {
  readonly header: { readonly guild?: string; readonly channel?: string; readonly [key: string]: string | undefined };
  /** How many messages its end says it has. */
  readonly footerCount: number | undefined;
  readonly messages: readonly ExportMessage[];
  /** People who are written of without having written. */
  readonly mentioned: readonly { readonly name: string; readonly alsoCalled: readonly string[] }[];
}
