import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";
import { llama } from "../../src/completion-fns/llama/llama.ts";
import type { FunctionSetup } from "../../src/core/catalogue.ts";
import type { CallContext, Completion, CompletionFn, Likelihood } from "../../src/core/completion.ts";
import type { Message, Prompt } from "../../src/core/message.ts";

/** Finds the packaged models and data. */
export const setup: FunctionSetup = {
  name: "tickets",
  resolvePath: (file, folder) => resolve("registry", folder ?? "", file),
  env: {},
  timeoutMs: 60_000,
};

/** A packaged model in this process, freed when the test is over. */
export async function openLlama(args: object, model = "tickets-tuned.gguf"): Promise<CompletionFn> {
  const fn = await llama.create({ model, ...args }, setup);
  onTestFinished(() => fn.close?.());
  return fn;
}

export function contextOf(seed = 1, signal = new AbortController().signal): CallContext {
  return { signal, onTry: () => {}, sample: { id: "1", attempt: 0 }, seed };
}

export function ask(fn: CompletionFn, prompt: Prompt, sampling = {}, top?: number): Promise<Completion> {
  return fn.complete({ prompt, sampling, top_logprobs: top }, contextOf());
}

export async function likelihoods(
  fn: CompletionFn,
  context: Prompt,
  continuations: readonly string[],
  rolling = false,
): Promise<readonly Likelihood[]> {
  const scored = await fn.continuations?.({ context, continuations, rolling }, contextOf());
  if (scored === undefined) throw new Error(`${fn.name} scores no continuations`);
  return scored;
}

/** Rows of a packaged data set. */
export function rows(name: string): { input: Message[]; ideal: string }[] {
  const lines = readFileSync(`registry/data/tickets/${name}.jsonl`, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

export const ticket: Message[] = [
  { role: "system", content: "Classify the error. Answer with one category." },
  { role: "user", content: "03:56:41 FATAL scheduler: deadline exceeded calling vault-1" },
];
