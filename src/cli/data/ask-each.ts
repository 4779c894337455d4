import type { Completion } from "../../core/completion.ts";
import { type ErrorCode, FinegaugeError, messageOf } from "../../core/errors.ts";
import type { Prompt } from "../../core/message.ts";
import { failureWatch, type OpenJudge, type Stop } from "../../engine/index.ts";
import type { BudgetGate } from "../budget-gate.ts";
import { counted } from "../numbers.ts";
import { startProgress } from "../progress.ts";
import { statusScreen } from "../terminal.ts";

/** A question among many. */
export interface RowQuestion {
  readonly id: string;
  readonly attempt: number;
  readonly prompt: Prompt;
}

/** A reply, why this question gets none, or undefined: it is to be asked another time. */
type RowReply = Completion | { readonly refused: string } | undefined;

/** Items in all, and those of them that were done before. */
export interface Total {
  readonly items: number;
  readonly before: number;
}

/** Does what is to be done with an item, asking as often as it takes. */
export type Work<Item> = (item: Item, ask: (question: RowQuestion) => Promise<RowReply>) => Promise<void>;

export interface Spent {
  readonly requests: number;
  readonly tokens: number;
  /** US dollars; undefined = no price is known. */
  readonly cost: number | undefined;
}

/** About the question, not about the server: asking again brings the same. */
const refusals: ReadonlySet<string> = new Set(["provider.rejected", "provider.context-exceeded"]);

interface EachSetup {
  readonly judge: OpenJudge;
  readonly stop: Stop;
  readonly gate: BudgetGate | undefined;
  readonly workers: number;
  readonly label: string;
  readonly quiet: boolean | undefined;
}

/**
 * Works on items, as many at a time as there are workers; the pace of the requests is the judge's.
 *
 * @param total of items, with those that were done before
 * @throws FinegaugeError why not all were done: a stop, a spent budget, a model that does not answer; and what `work` throws
 */
export async function askEach<Item>(
  { judge, stop, gate, workers, label, quiet }: EachSetup,
  items: AsyncIterable<Item>,
  total: Total,
  work: Work<Item>,
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
