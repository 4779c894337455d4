import type { Completion, CompletionRequest, Likelihood, Sampling, Try } from "../core/completion.ts";
import type { ErrorCode } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { Prompt } from "../core/message.ts";
import type { Observer, Tally } from "../core/observer.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import type { Failure, SampleLine, ScoreLine } from "../core/run-line.ts";
import type { Sample, SampleSource } from "../core/sample.ts";
import type { Ask, Reply } from "../core/score.ts";
import { type AskingSetup, askModel, type WorkerContext } from "./ask-model.ts";
import { type FailureWatch, failureWatch } from "./failure-watch.ts";
import { type AskPlan, planAsks } from "./plan-asks.ts";
import { type ScoringSetup, scoreLate, scoreNow } from "./score-sample.ts";
import { otherReplies } from "./stored-replies.ts";

/** Plain counters that a terminal reads when it likes. */
export interface Progress {
  inFlight: number;
  /** Replies and errors of this session. */
  finished: number;
}

export interface SamplesSetup {
  readonly source: SampleSource;
  readonly attempts: number;
  readonly seed: number;
  readonly sampling: Sampling;
  /** The run's sampling has no fixed answer, so each attempt gets a seed of its own. */
  readonly seedAttempts: boolean;
  readonly topLogprobs: number | undefined;
  readonly concurrency: number;
  /** Prompts, ideals and fields stand in the run file. */
  readonly inputs: boolean;
  /** Top-level metadata keys that stay under --no-inputs: slices and groups. */
  readonly keptMetadata: ReadonlySet<string>;
  /** What the eval puts around a prompt (few-shot); the completion function's own comes around that. */
  readonly wrap: ((prompt: Prompt) => Prompt) | undefined;
  readonly asking: AskingSetup;
  readonly scoring: ScoringSetup;
  /** Already answered in an earlier session. */
  readonly isDone: (seq: number) => boolean;
  readonly append: (line: string) => void;
  readonly tally: Tally;
  readonly observers: readonly Observer[];
  readonly progress: Progress;
}

interface Job {
  readonly seq: number;
  readonly attempt: number;
  readonly sample: Sample;
}

/** Asks every sample that is not answered yet, `concurrency` at a time, and appends a line for each. */
export async function runSamples(setup: SamplesSetup): Promise<void> {
  const { stop } = setup.asking;
  const jobs = pull(setup);
  const watch = failureWatch();
  const workers = Math.max(1, Math.min(setup.concurrency, setup.source.selected * setup.attempts));
  const work = async () => {
    const context = workerContext(setup);
    for (;;) {
      const next = await jobs.next();
      if (next.done === true) return;
      setup.progress.inFlight++;
      try {
        await oneSample(setup, context, watch, next.value);
      } finally {
        setup.progress.inFlight--;
      }
    }
  };
  const settled = await Promise.allSettled(
    Array.from({ length: workers }, () =>
      work().catch((error: unknown) => {
        stop.request("internal", true);
        throw error;
      }),
    ),
  );
  for (const outcome of settled) if (outcome.status === "rejected") throw outcome.reason;
}

/** Reads, parses and checks a sample only when a worker is free for it. */
async function* pull(setup: SamplesSetup): AsyncGenerator<Job, void, void> {
  const { source, attempts, isDone } = setup;
  const { drain } = setup.asking.stop;
  for (let position = 0; position < source.selected; position++) {
    let sample: Sample | undefined;
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (drain.aborted) return;
      const seq = position * attempts + attempt;
      if (isDone(seq)) continue;
      sample ??= source.at(position);
      yield { seq, attempt, sample };
    }
  }
}

/** One context serves all requests of a worker, which come one after the other. */
function workerContext(setup: SamplesSetup): WorkerContext {
  return {
    signal: setup.asking.stop.drop,
    sample: { id: "", attempt: 0 },
    seed: 0,
    tries: [],
    onTry(failed) {
      const { clock, startedAt } = setup.asking;
      const { ms, status, code } = failed;
      const at_ms = Math.round(clock.monotonic() - startedAt - ms);
      this.tries.push({ at_ms, ms: Math.round(ms), wait_ms: 0, ...(status !== undefined && { status }), code });
    },
  };
}

async function oneSample(setup: SamplesSetup, context: WorkerContext, watch: FailureWatch, job: Job): Promise<void> {
  const { attempt, sample } = job;
  const { asking, scoring } = setup;
  const plan = planAsks(scoring.scorers, sample);
  const wrapped = plan.asks.map((ask) => wrapAsk(setup, ask));
  const seed = seedFrom(`${setup.seed}:${sample.id}:${attempt}`);
  context.sample = { id: sample.id, attempt };
  context.seed = seed;

  const replies: Reply[] = [];
  let failure: Failure | undefined;
  for (const ask of wrapped) {
    const asked = await askOne(setup, context, ask, seed);
    if ("stopped" in asked) return;
    if ("failure" in asked) {
      failure = asked.failure;
      break;
    }
    replies.push(asked.value);
  }

  const line = sampleLine(setup, job, wrapped, replies, failure);
  if (failure === undefined) line.scores = scoreNow(scoring, sample, attempt, plan, replies);
  record(setup, line);
  const giveUp = watch.saw(failure?.code as ErrorCode | undefined);
  if (giveUp !== undefined) asking.stop.request(giveUp, true);

  if (failure === undefined && scoring.scorers.some((scorer) => scorer.late)) {
    await recordLate(setup, job, plan, replies);
  }
  for (const observer of setup.observers) {
    const code = observer.stop?.();
    if (code) asking.stop.request(code);
  }
}

function wrapAsk(setup: SamplesSetup, ask: Ask): Ask {
  if (!("request" in ask)) return ask;
  const outer = setup.asking.fn.wrap;
  if (setup.wrap === undefined && outer === undefined) return ask;
  const inner = setup.wrap === undefined ? ask.request.prompt : setup.wrap(ask.request.prompt);
  const prompt = outer === undefined ? inner : outer.call(setup.asking.fn, inner);
  return { ...ask, request: { ...ask.request, prompt } };
}

async function askOne(setup: SamplesSetup, context: WorkerContext, ask: Ask, seed: number) {
  const { fn } = setup.asking;
  const random = seededRandom(seed);
  if ("continuations" in ask) {
    context.tries = [];
    return askModel<readonly Likelihood[]>(setup.asking, context.tries, random, () => {
      if (fn.continuations === undefined) throw new Error(`${fn.name} gives no likelihoods`);
      return fn.continuations(ask.continuations, context);
    });
  }
  const completions: Completion[] = [];
  for (let n = 0; n < ask.n; n++) {
    const tries: Try[] = [];
    context.tries = tries;
    const request = requestOf(setup, ask.request, n === 0 ? seed : seedFrom(`${seed}:${n}`));
    const asked = await askModel<Completion>(setup.asking, tries, random, () => fn.complete(request, context));
    if (!("value" in asked)) return asked;
    completions.push(tries.length === 0 ? asked.value : { ...asked.value, tries });
  }
  return { value: completions };
}

function requestOf(setup: SamplesSetup, ask: Omit<CompletionRequest, "sampling">, seed: number): CompletionRequest {
  const sampling = setup.seedAttempts ? { ...setup.sampling, seed: seed & 0x7fffffff } : setup.sampling;
  const { topLogprobs } = setup;
  if (topLogprobs === undefined) return { ...ask, sampling };
  return { ...ask, sampling, top_logprobs: Math.max(topLogprobs, ask.top_logprobs ?? 0) };
}

function sampleLine(
  setup: SamplesSetup,
  { seq, attempt, sample }: Job,
  asks: readonly Ask[],
  replies: readonly Reply[],
  failure: Failure | undefined,
): SampleLine {
  const [asked] = asks;
  const prompt = asked === undefined ? null : "request" in asked ? asked.request.prompt : asked.continuations;
  const line: SampleLine = {
    type: "sample",
    id: sample.id,
    attempt,
    seq,
    index: sample.index,
    hashes: { item: sample.hashes.item, ideal: sample.hashes.ideal, prompt: hashJson(asks.length === 1 ? prompt : asks) },
  };
  if (failure !== undefined) line.error = failure;
  const first = replies[0]?.[0];
  if (first !== undefined && "text" in first) line.completion = first;
  const more = otherReplies(asks, replies);
  if (more !== undefined) line.more = more;
  const metadata = setup.inputs ? sample.metadata : pick(sample.metadata, setup.keptMetadata);
  if (hasKeys(metadata)) line.metadata = metadata as NonNullable<SampleLine["metadata"]>;
  if (setup.inputs) {
    line.input = sample.input as SampleLine["input"];
    line.ideal = [...sample.ideal];
    if (sample.choices) line.choices = [...sample.choices];
    if (sample.answers) line.answers = [...sample.answers];
    if (hasKeys(sample.fields)) line.fields = sample.fields as NonNullable<SampleLine["fields"]>;
  }
  return line;
}

function record(setup: SamplesSetup, line: SampleLine): void {
  setup.append(`${JSON.stringify(line)}\n`);
  setup.progress.finished++;
  setup.tally.observe(line);
  for (const observer of setup.observers) observer.observe(line);
}

/** Asks the late scorers about a reply that is on disk, and appends what they say. */
export async function recordLate(setup: SamplesSetup, job: Job, plan: AskPlan, replies: readonly Reply[]): Promise<void> {
  const { seq, attempt, sample } = job;
  const scores = await scoreLate(setup.scoring, sample, attempt, plan, replies);
  if (scores === undefined) return;
  const line: ScoreLine = { type: "score", id: sample.id, attempt, seq, index: sample.index, scores };
  setup.append(`${JSON.stringify(line)}\n`);
  setup.tally.observeScores?.(line);
  for (const observer of setup.observers) observer.observeScores?.(line);
}

function pick(bag: Sample["metadata"], keys: ReadonlySet<string>): Sample["metadata"] {
  return Object.fromEntries(Object.entries(bag).filter(([key]) => keys.has(key)));
}

function hasKeys(bag: object): boolean {
  for (const _ in bag) return true;
  return false;
}
