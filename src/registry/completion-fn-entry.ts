import { z } from "zod";
import { samplingSchema } from "../core/completion.ts";
import { tokenPriceSchema } from "./token-price.ts";
import { wrapSchema } from "./wrap.ts";

/** A completion function in YAML. */
export const completionFnEntrySchema = z.object({
  /** The name that this one stands for. */
  id: z.string().optional(),
  /** Short (`openai`), or one of openai/evals' own two. */
  class: z.string().min(1).optional(),
  args: z.record(z.string(), z.json()).nullish(),
  sampling: samplingSchema.optional(),
  wrap: wrapSchema.optional(),
  /** What its tokens cost; 0 where they cost nothing. */
  price: tokenPriceSchema.optional(),
  description: z.string().optional(),
});
