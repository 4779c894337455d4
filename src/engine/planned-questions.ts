import type { AskedBy, CompletionRequest, Continuations, Sampling } from "../core/completion.ts";
import type { Prompt } from "../core/message.ts";
import type { SampleSource } from "../core/sample.ts";
import type { Scorer } from "../core/score.ts";
import { drawingSeed, requestOf, wrapAsk } from "./ask-sample.ts";
import { askPlanner } from "./plan-asks.ts";
import { topLogprobsOf } from "./plan-run.ts";

/** What decides the questions of a run, as far as it is known before a model is asked anything. */
export interface QuestionsOfRun {
  readonly source: Pick<SampleSource, "selected" | "at">;
  readonly scorers: readonly Scorer[];
  readonly sampling: Sampling;
  readonly attempts: number;
  readonly seed: number;
  /** All that is put around a prompt. */
  readonly wrap: ((prompt: Prompt) => Prompt) | undefined;
}

export type Question = { readonly by: AskedBy } & (
  | { readonly request: CompletionRequest }
  | { readonly continuations: Continuations }
);

/** The questions of each (sample, attempt), exactly as they will be put; judges' are not among them. */
export function* plannedQuestions(run: QuestionsOfRun): Generator<readonly Question[], void, void> {
  const { source, scorers, attempts, seed, wrap } = run;
  const planOf = askPlanner(scorers);
  const setup = { ...run, topLogprobs: topLogprobsOf(scorers) };
  for (let position = 0; position < source.selected; position++) {
    const sample = source.at(position);
    const asks = planOf(sample).asks.map((ask) => wrapAsk(ask, wrap));
    for (let attempt = 0; attempt < attempts; attempt++) {
      const of = { id: sample.id, attempt };
      const by = (reply: number): AskedBy => ({ sample: of, reply, seed: drawingSeed(seed, of, reply) });
      yield asks.flatMap((ask): Question[] =>
        "request" in ask
          ? Array.from({ length: ask.n }, (_, reply) => ({ by: by(reply), request: requestOf(setup, of, ask.request, reply) }))
          : [{ by: by(0), continuations: ask.continuations }],
      );
    }
  }
}
