import { type FunctionSetup, functionKind } from "../../core/catalogue.ts";
import type {
  CallContext,
  Completion,
  CompletionFn,
  CompletionRequest,
  Continuations,
  Likelihood,
} from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { splitThinking } from "../../core/think.ts";
import { checkStopped } from "../check-stopped.ts";
import { splitTrailingSpace } from "../continuation-windows.ts";
import { kept } from "../kept.ts";
import { generate } from "./generate.ts";
import type { LocalModel } from "./local-model.ts";
import { largeModelBytes, takeLargeModelPlace } from "./memory-gate.ts";
import {
  capabilitiesOf,
  describePlan,
  identify,
  type LlamaArgs,
  llamaArgs,
  type PreparedModel,
  prepareModel,
} from "./prepare-model.ts";
import { scoreContinuations, scoreRolling } from "./score-continuations.ts";
import { splitPrompt } from "./split-prompt.ts";

/**
 * A GGUF model in this process, by llama.cpp through the optional package `node-llama-cpp`.
 *
 * One sequence, one question at a time, nothing kept between samples. Without a temperature it is greedy. Tokens are drawn here, from
 * the model's own probabilities and the run's seed, so a run can be repeated exactly on the same machine. `describe` knows its line
 * once `capabilities` was asked. The first question loads the model, `close` frees it.
 */
export const llama = functionKind({ args: llamaArgs, create: createLlama });

interface Loaded {
  readonly prepared: PreparedModel;
  readonly model: LocalModel;
  close(): Promise<void>;
}

function createLlama(options: LlamaArgs, setup: FunctionSetup): CompletionFn {
  let known: PreparedModel | undefined;
  const prepared = kept(async () => {
    known = await prepareModel(options, setup);
    return known;
  });
  const identity = kept(async () => identify(await prepared.get()));
  const loaded = kept(async () => load(await prepared.get()));
  /** Its end: a model with one sequence answers one question at a time. */
  let queue: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(signal: AbortSignal, ask: (open: Loaded) => Promise<T>): Promise<T> => {
    const turn = queue.then(async () => {
      checkStopped(signal);
      return ask(await loaded.get());
    });
    queue = turn.catch(() => {});
    return turn;
  };

  return {
    name: setup.name,
    identity: identity.get,
    capabilities: async () => capabilitiesOf(await prepared.get()),
    describe: () => known && describePlan(known),
    complete: (request, ctx) => inTurn(ctx.signal, (open) => complete(open, request, ctx)),
    continuations: (request, ctx) => inTurn(ctx.signal, (open) => continuations(open, request, ctx)),
    close: async () => {
      await queue;
      await (await loaded.release())?.close();
    },
  };
}

async function load(prepared: PreparedModel): Promise<Loaded> {
  const open = () => prepared.runtime.open({ ...prepared, file: prepared.parts[0] as string });
  if (prepared.bytes < largeModelBytes) {
    const model = await open();
    return { prepared, model, close: () => model.close() };
  }
  const leave = await takeLargeModelPlace(prepared.name);
  try {
    const model = await open();
    return { prepared, model, close: () => leave(() => model.close()) };
  } catch (error) {
    await leave(async () => {});
    throw error;
  }
}

async function complete({ prepared, model }: Loaded, request: CompletionRequest, ctx: CallContext): Promise<Completion> {
  const began = performance.now();
  const { temperature = 0, top_p: topP = 1, max_tokens: maxTokens, stop = [], seed = 0, extra } = request.sampling;
  const { head, tail } = splitPrompt(prepared, model, request.prompt);
  const prompt = orPrefix(model, [...head, ...model.tokenize(tail)]);
  const generated = await generate(model, prompt, {
    temperature,
    topP,
    maxTokens,
    stop,
    topLogprobs: request.top_logprobs,
    seed: (ctx.seed ^ seed) >>> 0,
    signal: ctx.signal,
  });
  return {
    ...splitThinking(generated.text),
    finish: generated.finish,
    ...(generated.logprobs && { logprobs: generated.logprobs }),
    usage: { input: prompt.length, output: generated.tokens },
    ms: performance.now() - began,
    served: { build: prepared.runtime.build },
    ...(extra !== undefined && { adjusted: Object.keys(extra).map((name) => `${name}: dropped`) }),
  };
}

async function continuations(
  { prepared, model }: Loaded,
  request: Continuations,
  ctx: CallContext,
): Promise<readonly Likelihood[]> {
  if (request.rolling === true) {
    const likelihoods: Likelihood[] = [];
    for (const text of request.continuations) {
      likelihoods.push(await scoreRolling(model, orPrefix(model, []), model.tokenize(text), ctx.signal));
    }
    return likelihoods;
  }
  const { head, tail } = splitPrompt(prepared, model, request.context);
  const { kept: shown, moved } = splitTrailingSpace(tail);
  const context = [...head, ...model.tokenize(shown)];
  // The join is tokenised whole and cut behind the context's own tokens: what the model reads is what the joined text gives.
  const tokens = request.continuations.map((each) => [...head, ...model.tokenize(shown + moved + each)].slice(context.length));
  return scoreContinuations(model, orPrefix(model, context), tokens, ctx.signal);
}

/** A model cannot continue nothing. */
function orPrefix(model: LocalModel, tokens: readonly number[]): readonly number[] {
  if (tokens.length > 0) return tokens;
  if (model.prefix === undefined)
    throw new FinegaugeError("provider.rejected", "the prompt is empty, and the model has no token to start from");
  return [model.prefix];
}
