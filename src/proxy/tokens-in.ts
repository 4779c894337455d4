import type { Usage } from "../core/completion.ts";
import { type Bag, isBag, type Json } from "../core/json.ts";

/** Tokens as either API counts them; undefined = the reply says nothing of them, as streams do unless asked to. */
export function tokensIn({ usage }: Bag): Usage | undefined {
  if (!isBag(usage)) return undefined;
  const input = usage.prompt_tokens ?? usage.input_tokens;
  const output = usage.completion_tokens ?? usage.output_tokens;
  if (typeof input !== "number" || typeof output !== "number") return undefined;
  const cached = detail(usage.prompt_tokens_details ?? usage.input_tokens_details, "cached_tokens");
  const reasoning = detail(usage.completion_tokens_details ?? usage.output_tokens_details, "reasoning_tokens");
  return { input, output, ...(cached !== undefined && { cached }), ...(reasoning !== undefined && { reasoning }) };
}

function detail(details: Json | undefined, name: string): number | undefined {
  const value = isBag(details) ? details[name] : undefined;
  return typeof value === "number" ? value : undefined;
}
