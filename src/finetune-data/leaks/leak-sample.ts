import type { Json } from "../../core/json.ts";
import type { Prompt } from "../../core/message.ts";
import { contentText } from "../../core/prompt.ts";
import type { Sample } from "../../core/sample.ts";

/** What the finder wants to know of a sample; any `Sample` will do. */
export type LeakSample = Pick<Sample, "id" | "input" | "ideal" | "fields" | "choices"> & {
  readonly hashes: Pick<Sample["hashes"], "item">;
};

/** A sample as texts. */
export interface SampleTexts {
  /** System prompts; empty = none, and also where there is nothing else: then they are what is asked. */
  readonly system: string;
  /** What is asked, message by message. */
  readonly prompt: readonly string[];
  readonly ideal: readonly string[];
}

/** What is asked, apart from system prompts, and what is right. */
export function sampleTexts({ input, ideal, fields, choices = [] }: LeakSample): SampleTexts {
  const { system, said } = input === null ? { system: "", said: textsIn(fields) } : promptTexts(input);
  const asked = [...said, ...choices];
  return asked.length === 0 ? { system: "", prompt: [system], ideal } : { system, prompt: asked, ideal };
}

function promptTexts(prompt: Prompt): { readonly system: string; readonly said: readonly string[] } {
  if (typeof prompt === "string") return { system: "", said: [prompt] };
  const isSystem = ({ role }: { role: string }) => role === "system" || role === "developer";
  const texts = (messages: typeof prompt) => messages.map(contentText).filter((text) => text !== "");
  return { system: texts(prompt.filter(isSystem)).join("\n"), said: texts(prompt.filter((one) => !isSystem(one))) };
}

/** Every text in it, in its order. */
function textsIn(value: Json): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
