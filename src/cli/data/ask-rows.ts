import type { Completion, CompletionFn, ModelIdentity, Sampling } from "../../core/completion.ts";
import { type ErrorCode, FinegaugeError, messageOf } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { Prompt } from "../../core/message.ts";
import { toText } from "../../core/prompt.ts";
import { createStop, failureWatch, type OpenJudge, openJudge, type Stop, widthOf } from "../../engine/index.ts";
import { type Budget, parseBudget } from "../budget.ts";
import { refuseBeyond } from "../budget-foresight.ts";
import { type BudgetGate, openBudgetGate } from "../budget-gate.ts";
import { confirmSpending, terminalAsker } from "../confirm.ts";
import { type CommonOptions, type Context, openContext } from "../context.ts";
import { counted } from "../numbers.ts";
import { findModels, isLocal, isRemote, type ModelReference } from "../open-models.ts";
import { planLine, wrapParts } from "../plan-line.ts";
import { askedThrough } from "../price-fn.ts";
import { assumedReply, type Prospect } from "../price-prospect.ts";
import { note, startProgress } from "../progress.ts";
import { mergedSampling } from "../run-pair.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { statusScreen } from "../terminal.ts";

export interface AskOptions extends CommonOptions {
  readonly budget?: readonly string[];
  readonly concurrency?: number | "auto";
  readonly dryRun?: boolean;
}

export interface AskingSetup {
  /** `refine rows.jsonl`. */
  readonly label: string;
  readonly model: string;
  /** Under that of the model's own entry. */
  readonly sampling: Sampling;
}

/** A question among many. */
export interface RowQuestion {
  readonly id: string;
  readonly attempt: number;
  readonly prompt: Prompt;
}

/** A reply, why this question gets none, or undefined: it is to be asked another time. */
export type RowReply = Completion | { readonly refused: string } | undefined;

/** What is left to be asked, by number and length. */
export interface RowsLeft {
  readonly requests: number;
  readonly bytes: number;
}

/** One model that is asked about many rows, within a budget, with retries and at a pace as in runs. */
export interface RowAsker {
  /** Of the model and how it is asked, together with `asked`: what was answered under another hash is another answer. Undefined in a dry run. */
  hash(asked: Json): string | undefined;
  readonly redactLine: (line: string) => string;
  /**
   * Says what will be asked, and asks a person before much is spent.
   *
   * @returns false for a dry run
   * @throws FinegaugeError `run.budget-spent`, `run.interrupted`, `cli.usage`
   */
  plan(left: RowsLeft): Promise<boolean>;
  /**
   * Works on items, as many at a time as the pace allows.
   *
   * @param total of items, with those that were done before
   * @returns what was spent, when all are done
   * @throws FinegaugeError why not all were: a stop, a spent budget, a model that does not answer
   */
  each<Item>(
    items: AsyncIterable<Item>,
    total: { readonly items: number; readonly before: number },
    work: (item: Item, ask: (question: RowQuestion) => Promise<RowReply>) => Promise<void>,
  ): Promise<Spent>;
  close(): Promise<void>;
}

export interface Spent {
  readonly requests: number;
  readonly tokens: number;
  /** US dollars; undefined = no price is known. */
  readonly cost: number | undefined;
}

/** About the question, not about the server: asking again brings the same. */
const refusals: ReadonlySet<string> = new Set(["provider.rejected", "provider.context-exceeded"]);

/** Bytes of the messages of a question. */
export function promptBytes(prompt: Prompt): number {
  return Buffer.byteLength(toText(prompt));
}

/** @throws FinegaugeError what finding and opening a model throws; `cli.usage` for several models */
export async function openRowAsker(setup: AskingSetup, options: AskOptions): Promise<RowAsker> {
  const context = await openContext(options);
  const reference = await oneModel(context, setup.model);
  const limits = options.budget === undefined ? undefined : parseBudget(options.budget);
  const sampling = mergedSampling(setup.sampling, reference.sampling);
  const stop = createStop();
  const gate = limits && openBudgetGate(limits, stop);
  const onPaper = options.dryRun === true && isRemote(reference);
  const fn = onPaper ? undefined : await reference.open();
  const release = stopOnSignals(stop);
  const close = async () => {
    release();
    await fn?.close?.();
  };
  try {
    const { concurrency } = context.settings;
    const judge = fn && (await openJudge(judgeSetup(context, { fn, reference, sampling, stop, gate })));
    const wide =
      judge?.capabilities ?? (reference.concurrencyMax === undefined ? {} : { concurrency_max: reference.concurrencyMax });
    const width = widthOf(concurrency, wide);
    return {
      hash: (asked) => judge && hashJson([asked, identityOf(judge.identity), sampling as Json]),
      redactLine: context.environment.redactLine,
      async plan(left) {
        const prospect = prospectOf(left, reference, sampling);
        const facts = { eval: setup.label, model: reference.name, prospect, local: isLocal(reference), width, sampling };
        const text = planLine({ ...facts, device: fn?.describe?.() });
        note(wrapParts(text, process.stderr.isTTY ? process.stderr.columns : undefined), options);
        if (limits !== undefined) refuseBeyond(limits, [{ reference, prospect }]);
        if (options.dryRun) return false;
        await confirm(prospect, limits, context, options);
        return true;
      },
      each(items, total, work) {
        if (judge === undefined) throw new Error("a dry run asks nobody");
        return askEach({ judge, stop, gate, workers: width.most, label: setup.label, quiet: options.quiet }, items, total, work);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function oneModel({ registry, environment, settings }: Context, name: string): Promise<ModelReference> {
  const { concurrency, timeoutMs } = settings;
  const found = await findModels([name], { registry, environment, concurrency, timeoutMs });
  const [reference, ...more] = found;
  if (reference !== undefined && more.length === 0) return reference;
  throw new FinegaugeError("cli.usage", `--model names ${counted(found.length, "model")}`, { hint: "one is asked" });
}

/** Another build of the same server is no other model. */
function identityOf({ build: _, ...identity }: ModelIdentity): Json {
  return identity as Json;
}

function judgeSetup(
  { settings, environment }: Context,
  { fn, reference, sampling, stop, gate }: Opened,
): Parameters<typeof openJudge>[0] {
  const guarded = gate === undefined ? fn : gate.guard(fn, reference);
  // Whoever is still in the queue when the work is stopped is not asked any more.
  const stoppable = askedThrough(guarded, async (request, ctx) => {
    if (stop.drain.aborted) throw new FinegaugeError("run.interrupted", "stopped", { retry: {} });
    return guarded.complete(request, ctx);
  });
  return { fn: stoppable, sampling, concurrency: settings.concurrency, stop, redact: environment.redact };
}

interface Opened {
  readonly fn: CompletionFn;
  readonly reference: ModelReference;
  readonly sampling: Sampling;
  readonly stop: Stop;
  readonly gate: BudgetGate | undefined;
}

function prospectOf({ requests, bytes }: RowsLeft, { price }: ModelReference, { max_tokens }: Sampling): Prospect {
  const input = Math.round(bytes / 4);
  const output = requests * (max_tokens ?? assumedReply);
  const dollars = (inputTokens: number, outputTokens: number) =>
    price && (inputTokens * price.price.input + outputTokens * price.price.output) / 1e6;
  const least = bytes / 6;
  const usd = dollars(input, output);
  return {
    requests,
    tokens: { input, output, by: max_tokens === undefined ? "guess" : "limit" },
    usd,
    left: { usd, leastUsd: dollars(least, requests), leastTokens: least + requests },
    ms: undefined,
  };
}

async function confirm(
  { usd = 0 }: Prospect,
  limits: Budget | undefined,
  { settings }: Context,
  { yes }: AskOptions,
): Promise<void> {
  if (!yes) await confirmSpending(Math.min(usd, limits?.usd ?? usd), settings.confirmAbove, terminalAsker());
}

interface EachSetup {
  readonly judge: OpenJudge;
  readonly stop: Stop;
  readonly gate: BudgetGate | undefined;
  readonly workers: number;
  readonly label: string;
  readonly quiet: boolean | undefined;
}

async function askEach<Item>(
  { judge, stop, gate, workers, label, quiet }: EachSetup,
  items: AsyncIterable<Item>,
  total: { readonly items: number; readonly before: number },
  work: (item: Item, ask: (question: RowQuestion) => Promise<RowReply>) => Promise<void>,
): Promise<Spent> {
  const watch = failureWatch(total.before > 0);
  const spent = { requests: 0, tokens: 0, cost: undefined as number | undefined };
  let replies = total.before;
  let refused = 0;
  let [errors, cutOff, done] = [0, 0, total.before];
  let last: { readonly code: ErrorCode; readonly message: string } | undefined;
  let defect: { readonly thrown: unknown } | undefined;

  async function ask({ id, attempt, prompt }: RowQuestion): Promise<RowReply> {
    try {
      const reply = await judge.ask({ prompt, sampling: {} }, { sample: { id, attempt }, signal: stop.drop });
      replies++;
      spent.requests++;
      spent.tokens += (reply.usage?.input ?? 0) + (reply.usage?.output ?? 0);
      if (reply.cost !== undefined) spent.cost = (spent.cost ?? 0) + reply.cost;
      watch.saw(undefined);
      const over = gate?.observer.stop?.();
      if (over) stop.request(over);
      return reply;
    } catch (error) {
      if (!(error instanceof FinegaugeError)) throw error;
      if (error.code === "run.interrupted") {
        cutOff++;
        return undefined;
      }
      last = { code: error.code, message: messageOf(error) };
      const giveUp = watch.saw(error.code);
      if (giveUp !== undefined) stop.request(giveUp, true);
      if (refusals.has(error.code)) {
        refused++;
        return { refused: last.message };
      }
      errors++;
      return undefined;
    }
  }

  const queue = items[Symbol.asyncIterator]();
  const worker = async () => {
    while (!stop.drain.aborted) {
      const next = await queue.next();
      if (next.done === true) return;
      await work(next.value, ask);
      done++;
    }
  };
  const progress = quiet
    ? undefined
    : startProgress(
        label,
        () => ({ done, total: total.items, errors, tokens: spent.tokens, accuracy: null, cost: spent.cost }),
        statusScreen(),
      );
  let whole = false;
  try {
    await Promise.all(
      Array.from({ length: Math.min(workers, Math.max(1, total.items - total.before)) }, () =>
        worker().catch((thrown) => {
          defect ??= { thrown };
          stop.request(thrown instanceof FinegaugeError ? thrown.code : "internal", true);
        }),
      ),
    );
    // A stop that came with the last reply cut nothing off.
    whole = defect === undefined && errors === 0 && cutOff === 0 && (await queue.next()).done === true;
  } finally {
    progress?.stop();
    await queue.return?.();
  }
  if (defect !== undefined) throw defect.thrown;
  const reason = whole ? undefined : stop.reason();
  if (reason === "run.interrupted" || reason === "run.budget-spent") throw unfinished(reason, label);
  // A model that refuses everything is asked the wrong way: that says nothing of the rows.
  if (errors > 0 || reason !== undefined || (refused > 0 && replies === 0)) {
    throw new FinegaugeError(
      reason ?? last?.code ?? "provider.reply",
      `${label}: ${counted(errors + refused, "question")} got no reply, the last because ${last?.message ?? "the model failed"}`,
      { hint: "mend the cause and run the same command again: what was answered is not asked twice" },
    );
  }
  return spent;
}

function unfinished(reason: "run.interrupted" | "run.budget-spent", label: string): FinegaugeError {
  const why = reason === "run.interrupted" ? "stopped" : "the budget is spent";
  return new FinegaugeError(reason, `${label}: ${why} before everything was answered`, {
    hint: "the same command again goes on with it",
  });
}
