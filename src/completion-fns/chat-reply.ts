import { z } from "zod";
import type { Completion } from "../core/completion.ts";
import { splitThinking } from "../core/think.ts";
import { BadReply, finishOf, servedFields, servedOf, usageOf } from "./reply-parts.ts";
import { contentLogprobs, contentLogprobsSchema } from "./token-logprobs.ts";

const toolCallSchema = z.object({
  id: z.string().nullish(),
  /** Text by the protocol; some servers send the object itself. */
  function: z.object({ name: z.string(), arguments: z.unknown().optional() }),
});

const messageSchema = z.object({
  /** Parts: servers whose models think in a part of its own. */
  content: z.union([z.string(), z.null(), z.array(z.looseObject({ type: z.string() }))]).optional(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCallSchema).nullish(),
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
});

const logprobsSchema = z.object({ content: contentLogprobsSchema.nullish() }).nullish();

const chatReplySchema = z.object({
  ...servedFields,
  choices: z.array(
    z.object({
      /** Azure may leave it out when its filter struck. */
      message: messageSchema.optional(),
      finish_reason: z.string().nullish(),
      /** Only looked into when they were asked for. */
      logprobs: z.unknown().optional(),
    }),
  ),
  usage: z.unknown().optional(),
});

/** The first choice of a chat reply. */
export function readChatReply(data: unknown, ms: number, top: number | undefined): Completion {
  const reply = chatReplySchema.parse(data);
  const choice = reply.choices[0];
  if (choice === undefined) throw new BadReply("sent no choices");
  const finish = finishOf(choice.finish_reason);
  const { message } = choice;
  if (message === undefined && finish !== "content_filter") throw new BadReply("sent a choice without a message");

  const content = message?.content;
  const said = typeof content === "string" ? content : (content ?? []).map(partText).join("");
  const { thinking, text } = splitThinking(said);
  const completion: Completion = { text, finish, ms };
  if (thinking !== undefined) completion.thinking = thinking;
  if (message !== undefined) addMessageParts(completion, message);
  const tokens = top === undefined ? undefined : logprobsSchema.safeParse(choice.logprobs).data?.content;
  if (top !== undefined && tokens) completion.logprobs = contentLogprobs(tokens, top);
  const usage = usageOf(reply.usage);
  if (usage !== undefined) completion.usage = usage;
  const served = servedOf(reply);
  if (served !== undefined) completion.served = served;
  return completion;
}

function addMessageParts(completion: Completion, message: z.infer<typeof messageSchema>): void {
  const parts = Array.isArray(message.content) ? message.content.map(thoughtText).join("") : "";
  const reasoning = [message.reasoning_content, message.reasoning, parts].find((one) => typeof one === "string" && one !== "");
  if (typeof reasoning === "string") completion.reasoning = reasoning;
  if (message.refusal) completion.refusal = message.refusal;
  if (message.tool_calls && message.tool_calls.length > 0) {
    completion.tool_calls = message.tool_calls.map((call) => ({
      id: call.id ?? "",
      name: call.function.name,
      arguments: argumentText(call.function.arguments),
    }));
  }
}

function argumentText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

type Part = { readonly type: string; readonly [key: string]: unknown };

function partText(part: Part): string {
  return part.type === "text" && typeof part.text === "string" ? part.text : "";
}

/** `{type: "thinking", thinking: [{type: "text", text}]}`, or the text itself. */
function thoughtText(part: Part): string {
  if (part.type !== "thinking") return "";
  if (typeof part.thinking === "string") return part.thinking;
  return Array.isArray(part.thinking) ? part.thinking.map(partText).join("") : "";
}
