import { parse } from "yaml";
import { z } from "zod";
import type { Json } from "../../../core/json.ts";
import { type Message, messageSchema } from "../../../core/message.ts";
import { fill, type Vars } from "./template.ts";

/** A prompt of a config as it stands there. */
export interface PromptTemplate {
  readonly label?: string | undefined;
  readonly raw: string;
}

/** Messages, or why there are none. */
export type Asked = { readonly messages: readonly Message[] } | { readonly why: string };

const chatSchema = z.array(messageSchema).min(1);

/**
 * What a chat provider of promptfoo's would send: the messages that the prompt is, in JSON or YAML, each text in them filled in; else the
 * text as one message of the user's.
 */
export function fillPrompt({ raw }: PromptTemplate, vars: Vars): Asked {
  const chat = chatIn(raw);
  if (chat === undefined) {
    const filled = fill(raw, vars);
    if ("why" in filled) return filled;
    if (/^\s*[[{]/.test(filled.text) && parsed(filled.text) !== undefined)
      return { why: "it is a chat only once it is filled in" };
    return { messages: [{ role: "user", content: filled.text }] };
  }
  let why: string | undefined;
  const messages = filledIn(chat);
  if (why !== undefined) return { why };
  const checked = chatSchema.safeParse(messages);
  return checked.success ? { messages: checked.data } : { why: "its messages are none that a chat has" };

  function filledIn(value: Json): Json {
    if (Array.isArray(value)) return value.map(filledIn);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one)]));
    }
    if (typeof value !== "string") return value;
    const filled = fill(value, vars);
    if ("why" in filled) why ??= filled.why;
    return "text" in filled ? filled.text : "";
  }
}

function chatIn(raw: string): Json | undefined {
  const text = raw.trim();
  if (!text.startsWith("- role:")) return parsed(text);
  try {
    return parse(raw) as Json;
  } catch {
    return undefined;
  }
}

function parsed(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
