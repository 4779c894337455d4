import type { Format } from "./format.ts";

/** Every format, loaded when it is used. */
export const formats = {
  chat: async () => (await import("./chat.ts")).chat,
  samples: async () => (await import("./samples.ts")).samples,
  completions: async () => (await import("./completions.ts")).completions,
  sharegpt: async () => (await import("./sharegpt.ts")).sharegpt,
  alpaca: async () => (await import("./alpaca.ts")).alpaca,
  preference: async () => (await import("./preference.ts")).preference,
  csv: async () => (await import("./table.ts")).csv,
  tsv: async () => (await import("./table.ts")).tsv,
  text: async () => (await import("./text.ts")).text,
  tinytext: async () => (await import("./text.ts")).tinytext,
  discord: async () => (await import("./discord.ts")).discord,
  promptfoo: async () => (await import("./promptfoo.ts")).promptfoo,
  selfchatbot: async () => (await import("./discord/selfchatbot.ts")).selfchatbot,
  slack: async () => (await import("./slack.ts")).slack,
  promptingtools: async () => (await import("./promptingtools.ts")).promptingtools,
  "rag-result": async () => (await import("./rag-result.ts")).ragResult,
  "chat-builder": async () => (await import("./chat-builder.ts")).chatBuilder,
} satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];
