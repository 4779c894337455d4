import { estimateTokens } from "./estimate-tokens.ts";
import { loadGptTokenizer } from "./gpt-tokenizer.ts";
import type { EncodingName, TokenCounter } from "./token-counter.ts";

/** Counts with the optional package gpt-tokenizer where it is installed, else estimates. */
export async function openCounter(encoding: EncodingName): Promise<TokenCounter> {
  return (await loadGptTokenizer(encoding)) ?? estimateTokens(encoding);
}
