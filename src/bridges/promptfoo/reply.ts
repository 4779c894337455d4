import { z } from "zod";
import type { Completion, Usage } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { splitThinking } from "../../core/think.ts";
import { providerFailure } from "./failure.ts";

const count = z.number().nonnegative().optional();

/** What a provider of promptfoo answers, as far as it is read. */
const responseSchema = z.object({
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  cached: z.boolean().optional().catch(undefined),
  cost: z.number().nonnegative().optional().catch(undefined),
  finishReason: z.string().nullish().catch(undefined),
  isRefusal: z.boolean().optional().catch(undefined),
  tokenUsage: z
    .object({ prompt: count, completion: count, completionDetails: z.object({ reasoning: count }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
  metadata: z
    .object({
      http: z
        .object({ status: z.number(), headers: z.record(z.string(), z.string()).optional().catch(undefined) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});
type Response = z.output<typeof responseSchema>;

const heldBack = "Content filtered by provider";

/**
 * The completion that an answer of promptfoo's stands for.
 *
 * @param ms by our own clock: the provider's would replay the one of a cached reply
 * @throws FinegaugeError `provider.*`
 */
export function completionOf(name: string, given: unknown, ms: number): Completion {
  const parsed = responseSchema.safeParse(given);
  if (!parsed.success)
    throw new FinegaugeError("provider.reply", `${name} answered something else than promptfoo's providers do`);
  const response = parsed.data;
  const { error, output, metadata, isRefusal, cost, cached } = response;
  if (error !== undefined && error !== null && error !== "") throw providerFailure(name, textOf(error), metadata?.http);
  if (output === undefined || output === null)
    throw new FinegaugeError("provider.reply", `${name} gave neither output nor error`);
  const finish = finishOf(response);
  const said = textOf(output);
  // In place of what was held back promptfoo gives words of its own, and a refusal as if it were the answer.
  const isReply = isRefusal !== true || (finish === "content_filter" && said !== heldBack);
  const { text, thinking } = splitThinking(isReply ? said : "");
  const usage = usageOf(response);
  return {
    text,
    ...(thinking !== undefined && { thinking }),
    finish,
    ...(isRefusal === true && finish !== "content_filter" && { refusal: said }),
    ...(usage && { usage }),
    ...(cost !== undefined && cached !== true && { cost }),
    ms,
    ...(cached === true && { cached }),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** Nothing where promptfoo does not know: of an own server it may have neither, and it says 0 then. */
function usageOf({ tokenUsage: usage, cached }: Response): Usage | undefined {
  const { prompt, completion, completionDetails: details } = usage ?? {};
  if (prompt === undefined || completion === undefined || prompt + completion === 0 || cached === true) return undefined;
  return { input: prompt, output: completion, ...(details?.reasoning !== undefined && { reasoning: details.reasoning }) };
}

const finishes: { readonly [reason: string]: Completion["finish"] } = {
  stop: "stop",
  end_turn: "stop",
  stop_sequence: "stop",
  length: "length",
  max_tokens: "length",
  tool_calls: "tool_calls",
  tool_use: "tool_calls",
  function_call: "tool_calls",
  content_filter: "content_filter",
  safety: "content_filter",
};

function finishOf({ finishReason: reason }: Response): Completion["finish"] {
  // Most providers do not say, and a reply that came whole ended by itself.
  if (reason === undefined || reason === null || reason === "") return "stop";
  return finishes[reason.toLowerCase()] ?? "other";
}
