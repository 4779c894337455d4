import { z } from "zod";
import type { Completion } from "../core/completion.ts";
import { splitThinking } from "../core/think.ts";
import { BadReply, finishOf, servedFields, servedOf, usageOf } from "./reply-parts.ts";
import { contentLogprobs, contentLogprobsSchema, listedLogprobs, listedLogprobsSchema } from "./token-logprobs.ts";

const legacyReplySchema = z.object({
  ...servedFields,
  choices: z.array(
    z.object({
      text: z.string(),
      finish_reason: z.string().nullish(),
      logprobs: z
        .union([listedLogprobsSchema, z.object({ content: contentLogprobsSchema })])
        .nullish()
        .catch(undefined),
    }),
  ),
  usage: z.unknown().optional(),
});

/** The first choice of a reply from the completions endpoint. */
export function readLegacyReply(data: unknown, ms: number, top: number | undefined): Completion {
  const reply = legacyReplySchema.parse(data);
  const choice = reply.choices[0];
  if (choice === undefined) throw new BadReply("sent no choices");
  const { thinking, text } = splitThinking(choice.text);
  const completion: Completion = { text, finish: finishOf(choice.finish_reason), ms };
  if (thinking !== undefined) completion.thinking = thinking;
  const { logprobs } = choice;
  if (top !== undefined && logprobs) {
    completion.logprobs = "tokens" in logprobs ? listedLogprobs(logprobs, top) : contentLogprobs(logprobs.content, top);
  }
  const usage = usageOf(reply.usage);
  if (usage !== undefined) completion.usage = usage;
  const served = servedOf(reply);
  if (served !== undefined) completion.served = served;
  return completion;
}
