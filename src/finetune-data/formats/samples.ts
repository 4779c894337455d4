import type { Bag } from "../../core/json.ts";
import { contentText } from "../../core/prompt.ts";
import { sampleRowSchema } from "../../core/sample.ts";
import type { Conversation, Turn } from "../conversation.ts";
import { withoutTime } from "./chat.ts";
import { type Format, nothingLost } from "./format.ts";
import { lostInText } from "./lost.ts";
import { readRecords } from "./records.ts";

/** Samples of an eval: `{"input": […], "ideal": "…"}`. The answer is the message that the conversation ends with. */
export const samples: Format = {
  read: (source) => readRecords(source, ofSample),
  write: ({ metadata: kept = true }) => ({
    keepsMetadata: kept,
    row({ id, bare, messages, rejected, answers, more, metadata, tools, parallel_tool_calls }) {
      const answer = messages.at(-1);
      if (answer?.role !== "assistant") return { text: undefined, lost: ["all of it, since it does not end with an answer"] };
      const before = messages.slice(0, -1);
      const [only] = before;
      const ideal = contentText(answer);
      const row = {
        ...(id !== undefined && { id }),
        input: bare && before.length === 1 && only !== undefined ? contentText(only) : before.map(withoutWeight),
        ideal: answers === undefined ? ideal : [ideal, ...answers],
        ...more,
        ...(kept && Object.keys(metadata).length > 0 && { metadata }),
      };
      const lost = [
        ...lostInText(answer),
        ...(rejected === undefined ? [] : ["a rejected answer"]),
        ...(tools === undefined ? [] : ["tools"]),
        ...(parallel_tool_calls === false ? ["that tools are called one at a time"] : []),
      ];
      return { text: `${JSON.stringify(row)}\n`, lost: lost.length === 0 ? nothingLost : lost };
    },
  }),
};

/** Of training alone. */
function withoutWeight(turn: Turn): Turn {
  const { weight: _, ...said } = withoutTime(turn);
  return said;
}

function ofSample(values: Bag): Conversation | { readonly fault: string } {
  const checked = sampleRowSchema.safeParse(values);
  if (!checked.success) return { fault: "is no sample" };
  const { id, input = null, ideal = [], metadata = {}, ...more } = checked.data;
  if (input === null) return { fault: "has no input" };
  const [first, ...others] = typeof ideal === "string" ? [ideal] : ideal;
  if (first === undefined) return { fault: "has no ideal" };
  const bare = typeof input === "string";
  const before: Turn[] = bare ? [{ role: "user", content: input }] : (input as Turn[]);
  return {
    ...(id !== undefined && { id: String(id) }),
    ...(bare && { bare: true as const }),
    messages: [...before, { role: "assistant", content: first }],
    ...(others.length > 0 && { answers: others }),
    more: more as Bag,
    metadata,
  };
}
