import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { parse } from "yaml";
import type { Completion, CompletionRequest } from "../../src/core/completion.ts";
import type { Message } from "../../src/core/message.ts";
import { type SampleRow, toSample } from "../../src/core/sample.ts";
import { type Judge, type Score, scoreSchema } from "../../src/core/score.ts";
import { modelGradedKind } from "../../src/scorers/model-graded/model-graded.ts";

const folder = fileURLToPath(new URL("../../registry/modelgraded", import.meta.url));
/** The grading prompts that come with the package. */
export const packaged = Object.assign(
  {},
  ...readdirSync(folder).map((file) => parse(readFileSync(join(folder, file), "utf8")) as object),
) as { [name: string]: object };

export type Answer = string | Partial<Completion> | Error;

/** A judge that follows a script, and remembers what it was asked. */
export function scripted(
  answer: (prompt: string, request: CompletionRequest) => Answer,
  more: Partial<Judge["capabilities"]> = {},
) {
  const asked: CompletionRequest[] = [];
  const judge = (name = "judge"): Judge => ({
    name,
    identity: { fn: "module", model: name },
    capabilities: {
      chat: "yes",
      text: "yes",
      logprobs: "no",
      top_logprobs_max: 0,
      continuations: "no",
      embeddings: "no",
      tools: "no",
      json_schema: "no",
      ...more,
    },
    async ask(request) {
      asked.push(request);
      const said = answer(textOf(request), request);
      if (said instanceof Error) throw said;
      return { text: "", finish: "stop", ms: 1, ...(typeof said === "string" ? { text: said } : said) };
    },
  });
  return { asked, judge };
}

interface Grading {
  readonly args: object;
  readonly row?: SampleRow;
  readonly replies?: { readonly [output: string]: readonly string[] };
  readonly compat?: boolean;
  readonly judges: readonly Judge[];
  readonly signal?: AbortSignal;
}

/** What a judge's grades make of one sample. */
export async function grade({ args, row = {}, replies = { completion: ["Oslo"] }, compat = false, judges, signal }: Grading) {
  const sample = toSample({ input: "Capital?", ...row }, 0, "t.dev");
  expect(modelGradedKind.checkSample(sample, args)).toBeUndefined();
  const scorer = modelGradedKind.create(args, { name: "model-graded", compat });
  const given = Object.fromEntries(
    Object.entries(replies).map(([output, texts]) => [
      output,
      texts.map((text): Completion => ({ text, finish: "stop", ms: 1 })),
    ]),
  );
  const context = { judges, random: () => 0, signal: signal ?? new AbortController().signal };
  const scores = await scorer.score(sample, given, context);
  for (const score of scores) expect(scoreSchema.parse(score)).toEqual(score);
  return {
    scores,
    scorer,
    sample,
    byName: Object.fromEntries(scores.map((score) => [score.name, score.value])),
    first: scores[0] as Score,
  };
}

/** A grading prompt as people have it who ran oaieval. */
export const politeness = {
  prompt: "Message: {input}\nReply: {completion}\nStandard: {criteria}\nIs the reply polite?",
  choice_strings: ["Yes", "No", "Unsure"],
  choice_scores: { Yes: 1, No: 0, Unsure: 0.5 },
  input_outputs: { input: "completion" },
};
export const row = { criteria: "thanks" };
export const textOf = (request: CompletionRequest | undefined) => {
  const messages = (request?.prompt ?? []) as readonly Message[];
  return messages.map(({ content }) => content).join("\n");
};
