import { type Bag, isBag } from "../../core/json.ts";
import { checkMessage } from "./check-message.ts";
import { checkTools } from "./check-tools.ts";
import { type Finding, quoted, type Tell } from "./finding.ts";
import { messagesOf } from "./messages-of.ts";

/** What a file of training data is made of. */
export type RowKind = "chat" | "preference" | "completion";

const answerKeys = ["preferred_output", "preferred_completion", "non_preferred_output", "non_preferred_completion"];

/** @returns undefined where its keys do not tell */
export function rowKind(values: Bag): RowKind | undefined {
  if ("messages" in values) return "chat";
  if (answerKeys.some((key) => key in values)) return "preference";
  return "prompt" in values && "completion" in values ? "completion" : undefined;
}

/** What there is to count of a row; of a completion no messages. */
export interface RowParts {
  /** All that count, answers included. */
  readonly messages?: readonly Bag[];
  /** Those that the assistant answers to. */
  readonly asked?: readonly Bag[];
  readonly completion?: { readonly prompt: string; readonly completion: string };
  readonly tools?: Bag;
}

/** Checks one row as the API takes it today. @returns what it is made of; undefined: it has no messages and no texts */
export function checkRow(values: Bag, kind: RowKind | undefined, tell: Tell): RowParts | undefined {
  if (kind === "preference") return checkPreference(values, tell);
  return kind === "completion" ? checkCompletion(values, tell) : checkChat(values, tell);
}

const error = (kind: string, says: string): Finding => ({ level: "error", kind, says });

function checkChat(values: Bag, tell: Tell): RowParts | undefined {
  const messages = messagesOf(values.messages);
  if (messages === undefined) {
    tell(error("missing_messages_list", "has no messages"));
    return undefined;
  }
  checkMessages(messages, tell);
  checkTools(values, messages, tell);
  checkKeys(values, ["messages", "tools", "parallel_tool_calls", "functions"], tell);
  const answers = messages.filter(({ role }) => role === "assistant");
  if (answers.length === 0) tell(error("example_missing_assistant_message", "has no message of the assistant"));
  else if (messages.at(-1)?.role !== "assistant")
    tell({
      ...error("last_message_not_assistant", "ends with a message that is not the assistant's"),
      message: messages.length,
    });
  if (answers.length > 0 && answers.every(({ weight }) => weight === 0))
    tell({ level: "warning", kind: "nothing_learned", says: "gives every message of the assistant the weight 0" });
  return { messages, asked: messages, tools: values };
}

function checkPreference(values: Bag, tell: Tell): RowParts {
  const { input } = values;
  const asked = isBag(input) ? messagesOf(input.messages) : undefined;
  if (asked === undefined || !isBag(input)) tell(error("missing_input", "has no input with messages"));
  else {
    checkMessages(asked, tell);
    checkTools(input, asked, tell);
  }
  checkKeys(values, ["input", ...answerKeys], tell);
  const outputs = ["preferred", "non_preferred"].map((name) => {
    const output = messagesOf(values[`${name}_output`] ?? values[`${name}_completion`]);
    const [only, ...more] = output ?? [];
    if (only?.role !== "assistant" || more.length > 0) {
      tell(error(`invalid_${name}_output`, `has a ${name}_output that is not one message of the assistant`));
    } else checkMessage(only, (kind, says) => tell(error(kind, `in its ${name}_output ${says}`)));
    return output ?? [];
  });
  const [liked, other] = outputs.map((output) => JSON.stringify(output));
  if (liked === other && liked !== "[]") tell({ level: "warning", kind: "same_outputs", says: "has the same answer twice" });
  return {
    messages: [...(asked ?? []), ...outputs.flat()],
    asked: asked ?? [],
    ...(isBag(input) && { tools: input }),
  };
}

function checkCompletion(values: Bag, tell: Tell): RowParts | undefined {
  const { prompt, completion } = values;
  if (typeof prompt !== "string") tell(error("missing_prompt", "has no prompt that is a text"));
  if (typeof completion !== "string" || completion === "") tell(error("missing_completion", "has no completion that is a text"));
  checkKeys(values, ["prompt", "completion"], tell);
  if (typeof prompt !== "string" || typeof completion !== "string") return undefined;
  return { completion: { prompt, completion } };
}

function checkMessages(messages: readonly Bag[], tell: Tell): void {
  for (const [at, message] of messages.entries()) {
    checkMessage(message, (kind, says) => tell({ ...error(kind, says), message: at + 1 }));
  }
}

/** Beside the keys that the API reads; `metadata` is what most programs keep. */
function checkKeys(values: Bag, known: readonly string[], tell: Tell): void {
  for (const key in values) {
    if (!known.includes(key) && key !== "metadata")
      tell({ level: "warning", kind: "row_key_unknown", says: `has the key ${quoted(key)}, which nothing reads` });
  }
}
