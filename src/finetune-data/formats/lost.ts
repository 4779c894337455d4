import { contentText } from "../../core/prompt.ts";
import type { Conversation, Turn } from "../conversation.ts";
import { nothingLost } from "./format.ts";

/** What no format says but those that were made for it. */
export function lostBeside({ rejected, answers, more }: Conversation, lost: readonly string[]): readonly string[] {
  if (rejected === undefined && answers === undefined && isEmpty(more)) return lost;
  return [
    ...lost,
    ...(rejected === undefined ? [] : ["a rejected answer"]),
    ...(answers === undefined ? [] : ["other right answers"]),
    ...Object.keys(more).map((key) => `the key ${JSON.stringify(key)}`),
  ];
}

function isEmpty(bag: object): boolean {
  for (const _ in bag) return false;
  return true;
}

/** A role and a text, as most messages are. */
function isPlain(turn: Turn): boolean {
  if (typeof turn.content !== "string") return false;
  for (const key in turn) if (key !== "role" && key !== "content" && key !== "time") return false;
  return true;
}

/** What a message says that its text does not. */
export function lostInText({ content, tool_calls, tool_call_id, name, weight, refusal }: Turn): string[] {
  return [
    ...(Array.isArray(content) && content.some(({ type }) => type !== "text") ? ["parts that are not text"] : []),
    ...(tool_calls === undefined ? [] : ["tool calls"]),
    ...(tool_call_id === undefined ? [] : ["whose answer a tool's message is"]),
    ...(name === undefined ? [] : ["names"]),
    ...(weight === 0 ? ["answers that are not to be learned"] : []),
    ...(typeof refusal === "string" ? ["refusals"] : []),
  ];
}

/** What formats lose that have texts alone, each thing once. */
export function lostInTexts(conversation: Conversation): readonly string[] {
  const { messages, tools } = conversation;
  if (tools === undefined && messages.every(isPlain)) return lostBeside(conversation, nothingLost);
  const lost = new Set(messages.flatMap(lostInText));
  if (tools !== undefined) lost.add("tools");
  return lostBeside(conversation, [...lost]);
}

/** A conversation as the one question and answer that some formats have; undefined when it is none. */
export interface QuestionAndAnswer {
  readonly system: string | undefined;
  /** Empty for a text without a question. */
  readonly question: string;
  readonly answer: string;
}

export function questionAndAnswer({ messages }: Conversation): QuestionAndAnswer | undefined {
  const [first] = messages;
  const system = first?.role === "system" || first?.role === "developer" ? contentText(first) : undefined;
  const said = system === undefined ? messages : messages.slice(1);
  const answer = said.at(-1);
  if (said.length > 2 || answer?.role !== "assistant") return undefined;
  const [question] = said;
  if (said.length === 1) return { system, question: "", answer: contentText(answer) };
  return question?.role === "user" ? { system, question: contentText(question), answer: contentText(answer) } : undefined;
}
