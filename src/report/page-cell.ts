import type { Completion, Likelihood, TokenLogprob } from "../core/completion.ts";
import { moment } from "../core/figures.ts";
import type { Message, Part, Prompt } from "../core/message.ts";
import type { SampleLine } from "../core/run-line.ts";
import type { PageCell, PageRow } from "../page/index.ts";
import { flagsOf, labelOf, outcomeOf } from "./outcome.ts";

const longestText = 20_000;
const longestImage = 200_000;
const mostTokens = 256;
const mostTokensWithTop = 32;

/** What the page shows of one reply. Long texts are cut and say so: the run file has the whole. */
export function pageCell(line: SampleLine, run: number): PageCell {
  const { error, completion: reply, more } = line;
  const flags = flagsOf(line);
  const label = labelOf(line);
  const tries = reply?.tries ?? error?.tries ?? [];
  const judgements = (line.scores ?? []).flatMap((score) => score.judgements ?? []);
  return {
    run,
    outcome: outcomeOf(line),
    ...(flags.length > 0 && { flags }),
    ...(label !== undefined && { label: cut(label) }),
    ...(error && { error: { code: error.code, message: cut(error.message) } }),
    ...(reply && pageReply(reply)),
    ...(line.scores && {
      scores: line.scores.map(({ judgements: _, details: __, explanation, ...score }) => ({
        ...score,
        ...(explanation !== undefined && { explanation: cut(explanation) }),
      })),
    }),
    ...(judgements.length > 0 && {
      judgements: judgements.map(({ judge, completion }) => ({ judge, text: cut(completion.text) })),
    }),
    ...(more && {
      more: Object.fromEntries(Object.entries(more).map(([output, replies]) => [output, replies.map(otherReply)])),
    }),
    ...(tries.length > 0 && {
      tries: tries.map((one) => `${one.code}${one.status === undefined ? "" : ` ${one.status}`} after ${Math.round(one.ms)} ms`),
    }),
  };
}

function pageReply(reply: Completion): Partial<PageCell> {
  const reasoning = reply.reasoning ?? reply.thinking;
  const served = [reply.served?.model, reply.served?.fingerprint, reply.served?.build].filter((name) => name !== undefined);
  return {
    text: cut(reply.text),
    finish: reply.finish,
    ...(reply.ms > 0 && { ms: Math.round(reply.ms * 100) / 100 }),
    ...(reasoning !== undefined && { reasoning: cut(reasoning) }),
    ...(reply.refusal !== undefined && { refusal: cut(reply.refusal) }),
    ...(reply.tool_calls && {
      tool_calls: reply.tool_calls.map((call) => ({ ...call, name: cut(call.name), arguments: cut(call.arguments) })),
    }),
    ...(reply.logprobs && { logprobs: reply.logprobs.slice(0, mostTokens).map(tokenLogprob) }),
    ...(reply.usage && { usage: reply.usage }),
    ...(reply.cost !== undefined && { cost: reply.cost }),
    ...(served.length > 0 && { served: served.join(" · ") }),
    ...(reply.cached && { cached: reply.cached }),
    ...(reply.cached_at !== undefined && { cached_at: moment(reply.cached_at) }),
    ...(reply.adjusted && { adjusted: reply.adjusted }),
  };
}

function tokenLogprob({ token, logprob, top }: TokenLogprob, position: number): TokenLogprob {
  const others =
    position < mostTokensWithTop
      ? top?.slice(0, 5).map((other) => ({ token: other.token, logprob: rounded(other.logprob) }))
      : undefined;
  return { token, logprob: rounded(logprob), ...(others && { top: others }) };
}

function rounded(logprob: number | null): number | null {
  return logprob === null ? null : Number(logprob.toFixed(4));
}

function otherReply(reply: Completion | Likelihood): string {
  if ("text" in reply) return cut(reply.text);
  return `log-probability ${reply.logprob.toFixed(3)} over ${reply.tokens} tokens${reply.greedy ? ", greedy" : ""}`;
}

/** What the page shows of the question. */
export function pageQuestion(line: SampleLine, evalIndex: number): Omit<PageRow, "cells"> {
  const { id, attempt, input, ideal, choices, fields, metadata, leak } = line;
  return {
    eval: evalIndex,
    id,
    attempt,
    ...(input != null && { input: cutPrompt(input) }),
    ...(ideal && { ideal: ideal.map(cut) }),
    ...(choices && { choices: choices.map(cut) }),
    ...(leak && { leak }),
    ...(fields && Object.keys(fields).length > 0 && JSON.stringify(fields).length <= longestText && { fields }),
    ...(metadata && Object.keys(metadata).length > 0 && JSON.stringify(metadata).length <= longestText && { metadata }),
  };
}

function cutPrompt(prompt: Prompt): Prompt {
  return typeof prompt === "string" ? cut(prompt) : prompt.map(cutMessage);
}

function cutMessage(message: Message): Message {
  const { content } = message;
  if (content === null) return message;
  return { ...message, content: typeof content === "string" ? cut(content) : content.map(cutPart) };
}

function cutPart(part: Part): Part {
  if ("text" in part && typeof part.text === "string") return { ...part, text: cut(part.text) };
  const size = JSON.stringify(part).length;
  return size <= longestImage ? part : { type: "text", text: `[${part.type}, ${Math.round(size / 1000)} KB, left out]` };
}

function cut(text: string): string {
  if (text.length <= longestText) return text;
  const left = text.length - longestText;
  // Half a surrogate pair would be shown as a defect of the text.
  return `${text.slice(0, longestText).replace(/[\ud800-\udbff]$/, "")}\n… ${left.toLocaleString("en-US")} more characters in the run file`;
}
