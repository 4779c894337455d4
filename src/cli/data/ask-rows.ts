import type { CompletionFn, ModelIdentity, Sampling } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { hashJson } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import type { Prompt } from "../../core/message.ts";
import { toText } from "../../core/prompt.ts";
import { createStop, openJudge, type Stop, widthOf } from "../../engine/index.ts";
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
import { note } from "../progress.ts";
import { mergedSampling } from "../run-pair.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { askEach, type Spent, type Total, type Work } from "./ask-each.ts";

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

/** What is left to be asked, by number and length. */
interface RowsLeft {
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
  each<Item>(items: AsyncIterable<Item>, total: Total, work: Work<Item>): Promise<Spent>;
  close(): Promise<void>;
}

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
