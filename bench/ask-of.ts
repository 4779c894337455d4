import type { CompletionFn } from "../src/core/completion.ts";

/** Asks a completion function as the engine would: one signal and one sampling for all. */
export function askOf(fn: CompletionFn): (text: string) => Promise<string> {
  const sampling = { temperature: 0 };
  const ctx = { signal: new AbortController().signal, sample: { id: "bench", attempt: 0 }, seed: 0, onTry: () => {} };
  return async (text) => (await fn.complete({ prompt: [{ role: "user", content: text }], sampling }, ctx)).text;
}
