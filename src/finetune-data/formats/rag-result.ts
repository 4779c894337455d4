import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import { type Conversation, conversationOf } from "../conversation.ts";
import type { Format } from "./format.ts";
import { savedConversation } from "./promptingtools/saved-messages.ts";
import { readRecords } from "./records.ts";

/** What AIHelpMe.jl saves of an answer out of documents: of its steps the one that gave the final answer. Its sets of questions, too. */
export const ragResult: Format = {
  read: (source) => readRecords(source, ofResult),
  *readFolder(folder) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
    for (const [at, file] of files.sort().entries()) {
      const made = ofResult(objectIn(join(folder, file)));
      if ("fault" in made) yield { line: at + 1, fault: `(${file}) ${made.fault}` };
      else yield { line: at + 1, conversation: { ...made, metadata: { ...made.metadata, origin: file } } };
    }
  },
};

function objectIn(file: string): Bag {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Json;
    if (isBag(value)) return value;
  } catch (cause) {
    throw new FinegaugeError("data.invalid", "the file is no JSON", { where: { file }, cause });
  }
  throw new FinegaugeError("data.invalid", "the file is no JSON object", { where: { file } });
}

function ofResult({
  question,
  answer,
  final_answer,
  source,
  sources,
  conversations,
}: Bag): Conversation | { readonly fault: string } {
  const steps = isBag(conversations) ? conversations : {};
  const said = [steps.final_answer, steps.answer].find((step): step is readonly Json[] => Array.isArray(step) && step.length > 0);
  const listed = Array.isArray(sources) ? (sources as readonly Json[]) : typeof source === "string" ? [source] : [];
  const from: Bag = listed.length > 0 ? { sources: listed } : {};
  if (said !== undefined) {
    const made = savedConversation(said);
    return "fault" in made ? made : { ...made, metadata: { ...made.metadata, ...from } };
  }
  const best = [final_answer, answer].find((one) => typeof one === "string" && one !== "");
  if (typeof question !== "string") return { fault: "has no question" };
  if (typeof best !== "string") return { fault: "has no answer" };
  return conversationOf(
    [
      { role: "user", content: question },
      { role: "assistant", content: best },
    ],
    from,
  );
}
