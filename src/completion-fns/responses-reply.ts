import { z } from "zod";
import type { Completion } from "../core/completion.ts";
import { splitThinking } from "../core/think.ts";
import { BadReply, servedFields, servedOf, usage } from "./reply-parts.ts";
import { contentLogprobs, contentLogprobsSchema } from "./token-logprobs.ts";

const text = z.object({ type: z.string(), text: z.string().nullish() });

/** All that is read of an output item; which fields it has depends on `type`, and types we do not know come along unread. */
const itemSchema = z.object({
  type: z.string(),
  content: z
    .array(
      z.object({
        type: z.string(),
        text: z.string().nullish(),
        refusal: z.string().nullish(),
        logprobs: contentLogprobsSchema.nullish().catch(undefined),
      }),
    )
    .nullish(),
  summary: z.array(text).nullish(),
  id: z.string().nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish().catch(undefined),
});
type Item = z.infer<typeof itemSchema>;

const count = z.number().nonnegative();

const responsesReplySchema = z.object({
  ...servedFields,
  status: z.string().nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  output: z.array(itemSchema),
  usage: z
    .object({
      input_tokens: count,
      output_tokens: count,
      input_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish(),
      output_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
    })
    .nullish()
    .catch(undefined),
});
type ResponsesReply = z.infer<typeof responsesReplySchema>;

/** What the model said over all output items of a reply from the Responses API. */
export function readResponsesReply(data: unknown, ms: number, top: number | undefined): Completion {
  const reply = responsesReplySchema.parse(data);
  const { status } = reply;
  if (status && status !== "completed" && status !== "incomplete") {
    throw new BadReply(
      `${status === "failed" ? "failed" : `left the reply ${status}`}: ${reply.error?.message ?? "no reason given"}`,
    );
  }
  const parts = reply.output.filter((item) => item.type === "message").flatMap((item) => item.content ?? []);
  const said = parts.map((part) => (part.type === "output_text" ? (part.text ?? "") : "")).join("");
  const split = splitThinking(said);
  const completion: Completion = { text: split.text, finish: finishOfReply(reply), ms };
  if (split.thinking !== undefined) completion.thinking = split.thinking;
  const reasoning = reply.output
    .filter((item) => item.type === "reasoning")
    .map(reasoningText)
    .join("\n");
  if (reasoning !== "") completion.reasoning = reasoning;
  const refusal = parts.map((part) => part.refusal ?? "").join("");
  if (refusal !== "") completion.refusal = refusal;
  const calls = reply.output.filter((item) => item.type === "function_call");
  if (calls.length > 0) {
    completion.tool_calls = calls.map((call) => ({
      id: call.call_id ?? call.id ?? "",
      name: call.name ?? "",
      arguments: call.arguments ?? "",
    }));
  }
  const tokens = parts.flatMap((part) => part.logprobs ?? []);
  if (top !== undefined && tokens.length > 0) completion.logprobs = contentLogprobs(tokens, top);
  const counted = reply.usage;
  if (counted) {
    completion.usage = usage(counted.input_tokens, counted.output_tokens, {
      cached: counted.input_tokens_details?.cached_tokens,
      reasoning: counted.output_tokens_details?.reasoning_tokens,
    });
  }
  const served = servedOf(reply);
  if (served !== undefined) completion.served = served;
  return completion;
}

function finishOfReply(reply: ResponsesReply): Completion["finish"] {
  if (reply.status === "incomplete") {
    const reason = reply.incomplete_details?.reason;
    return reason === "content_filter" ? "content_filter" : reason === "max_output_tokens" || !reason ? "length" : "other";
  }
  return reply.output.some((item) => item.type === "function_call") ? "tool_calls" : "stop";
}

/** The reasoning itself where the model shows it, else its summary. */
function reasoningText(item: Item): string {
  const full = (item.content ?? []).map((part) => part.text ?? "").join("");
  return full === "" ? (item.summary ?? []).map((part) => part.text ?? "").join("\n") : full;
}
