import { z } from "zod";
import type { Completion, CompletionRequest } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { messageSchema, type Prompt } from "../../core/message.ts";
import type { Judge, Score } from "../../core/score.ts";
import type { Provider } from "./promptfoo.ts";

/** A judge as promptfoo asks one, with everything that was said to it and went wrong. */
export interface Grader {
  readonly provider: Provider;
  readonly said: NonNullable<Score["judgements"]>;
  /** The first failure; promptfoo would make a 0 of it. */
  failure(): FinegaugeError | undefined;
}

/** @param judges the one that talks, and the one that gives embeddings */
export function graderOf({ talks, embeds }: { talks: Judge | undefined; embeds: Judge | undefined }): Grader {
  const said: { judge: string; completion: Completion }[] = [];
  let failure: FinegaugeError | undefined;

  async function guarded<Value extends object>(judge: Judge | undefined, call: (judge: Judge) => Promise<Value>) {
    try {
      if (judge === undefined) throw new FinegaugeError("model.capability", "no judge can be asked this");
      return await call(judge);
    } catch (error) {
      if (!(error instanceof FinegaugeError)) throw error;
      failure ??= judge === undefined ? error : new FinegaugeError(error.code, `${judge.name}: ${error.message}`);
      return { error: error.message };
    }
  }

  return {
    said,
    failure: () => failure,
    provider: {
      id: () => `finegauge:${(talks ?? embeds)?.name ?? "judge"}`,
      callApi: (prompt) =>
        guarded(talks, async (judge) => {
          const completion = await judge.ask(requestOf(prompt));
          said.push({ judge: judge.name, completion });
          return { output: completion.text, ...(completion.usage && { tokenUsage: tokensOf(completion.usage) }) };
        }),
      ...(embeds?.embed && {
        callEmbeddingApi: (text) =>
          guarded(embeds, async (judge) => {
            const [vector] = (await judge.embed?.([text])) ?? [];
            return { embedding: Array.from(vector ?? []) };
          }),
      }),
    },
  };
}

const chatSchema = z.array(messageSchema).min(1);

function requestOf(prompt: string): CompletionRequest {
  return { prompt: chatIn(prompt) ?? [{ role: "user", content: prompt }], sampling: { temperature: 0 } };
}

/** promptfoo writes the messages of its grading prompts as JSON. */
function chatIn(prompt: string): Prompt | undefined {
  try {
    return chatSchema.safeParse(JSON.parse(prompt)).data;
  } catch {
    return undefined;
  }
}

function tokensOf({ input, output }: NonNullable<Completion["usage"]>) {
  return { prompt: input, completion: output, total: input + output };
}
