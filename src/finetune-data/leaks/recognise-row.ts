import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { RowTurn, TrainingRow } from "./training-row.ts";

type Said = Pick<TrainingRow, "system" | "turns">;

/** Names under which question and answer stand side by side, likelier ones first. */
const questions = ["prompt", "input", "question", "query", "text", "source", "problem", "content"];
const answers = ["completion", "ideal", "response", "answer", "output", "label", "target", "solution", "chosen"];

/** Who speaks, in the words of OpenAI, ShareGPT and their kin. */
const assistants = new Set(["assistant", "gpt", "chatgpt", "bot", "model", "bard", "bing"]);
const systems = new Set(["system", "developer"]);

/**
 * What a row of JSON or of a table says: chats, ShareGPT, Alpaca, preference pairs, prompt and completion, samples, or a text alone.
 *
 * @returns undefined for a row in which nothing of that is found
 */
export function recogniseRow(row: Bag): Said | undefined {
  const { messages, conversations, conversation, instruction, preferred_output: preferred } = row;
  for (const chat of [messages, conversations, conversation]) if (Array.isArray(chat)) return ofChat(chat as readonly Json[]);
  if (preferred !== undefined && isBag(row.input)) {
    return joined([row.input.messages, preferred, row.non_preferred_output].map((part, at) => ofPart(part ?? null, at > 0)));
  }
  const question = firstOf(row, questions);
  const answer = firstOf(row, answers);
  if (typeof instruction === "string") {
    const asked = [instruction, textOf(row.input ?? null)].filter((text) => text !== "").join("\n");
    return joined([ofPart(row.system ?? null, false, "system"), ofPart(asked, false), ofPart(answer ?? null, true)]);
  }
  if (question === undefined && answer === undefined) return undefined;
  return joined([
    ofPart(row.system ?? null, false, "system"),
    ofPart(question ?? null, false),
    ofPart(answer ?? null, true),
    ...(row.chosen === undefined ? [] : [ofPart(row.rejected ?? null, true)]),
  ]);
}

function firstOf(row: Bag, names: readonly string[]): Json | undefined {
  for (const name of names) {
    const value = row[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A text, several right ones, or messages. */
function ofPart(part: Json, answer: boolean, role: "system" | "turn" = "turn"): Said {
  if (Array.isArray(part) && part.some((one) => isBag(one) && ("role" in one || "from" in one))) return ofChat(part);
  const texts = Array.isArray(part) ? (part as readonly Json[]).map(textOf) : [textOf(part)];
  const said = texts.filter((text) => text !== "");
  return role === "system"
    ? { system: said.join("\n"), turns: [] }
    : { system: "", turns: said.map((text) => ({ text, answer })) };
}

function ofChat(chat: readonly Json[]): Said {
  let system = "";
  const turns: RowTurn[] = [];
  for (const message of chat) {
    if (!isBag(message)) continue;
    const role = String(message.role ?? message.from ?? "user");
    const text = textOf(message.content ?? message.value ?? message.text ?? null);
    const called = message.tool_calls === undefined ? "" : textOf(message.tool_calls);
    const said = called === "" ? text : text === "" ? called : `${text}\n${called}`;
    if (said === "") continue;
    if (systems.has(role)) system += system === "" ? said : `\n${said}`;
    else turns.push({ text: said, answer: assistants.has(role) });
  }
  return { system, turns };
}

function joined(parts: readonly Said[]): Said {
  return {
    system: parts
      .map(({ system }) => system)
      .filter((text) => text !== "")
      .join("\n"),
    turns: parts.flatMap(({ turns }) => turns),
  };
}

/** A text as it stands; of parts of a message, as samples are read, those that are text and the names of others; anything else as JSON. */
function textOf(value: Json): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((part) => isBag(part) && typeof part.type === "string" && !("function" in part))) {
    return (value as readonly Bag[]).map((part) => (typeof part.text === "string" ? part.text : `[${part.type}]`)).join("");
  }
  return JSON.stringify(value);
}
