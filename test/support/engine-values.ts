import { readFileSync } from "node:fs";
import { collectRun } from "../../src/compare/index.ts";
import type { CallContext, Completion, CompletionFn, CompletionRequest } from "../../src/core/completion.ts";
import { type ErrorMore, FinegaugeError } from "../../src/core/errors.ts";
import type { EvalSpec } from "../../src/core/eval-spec.ts";
import type { Tally } from "../../src/core/observer.ts";
import { type SampleRow, type SampleSource, toSample } from "../../src/core/sample.ts";
import { onlyCompletion, type Scorer } from "../../src/core/score.ts";
import type { Clock } from "../../src/engine/clock.ts";
import {
  createStop,
  planRun,
  type RunInputs,
  type RunOptions,
  type RunOutcome,
  type RunPlan,
  runEval,
} from "../../src/engine/index.ts";
import { openPace, type Pace } from "../../src/engine/pace.ts";

/** Questions `0`, `1`, … whose right answers are their own numbers. */
export function numbered(count: number, more: (index: number) => SampleRow = () => ({})): SampleSource & { pulled: number[] } {
  const pulled: number[] = [];
  return {
    total: count,
    selected: count,
    dataHash: "data",
    ids: "line",
    pulled,
    at(position) {
      pulled.push(position);
      return toSample({ input: `${position}`, ideal: `${position}`, ...more(position) }, position, "numbers");
    },
    positionOf: (index) => index,
    close() {},
  };
}

type Answer = string | Partial<Completion>;

/** A model in this process. What it throws, or never settles, is its business. */
export function modelOf(
  answer: (question: string, ctx: CallContext, request: CompletionRequest) => Answer | Promise<Answer>,
  more: Partial<CompletionFn> = {},
): CompletionFn {
  return {
    name: "mock",
    identity: async () => ({ fn: "module", model: "mock" }),
    capabilities: async () => ({
      chat: "yes",
      text: "yes",
      logprobs: "yes",
      top_logprobs_max: 5,
      continuations: "yes",
      embeddings: "no",
      tools: "no",
      json_schema: "no",
    }),
    async complete(request, ctx) {
      const given = await answer(String(request.prompt), ctx, request);
      return { text: "", finish: "stop", ms: 1, ...(typeof given === "string" ? { text: given } : given) };
    },
    ...more,
  };
}

export const parrot = modelOf((question) => question);

/** Right when the reply is the first ideal. */
export const exact: Scorer = {
  name: "exact",
  hash: "exact-1",
  needs: {},
  score(sample, replies) {
    const passed = onlyCompletion(replies).text === sample.ideal[0];
    return [{ name: "accuracy", value: passed ? 1 : 0, passed }];
  },
};

/** A judge that likes what `likes` likes. */
export function judging(likes: (reply: string, signal: AbortSignal) => boolean | Promise<boolean>): Scorer {
  return {
    name: "judged",
    hash: "judged-1",
    needs: {},
    late: true,
    async score(_, replies, { signal }) {
      return [{ name: "liked", value: (await likes(onlyCompletion(replies).text, signal)) ? 1 : 0 }];
    },
  };
}

export const numbers: EvalSpec = {
  name: "numbers.test.v1",
  base: "numbers",
  split: "test",
  class: "exact",
  scorer: "exact",
  compat: false,
  args: {},
  sampling: {},
};

export function inputsOf(more: Partial<RunInputs> = {}): RunInputs {
  return {
    spec: numbers,
    source: numbered(10),
    order: "file",
    fn: parrot,
    scorers: [exact],
    judges: [],
    sampling: {},
    attempts: 1,
    seed: 0,
    inputs: true,
    concurrency: 4,
    tool: "finegauge 0.1.0",
    ...more,
  };
}

/** Time that passes only while somebody sleeps; sleeping takes no time at all. */
export function quickClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  let at = 0;
  return {
    waits,
    now: () => Date.UTC(2026, 10, 20, 10, 15) + at,
    monotonic: () => at,
    async sleep(ms) {
      waits.push(ms);
      at += ms;
    },
  };
}

/** Nobody waits for a place. */
export function anyPace(more: Partial<Parameters<typeof openPace>[0]> = {}): Pace {
  const width = { start: 1000, least: 1000, most: 1000 };
  return openPace({ width, clock: quickClock(), stop: createStop(), random: () => 0.5, ...more });
}

export const failing = (code: ConstructorParameters<typeof FinegaugeError>[0], more: ErrorMore = {}) =>
  new FinegaugeError(code, `the model says ${code}`, more);
export const busy = (more: ErrorMore = {}) => failing("provider.server", { retry: {}, status: 503, ...more });

/** A promise and what settles it. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

export interface Ran extends RunOutcome {
  readonly plan: RunPlan;
  readonly tally: Tally;
  // biome-ignore lint/suspicious/noExplicitAny: lines of any type, looked into by tests
  readonly lines: readonly any[];
}

export function tallyOf({ spec, source, attempts }: Pick<RunPlan, "spec" | "source" | "attempts">): Tally {
  return collectRun({ spec, selected: source.selected * attempts, attempts });
}

/** Runs from plan to end line, into `file` unless something else is said. */
export async function runTo(file: string, inputs: Partial<RunInputs> = {}, options: Partial<RunOptions> = {}): Promise<Ran> {
  const plan = await planRun(inputsOf(inputs));
  const tally = tallyOf(plan);
  const outcome = await runEval({
    plan,
    target: { file, id: "01JD4ZK5T00000000000000000", started: "2026-11-20T10:15:00.000Z" },
    tally,
    stop: createStop(),
    progress: { inFlight: 0, finished: 0 },
    redact: (text) => text,
    redactLine: (line) => line,
    clock: quickClock(),
    ...options,
  });
  return { ...outcome, plan, tally, lines: outcome.file === undefined ? [] : linesOf(outcome.file) };
}

// biome-ignore lint/suspicious/noExplicitAny: lines of any type, looked into by tests
function linesOf(file: string): any[] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** A model that fails some questions, and remembers what it was asked. */
export function failingAt(...questions: readonly number[]) {
  const asked: number[] = [];
  const fn = modelOf((question) => {
    asked.push(Number(question));
    if (questions.includes(Number(question))) throw failing("provider.rejected");
    return question;
  });
  return { fn, asked };
}
