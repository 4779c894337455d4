import type { Format } from "./format.ts";

/** Every format, loaded when it is used. */
export const formats = {
  chat: async () => (await import("./chat.ts")).chat,
} satisfies Record<string, () => Promise<Format>>;

export type FormatName = keyof typeof formats;
export const formatNames = Object.keys(formats) as FormatName[];
