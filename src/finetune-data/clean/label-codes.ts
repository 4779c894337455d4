import { FinegaugeError } from "../../core/errors.ts";
import { contentText } from "../../core/prompt.ts";
import type { Conversation, Turn } from "../conversation.ts";

/** Whole numbers below this are one token of every tokenizer that people fine-tune with. */
export const mostCodes = 1000;

/** Labels that answers are, and the numbers that stand for them. */
export interface LabelCodes {
  /** Place = number. */
  readonly labels: readonly string[];
  /** @throws FinegaugeError `data.invalid` for an answer that is none of them */
  encode(conversation: Conversation): Conversation;
  /** @throws FinegaugeError `data.invalid` for an answer that begins with no number of one of them */
  decode(conversation: Conversation): Conversation;
}

/** The labels of a conversation: its last answer and others that are right, without the space around them. */
export function labelsOf(conversation: Conversation): string[] {
  const answer = conversation.messages.at(-1);
  if (answer?.role !== "assistant" || typeof answer.content !== "string") return [];
  return [answer.content, ...(conversation.answers ?? [])].map((text) => text.trim());
}

/** @param labels each once; their order is that of the numbers */
export function labelCodes(labels: readonly string[]): LabelCodes {
  if (labels.length > mostCodes) {
    throw new FinegaugeError(
      "data.invalid",
      `${labels.length} different answers are no labels: numbers of one token end at ${mostCodes - 1}`,
      {
        hint: "labels are few, and each is given often",
      },
    );
  }
  const codes = new Map(labels.map((label, code) => [label, code]));
  return {
    labels,
    encode: (conversation) =>
      withAnswers(conversation, (text) => {
        const label = text.trim();
        const code = codes.get(label);
        if (code === undefined) throw new FinegaugeError("data.invalid", `${JSON.stringify(label)} is none of the labels`);
        return text.replace(label, () => String(code));
      }),
    decode: (conversation) =>
      withAnswers(conversation, (text) => {
        const [, before = "", code = "", rest = ""] = /^(\s*)(0|[1-9]\d{0,2})(?![\p{L}\p{N}])(.*)$/su.exec(text) ?? [];
        const label = code === "" ? undefined : labels[Number(code)];
        if (label === undefined) {
          throw new FinegaugeError(
            "data.invalid",
            `${JSON.stringify(text.slice(0, 40))} is no number of a label: 0 to ${labels.length - 1}`,
          );
        }
        return before + label + rest;
      }),
  };
}

function withAnswers(conversation: Conversation, change: (text: string) => string): Conversation {
  const { messages, answers } = conversation;
  const answer = messages.at(-1);
  if (answer?.role !== "assistant") return conversation;
  const turn: Turn = { ...answer, content: change(contentText(answer)) };
  return {
    ...conversation,
    messages: [...messages.slice(0, -1), turn],
    ...(answers !== undefined && { answers: answers.map(change) }),
  };
}

/** The list of labels of a file: a JSON array of texts, no two of them the same. */
export function readLabels(text: string, file: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (Array.isArray(value) && value.every((one) => typeof one === "string") && new Set(value).size === value.length) return value;
  throw new FinegaugeError("data.invalid", "the file is no list of labels", {
    where: { file },
    hint: 'a JSON array in the order of the numbers: ["billing", "shipping"]',
  });
}
