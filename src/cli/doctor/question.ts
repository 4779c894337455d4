import type { Sampling } from "../../core/completion.ts";
import { makeScorers } from "../../core/make-scorers.ts";
import type { Message, Prompt } from "../../core/message.ts";
import { openSamples } from "../../registry/index.ts";
import type { Context } from "../context.ts";

/** What a model is asked, once. */
export interface Question {
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  /** In words: `the first sample of tickets.heldout.v1`. */
  readonly from: string;
}

const smallChat: readonly Message[] = [
  { role: "system", content: "Answer with one word." },
  { role: "user", content: "Name a colour." },
];

/** Short for a bill; 16 is the least that some endpoints take. */
export const smallQuestion: Question = { prompt: smallChat, sampling: { temperature: 0, max_tokens: 16 }, from: "a small chat" };

/** The first sample of an eval, as a run would ask it but for what the model wraps around. Throws as the registry does. */
export async function firstQuestion(name: string, { registry }: Context): Promise<Question> {
  const [first = name] = await registry.matchEvals(name);
  const resolved = await registry.eval(first);
  const source = await openSamples({ eval: resolved, order: "file", maxSamples: 1 });
  try {
    const sample = source.at(0);
    const [scorer] = makeScorers(resolved.spec, resolved.kinds);
    const [asked] = scorer?.asks?.(sample) ?? [];
    const given = asked === undefined ? sample.input : "request" in asked ? asked.request.prompt : asked.continuations.context;
    const prompt = given ?? "";
    const wrapped = resolved.wrap?.(prompt) ?? prompt;
    return { prompt: wrapped, sampling: resolved.spec.sampling, from: `the first sample of ${first}` };
  } finally {
    source.close();
  }
}
