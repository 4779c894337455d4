import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { Conversation, Turn } from "../conversation.ts";
import { readTurns, withoutTime } from "./chat.ts";
import { type Format, nothingLost } from "./format.ts";
import { readRecords } from "./records.ts";

/**
 * Pairs of a liked and a less liked answer: as OpenAI tunes on them (`input`, `preferred_output`, `non_preferred_output`), or as
 * most open trainers do (`prompt`, `chosen`, `rejected`, texts or messages). Written in the former way.
 */
export const preference: Format = {
  read: (source) => readRecords(source, ofPair),
  write: () => ({
    row({ messages, rejected, tools, parallel_tool_calls, answers, more }) {
      const preferred = messages.at(-1);
      if (rejected === undefined || preferred?.role !== "assistant")
        return { text: undefined, lost: ["all of it, since there is no pair of answers"] };
      const input = {
        messages: messages.slice(0, -1).map(withoutTime),
        tools: tools ?? [],
        parallel_tool_calls: parallel_tool_calls ?? true,
      };
      const row = { input, preferred_output: [withoutTime(preferred)], non_preferred_output: rejected.map(withoutTime) };
      const lost = [
        ...(answers === undefined ? [] : ["other right answers"]),
        ...Object.keys(more).map((key) => `the key ${JSON.stringify(key)}`),
      ];
      return { text: `${JSON.stringify(row)}\n`, lost: lost.length === 0 ? nothingLost : lost };
    },
  }),
};

function ofPair(values: Bag): Conversation | { readonly fault: string } {
  const { input, metadata } = values;
  const chosen = values.preferred_output ?? values.preferred_completion ?? values.chosen;
  const other = values.non_preferred_output ?? values.non_preferred_completion ?? values.rejected;
  if (chosen === undefined || other === undefined) return { fault: "has no pair of answers" };
  const asked = isBag(input) ? input.messages : (values.prompt ?? values.question ?? input);
  const question = turnsOf(asked ?? [], "user");
  const preferred = turnsOf(chosen, "assistant");
  const rejected = turnsOf(other, "assistant");
  const fault = [question, preferred, rejected].find((turns) => "fault" in turns);
  if (fault !== undefined && "fault" in fault) return fault;
  const [before, liked, less] = [question, preferred, rejected].map((turns) => ("turns" in turns ? turns.turns : [])) as [
    Turn[],
    Turn[],
    Turn[],
  ];
  // Some makers repeat the whole conversation in both answers.
  const shared = before.length === 0 ? sharedStart(liked, less) : 0;
  const rest = liked.slice(shared);
  if (rest.length === 0 || less.length === shared) return { fault: "has an answer that is empty" };
  const bag = isBag(input) ? input : {};
  return {
    messages: [...before, ...liked.slice(0, shared), ...rest],
    rejected: less.slice(shared),
    ...(Array.isArray(bag.tools) && bag.tools.length > 0 && { tools: bag.tools as Json[] }),
    ...(bag.parallel_tool_calls === false && { parallel_tool_calls: false }),
    more: {},
    metadata: isBag(metadata) ? metadata : {},
  };
}

function turnsOf(value: Json, role: Turn["role"]): { readonly turns: Turn[] } | { readonly fault: string } {
  return typeof value === "string" ? { turns: value === "" ? [] : [{ role, content: value }] } : readTurns(value);
}

function sharedStart(one: readonly Turn[], other: readonly Turn[]): number {
  let at = 0;
  while (at < one.length - 1 && at < other.length - 1 && JSON.stringify(one[at]) === JSON.stringify(other[at])) at++;
  return at;
}
