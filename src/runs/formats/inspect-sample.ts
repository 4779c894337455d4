import type { Completion, TokenLogprob } from "../../core/completion.ts";
import { hashJson } from "../../core/hash.ts";
import { type Bag, isBag, type Json } from "../../core/json.ts";
import type { Message, Part, Prompt } from "../../core/message.ts";
import { canonicalPrompt } from "../../core/prompt.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { contentHashes } from "../../core/sample.ts";
import { splitThinking } from "../../core/think.ts";
import { inspectScores, type ScoreNames } from "./inspect-scores.ts";
import { bagAt, failureOf, numberAt, textAt, textsOf, wholeAt } from "./log-values.ts";

type Place = Pick<SampleLine, "id" | "attempt" | "seq" | "index">;

/** What the whole log decides about each of its samples. */
export interface SampleManner {
  readonly names: ScoreNames;
  /** As `model_usage` has it. */
  readonly model: string;
}

/** A sample of an Inspect log as a line of a run. */
export function inspectLine(place: Place, raw: Bag, manner: SampleManner): SampleLine {
  const sample = withAttachments(raw);
  const input = promptFrom(sample.input);
  const ideal = targetsOf(sample.target);
  const choices = Array.isArray(sample.choices) && sample.choices.length > 0 ? textsOf(sample.choices) : undefined;
  const hashes = contentHashes({ input, ideal, fields: {}, ...(choices && { choices }) });
  const line: SampleLine = {
    type: "sample",
    ...place,
    hashes: { item: hashes.item, ideal: hashes.ideal, prompt: promptHash(sample, input) ?? hashes.input },
  };
  const scores = inspectScores(sample, manner.names);
  const error = bagAt(sample, "error");
  // A sample that was scored in spite of its error counts where it comes from, and so it does here.
  if ("error" in sample && sample.error !== null && !scores.some(({ value }) => value !== null)) {
    line.error = failureOf(textAt(error, "message") ?? "the sample ended in an error");
  } else {
    const completions = completionsOf(sample, manner);
    if (completions[0] !== undefined) line.completion = completions[0];
    if (completions.length > 1) line.more = { completion: completions.slice(1) };
    line.scores = scores;
  }
  const metadata = bagAt(sample, "metadata");
  if (Object.keys(metadata).length > 0) line.metadata = metadata as NonNullable<SampleLine["metadata"]>;
  if (input !== null) line.input = input as NonNullable<SampleLine["input"]>;
  line.ideal = ideal;
  if (choices !== undefined) line.choices = choices;
  return line;
}

function targetsOf(target: Json | undefined): string[] {
  if (target === undefined || target === null || target === "") return [];
  return textsOf(target);
}

const reference = /^(?:attachment|tc):\/\/(.+)$/s;

/** Long texts and images stand apart in `attachments` (formerly `transcript.content`); put back where they are referred to. */
function withAttachments(sample: Bag): Bag {
  const attachments = { ...bagAt(bagAt(sample, "transcript"), "content"), ...bagAt(sample, "attachments") };
  if (Object.keys(attachments).length === 0) return sample;
  const resolved = (value: Json | undefined): Json => {
    if (typeof value === "string") {
      const key = reference.exec(value)?.[1];
      return key !== undefined && Object.hasOwn(attachments, key) ? (attachments[key] as Json) : value;
    }
    if (Array.isArray(value)) return value.map(resolved);
    return isBag(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)])) : (value ?? null);
  };
  const { input, messages, output } = sample;
  return { ...sample, input: resolved(input), messages: resolved(messages), output: resolved(output) };
}

const roles = new Set(["system", "developer", "user", "assistant", "tool"]);

/** A text, or messages without what Inspect adds to them (ids, sources); null for what is neither. */
function promptFrom(value: Json | undefined): Prompt | null {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  return value.filter(isBag).map(messageFrom);
}

function messageFrom(message: Bag): Message {
  const { role, content, tool_call_id, tool_calls } = message;
  return {
    role: (typeof role === "string" && roles.has(role) ? role : "user") as Message["role"],
    content: typeof content === "string" ? content : Array.isArray(content) ? content.filter(isBag).map(partFrom) : null,
    ...(typeof tool_call_id === "string" && { tool_call_id }),
    ...(Array.isArray(tool_calls) && tool_calls.length > 0 && { tool_calls: [...tool_calls] }),
  };
}

function partFrom(part: Bag): Part {
  const { type, text, image, detail } = part;
  if (type === "text" && typeof text === "string") return { type, text };
  if (type === "image" && typeof image === "string") {
    return { type: "image_url", image_url: { url: image, ...(typeof detail === "string" && { detail }) } };
  }
  return { ...part, type: typeof type === "string" ? type : "unknown" };
}

/** Of the conversation before the last reply; undefined when it is the input alone, or is not there. */
function promptHash(sample: Bag, input: Prompt | null): string | undefined {
  const messages = Array.isArray(sample.messages) ? (promptFrom(sample.messages) as readonly Message[]) : [];
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const sent = last < 0 ? messages : messages.slice(0, last);
  if (sent.length === 0) return undefined;
  const asked: Prompt | null = typeof input === "string" ? [{ role: "user", content: input }] : input;
  return canonicalPrompt(sent) === canonicalPrompt(asked) ? undefined : hashJson(sent);
}

const finishes: { readonly [reason: string]: Completion["finish"] } = {
  stop: "stop",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  tool_calls: "tool_calls",
  content_filter: "content_filter",
};

/** The last output's replies; the first one carries what the sample cost. */
function completionsOf(sample: Bag, manner: SampleManner): Completion[] {
  const output = bagAt(sample, "output");
  const choices = Array.isArray(output.choices) ? output.choices.filter(isBag) : [];
  const model = textAt(output, "model");
  const seconds = numberAt(output, "time");
  const total = bagAt(bagAt(sample, "model_usage"), manner.model);
  const usage = Object.keys(total).length > 0 ? total : bagAt(output, "usage");
  const cost = numberAt(usage, "total_cost");
  return choices.map((choice, at) => {
    const message = bagAt(choice, "message");
    const { text, reasoning } = saidIn(message.content ?? output.completion);
    const calls = toolCallsOf(message.tool_calls);
    const logprobs = logprobsOf(bagAt(choice, "logprobs").content);
    const tokens = at === 0 ? usageOf(usage) : undefined;
    return {
      ...splitThinking(text),
      ...(reasoning !== "" && { reasoning }),
      finish: finishes[textAt(choice, "stop_reason") ?? ""] ?? "other",
      ...(calls.length > 0 && { tool_calls: calls }),
      ...(logprobs.length > 0 && { logprobs }),
      ...(tokens !== undefined && { usage: tokens }),
      ...(at === 0 && cost !== undefined && cost >= 0 && { cost }),
      ms: seconds !== undefined && seconds >= 0 ? seconds * 1000 : 0,
      ...(model !== undefined && model !== "" && { served: { model } }),
    };
  });
}

/** Text parts put together as Inspect does, reasoning apart. */
function saidIn(content: Json | undefined): { text: string; reasoning: string } {
  if (typeof content === "string") return { text: content, reasoning: "" };
  const parts = Array.isArray(content) ? content.filter(isBag) : [];
  const of = (type: string, key: string) => parts.filter((part) => part.type === type).map((part) => textAt(part, key) ?? "");
  return { text: of("text", "text").join("\n"), reasoning: of("reasoning", "reasoning").join("\n") };
}

function toolCallsOf(calls: Json | undefined): NonNullable<Completion["tool_calls"]> {
  if (!Array.isArray(calls)) return [];
  return calls.filter(isBag).map((call) => ({
    id: textAt(call, "id") ?? "",
    name: textAt(call, "function") ?? "",
    arguments: typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments ?? {}),
  }));
}

function logprobsOf(tokens: Json | undefined): TokenLogprob[] {
  if (!Array.isArray(tokens)) return [];
  return tokens.filter(isBag).map((token) => {
    const top = Array.isArray(token.top_logprobs) ? token.top_logprobs.filter(isBag) : [];
    return { ...logprobOf(token), ...(top.length > 0 && { top: top.map(logprobOf) }) };
  });
}

const logprobOf = (token: Bag) => ({ token: textAt(token, "token") ?? "", logprob: numberAt(token, "logprob") ?? null });

function usageOf(usage: Bag): Completion["usage"] {
  const [input, output] = [wholeAt(usage, "input_tokens"), wholeAt(usage, "output_tokens")];
  if (input === undefined || output === undefined || input < 0 || output < 0) return undefined;
  const cached = wholeAt(usage, "input_tokens_cache_read");
  const reasoning = wholeAt(usage, "reasoning_tokens");
  return { input, output, ...(cached && cached > 0 && { cached }), ...(reasoning && reasoning > 0 && { reasoning }) };
}
