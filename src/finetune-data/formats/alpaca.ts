import type { Bag, Json } from "../../core/json.ts";
import { type Conversation, conversationOf, type Turn } from "../conversation.ts";
import type { Format } from "./format.ts";
import { lostInTexts, questionAndAnswer } from "./lost.ts";
import { readRecords } from "./records.ts";

/** Alpaca: `{"instruction", "input", "output"}`; instruction and input are one question, with an empty line between. */
export const alpaca: Format = {
  read: (source) => readRecords(source, ofAlpaca),
  write: () => ({
    row(conversation) {
      const lost = lostInTexts(conversation);
      const only = questionAndAnswer(conversation);
      if (only === undefined) return { text: undefined, lost: ["several turns", ...lost] };
      const { system, question, answer } = only;
      const row = { instruction: question, input: "", output: answer, ...(system !== undefined && { system }) };
      return { text: `${JSON.stringify(row)}\n`, lost };
    },
  }),
};

function ofAlpaca({ instruction, input, output, system, history }: Bag): Conversation | { readonly fault: string } {
  if (typeof instruction !== "string") return { fault: "has no instruction" };
  if (typeof output !== "string") return { fault: "has no output" };
  const before = pairs(history);
  if (before === undefined) return { fault: "has a history that is no list of pairs" };
  const question = typeof input === "string" && input !== "" ? `${instruction}\n\n${input}` : instruction;
  return conversationOf([
    ...(typeof system === "string" && system !== "" ? [{ role: "system" as const, content: system }] : []),
    ...before,
    { role: "user", content: question },
    { role: "assistant", content: output },
  ]);
}

/** Earlier turns, as some makers keep them: `[["question", "answer"], …]`. */
function pairs(history: Json | undefined): Turn[] | undefined {
  if (history === undefined || history === null) return [];
  if (!Array.isArray(history)) return undefined;
  const turns: Turn[] = [];
  for (const pair of history as readonly Json[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((text) => typeof text === "string")) return undefined;
    const [question, answer] = pair as [string, string];
    turns.push({ role: "user", content: question }, { role: "assistant", content: answer });
  }
  return turns;
}
