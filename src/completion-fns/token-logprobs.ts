import { z } from "zod";
import type { TokenLogprob } from "../core/completion.ts";

const tokenFields = {
  token: z.string(),
  logprob: z.number().nullish(),
  bytes: z.array(z.number()).nullish(),
  id: z.number().optional(),
};

/** `logprobs.content` of a chat reply; llama-server has it on the completions endpoint too. */
export const contentLogprobsSchema = z.array(
  z.object({ ...tokenFields, top_logprobs: z.array(z.object(tokenFields)).nullish() }),
);

/** `logprobs` of the completions endpoint: lists side by side. */
export const listedLogprobsSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number().nullable()).nullable()).nullish(),
});

/** @param top alternatives wanted; at 0 those that had to be asked for are left out */
export function contentLogprobs(entries: z.infer<typeof contentLogprobsSchema>, top: number): TokenLogprob[] {
  return (
    entries
      // llama-server's end token has no text: it is no part of the reply.
      .filter((entry) => entry.token !== "" || (entry.bytes ?? []).length > 0)
      .map((entry) => {
        const token: TokenLogprob = plain(entry);
        if (top > 0 && entry.top_logprobs) token.top = entry.top_logprobs.slice(0, top).map(plain);
        return token;
      })
  );
}

/** @param top alternatives wanted */
export function listedLogprobs(lists: z.infer<typeof listedLogprobsSchema>, top: number): TokenLogprob[] {
  return lists.tokens.map((text, i) => {
    const token: TokenLogprob = { ...exact(text), logprob: finite(lists.token_logprobs[i]) };
    const alternatives = lists.top_logprobs?.[i];
    if (top > 0 && alternatives) {
      token.top = Object.entries(alternatives)
        .map(([other, logprob]) => ({ token: exact(other).token, logprob: finite(logprob) }))
        .sort((a, b) => (b.logprob ?? Number.NEGATIVE_INFINITY) - (a.logprob ?? Number.NEGATIVE_INFINITY))
        .slice(0, top);
    }
    return token;
  });
}

function plain(entry: { token: string; logprob?: number | null; bytes?: number[] | null; id?: number }): TokenLogprob {
  const token: TokenLogprob = { token: entry.token, logprob: finite(entry.logprob) };
  if (entry.bytes && entry.bytes.length > 0 && !Buffer.from(entry.token).equals(Uint8Array.from(entry.bytes)))
    token.bytes = entry.bytes;
  if (entry.id !== undefined) token.id = entry.id;
  return token;
}

/** A token whose bytes are no text is written `bytes:\xe2\x80` on the completions endpoint. */
function exact(token: string): { token: string; bytes?: number[] } {
  if (!/^bytes:(?:\\x[0-9a-f]{2})+$/i.test(token)) return { token };
  return {
    token,
    bytes: token
      .slice("bytes:\\x".length)
      .split("\\x")
      .map((hex) => Number.parseInt(hex, 16)),
  };
}

/** llama-server writes a probability of zero as the smallest 32-bit number. */
function finite(logprob: number | null | undefined): number | null {
  return logprob === undefined || logprob === null || logprob < -3e38 ? null : logprob;
}
