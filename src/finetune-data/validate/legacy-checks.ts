import type { Bag, Json } from "../../core/json.ts";
import { type Fail, quoted, type Tell } from "./finding.ts";
import { isFilled, messagesOf } from "./messages-of.ts";

interface LegacyRules {
  readonly keys: readonly string[];
  readonly roles: readonly string[];
  readonly lacksContent: (message: Bag) => boolean;
}

const isText = (value: Json | undefined): boolean => typeof value === "string";

/** Both count null as missing also where a function is called: null is no text. */
const rules = {
  tools: {
    keys: ["role", "content", "name"],
    roles: ["system", "user", "assistant"],
    lacksContent: ({ content }) => !isFilled(content) || !isText(content),
  },
  cookbook: {
    keys: ["role", "content", "name", "function_call", "weight"],
    roles: ["system", "user", "assistant", "function"],
    lacksContent: ({ content, function_call }) => (!isFilled(content) && !isFilled(function_call)) || !isText(content),
  },
} as const satisfies { readonly [mode: string]: LegacyRules };

/** Checks of their time: `tools` is openai_chat_gpt_finetune_tools of 2023, `cookbook` the notebook that it was made from. */
export type LegacyMode = keyof typeof rules;

/** Checks one row as the script did, in its order. @returns its messages; undefined: it has none */
export function checkLegacyRow(values: Bag, mode: LegacyMode, tell: Tell): readonly Bag[] | undefined {
  const { keys, roles, lacksContent }: LegacyRules = rules[mode];
  const messages = messagesOf(values.messages);
  if (messages === undefined) {
    tell({ level: "error", kind: "missing_messages_list", says: "has no messages" });
    return undefined;
  }
  for (const [at, message] of messages.entries()) {
    const fail: Fail = (kind, says) => tell({ level: "error", kind, says, message: at + 1 });
    const lacking = ["role", "content"].filter((key) => !(key in message));
    if (lacking.length > 0) fail("message_missing_key", `has no ${lacking.join(" and no ")}`);
    const unknown = Object.keys(message).filter((key) => !keys.includes(key));
    if (unknown.length > 0) fail("message_unrecognized_key", `has ${unknown.slice(0, 5).map(quoted).join(", ")}`);
    if (!roles.includes(message.role as string)) fail("unrecognized_role", `has the role ${quoted(message.role)}`);
    if (lacksContent(message)) fail("missing_content", "has no content that is a text");
  }
  if (!messages.some(({ role }) => role === "assistant")) {
    tell({ level: "error", kind: "example_missing_assistant_message", says: "has no message of the assistant" });
  }
  return messages;
}
