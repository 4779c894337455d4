import type { CallContext, CompletionFn, CompletionRequest, Sampling, Try } from "../core/completion.ts";
import { type ErrorCode, FinegaugeError } from "../core/errors.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { Judge } from "../core/score.ts";
import { type AskingSetup, askModel } from "./ask-model.ts";
import { type Clock, systemClock } from "./clock.ts";
import { openPace } from "./pace.ts";
import { defaultRetry, type RetryPolicy } from "./retry.ts";
import { retryBudget } from "./retry-budget.ts";
import type { Stop } from "./stop.ts";
import { widthOf } from "./width.ts";

/** Whose reply a judge is asked about, and when to give up. */
interface JudgeCall {
  readonly sample: CallContext["sample"];
  /** Aborted when the run drops what is in flight. */
  readonly signal: AbortSignal;
}

/** A judge of a whole command: of several runs, one after the other. */
export interface OpenJudge extends Omit<Judge, "ask" | "embed"> {
  /** Over what the scorer asks with; part of what decides a run. */
  readonly sampling?: Sampling | undefined;
  ask(request: CompletionRequest, call: JudgeCall): ReturnType<Judge["ask"]>;
  embed?(texts: readonly string[], call: JudgeCall): Promise<readonly Float32Array[]>;
}

export interface JudgeSetup {
  readonly fn: CompletionFn;
  /** From the judge's own entry in the registry. */
  readonly sampling: Sampling;
  /** Requests at once, never more than the model takes; undefined = auto. */
  readonly concurrency: number | undefined;
  readonly stop: Stop;
  readonly redact: (text: string) => string;
  readonly retry?: RetryPolicy;
  readonly clock?: Clock;
}

/**
 * A completion function as a judge: with a pool, retries and a retry budget of its own, apart from those of the model under test.
 *
 * @throws FinegaugeError what `identity` and `capabilities` throw: nobody has been asked anything yet
 */
export async function openJudge(setup: JudgeSetup): Promise<OpenJudge> {
  const { fn, sampling, stop, redact, retry = defaultRetry, clock = systemClock } = setup;
  const identity = await fn.identity();
  const capabilities = await fn.capabilities();
  const startedAt = clock.monotonic();
  const random = seededRandom(seedFrom(`judge:${fn.name}:${clock.now()}`));
  const pace = openPace({ width: widthOf(setup.concurrency, capabilities), clock, stop, random, finishes: true });
  const asking: AskingSetup = {
    fn,
    pace,
    retry,
    budget: retryBudget(retry.budget),
    clock,
    stop,
    random,
    redact,
    startedAt,
  };

  /** One question in its turn, tried again as its failures allow. */
  function inTurn<Value>(
    call: JudgeCall,
    once: (context: CallContext) => Promise<Value>,
  ): Promise<{ value: Value; tries: Try[] }> {
    return unlessDropped(call.signal, async () => {
      const tries: Try[] = [];
      const context: CallContext = {
        signal: stop.drop,
        sample: call.sample,
        seed: seedOf(call),
        onLimits: pace.told,
        onTry({ ms, status, code }) {
          const at_ms = Math.round(clock.monotonic() - startedAt - ms);
          tries.push({ at_ms, ms: Math.round(ms), wait_ms: 0, ...(status !== undefined && { status }), code });
        },
      };
      const asked = await askModel(asking, tries, async () => {
        // Its run may have been dropped while the question waited for its turn.
        if (call.signal.aborted) throw cutOff();
        return once(context);
      });
      if ("value" in asked) return { value: asked.value, tries };
      if ("stopped" in asked) throw cutOff();
      throw new FinegaugeError(asked.failure.code as ErrorCode, asked.failure.message);
    });
  }

  const embed = fn.embed?.bind(fn);
  return {
    name: fn.name,
    identity,
    capabilities,
    sampling,
    async ask(request, call) {
      const prompt = fn.wrap === undefined ? request.prompt : fn.wrap(request.prompt);
      const own = { ...request, prompt, sampling: { ...request.sampling, ...sampling } };
      const known = fn.recall?.complete(own, { sample: call.sample, seed: seedOf(call) });
      if (known !== undefined) return known;
      const { value, tries } = await inTurn(call, (context) => fn.complete(own, context));
      return tries.length === 0 ? value : { ...value, tries };
    },
    ...(embed && {
      embed: async (texts, call) => (await inTurn(call, (context) => embed(texts, context))).value,
    }),
  };
}

function seedOf({ sample }: JudgeCall): number {
  return seedFrom(`judge:${sample.id}:${sample.attempt}`);
}

function cutOff(): FinegaugeError {
  return new FinegaugeError("run.interrupted", "the run was stopped before the judge had answered");
}

/** The answer, or the end of waiting for it: a run that drops what is in flight waits for no judge. */
function unlessDropped<Value>(signal: AbortSignal, ask: () => Promise<Value>): Promise<Value> {
  if (signal.aborted) return Promise.reject(cutOff());
  return new Promise((resolve, reject) => {
    const drop = () => reject(cutOff());
    signal.addEventListener("abort", drop);
    ask()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", drop));
  });
}
