import { z } from "zod";
import type { CallContext } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { rejection } from "../net/classify-failure.ts";
import type { Reply } from "../net/exchange.ts";
import type { Target } from "../net/target.ts";
import type { Parameters } from "./endpoint.ts";
import { reportLimits } from "./report-limits.ts";

export interface EmbedderOptions {
  readonly target: Target;
  /** Model or deployment, as the body names it. */
  readonly model: string;
  /** To the embeddings endpoint. Rejects with FinegaugeError only; a reply of any status is a reply. */
  send(body: Parameters, signal: AbortSignal): Promise<Reply>;
}

const replySchema = z.object({
  data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()).min(1) })),
});

/** Vectors of texts, in the order asked, from a server that speaks OpenAI's `/embeddings`. */
export function embedder({ target, model, send }: EmbedderOptions) {
  return async (texts: readonly string[], ctx: CallContext): Promise<readonly Float32Array[]> => {
    const reply = await send({ model, input: texts, encoding_format: "float" }, ctx.signal);
    reportLimits(reply, ctx);
    if (reply.status < 200 || reply.status > 299) throw rejection(reply, target);
    const vectors = vectorsIn(reply.body, texts.length);
    if (vectors !== undefined) return vectors;
    throw new FinegaugeError("provider.reply", `${target.origin} sent no vector for each of the texts that it was sent`, {
      status: reply.status,
      retry: {},
    });
  };
}

function vectorsIn(body: string, count: number): readonly Float32Array[] | undefined {
  let data: z.infer<typeof replySchema>["data"];
  try {
    data = replySchema.parse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
  const vectors = data.sort((a, b) => a.index - b.index).map(({ embedding }) => Float32Array.from(embedding));
  const whole = data.length === count && data.every(({ index }, at) => index === at);
  return whole && vectors.every(({ length }) => length === vectors[0]?.length) ? vectors : undefined;
}
