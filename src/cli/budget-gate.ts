import type { Completion, CompletionFn, CompletionRequest, Usage } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Observer } from "../core/observer.ts";
import { toText } from "../core/prompt.ts";
import type { Stop } from "../engine/index.ts";
import type { TokenPrice } from "../registry/index.ts";
import type { Budget } from "./budget.ts";
import { refuseUnknownPrice } from "./budget-foresight.ts";
import type { ModelReference } from "./open-models.ts";
import { askedThrough, costAt } from "./price-fn.ts";

/** One budget over all runs of a command, not over earlier sessions. */
export interface BudgetGate {
  /**
   * A model, under test or judging, that is asked only while the budget lasts: what the requests in flight can cost at most is held back, so that no
   * more than one request's worth is spent beyond the limit, however many are asked at once.
   *
   * @throws FinegaugeError `cli.usage` for dollars and a model whose price is unknown
   */
  guard(fn: CompletionFn, reference: Billed): CompletionFn;
  /** Stops a run whose time is up. */
  readonly observer: Observer;
}

/** Whose bill it is. */
type Billed = Pick<ModelReference, "name" | "class" | "price">;

/** What is spent and held back in one unit. */
interface Account {
  readonly unit: "usd" | "tokens";
  readonly limit: number;
  spent: number;
  held: number;
}

/** What one model spends from an account. */
interface Meter {
  readonly account: Account;
  /** undefined = it costs nothing there. */
  readonly price: TokenPrice | undefined;
  readonly cost: (usage: Usage) => number;
  /** The dearest reply so far. */
  largest?: number;
}

interface Waiting {
  /** What it can cost at most, for each account, by what is known now. */
  readonly most: () => readonly number[];
  /** @param held what is held back for it */
  readonly go: (held: readonly number[]) => void;
  readonly refuse: (error: FinegaugeError) => void;
}

/** A token is worth one token. */
const perToken: TokenPrice = { input: 1e6, output: 1e6 };

/** @param stop of the command: a spent budget ends all its runs */
export function openBudgetGate(budget: Budget, stop: Stop, now: () => number = () => performance.now()): BudgetGate {
  const startedAt = now();
  const accounts: Account[] = [];
  for (const unit of ["usd", "tokens"] as const) {
    const limit = budget[unit];
    if (limit !== undefined) accounts.push({ unit, limit, spent: 0, held: 0 });
  }
  const waiting: Waiting[] = [];
  let inFlight = 0;

  const isSpent = () => accounts.some(({ spent, limit }) => spent >= limit);
  // One request may always be asked while anything is left: that is the one which may go beyond the limit.
  const fits = (most: readonly number[]) =>
    inFlight === 0 || accounts.every(({ spent, held, limit }, at) => spent + held + (most[at] as number) <= limit);

  function take(most: readonly number[]): void {
    inFlight++;
    accounts.forEach((account, at) => {
      account.held += most[at] as number;
    });
  }

  function release(most: readonly number[]): void {
    inFlight--;
    accounts.forEach((account, at) => {
      // Exactly nothing again once nobody is asked, whatever rounding left behind.
      account.held = inFlight === 0 ? 0 : account.held - (most[at] as number);
    });
    letIn();
  }

  function letIn(): void {
    if (isSpent()) stop.request("run.budget-spent");
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (stop.drain.aborted) next.refuse(spentError());
      else {
        const most = next.most();
        if (!fits(most)) return;
        take(most);
        next.go(most);
      }
      waiting.shift();
    }
  }

  function enter(most: Waiting["most"]): Promise<readonly number[]> {
    return new Promise((go, refuse) => {
      waiting.push({ most, go, refuse });
      letIn();
    });
  }

  /** What the requests to one model can cost at most and its replies did cost, for each account. */
  function meter(price: TokenPrice | undefined) {
    const meters: Meter[] = accounts.map((account) => {
      const at = account.unit === "usd" ? price : perToken;
      return { account, price: at, cost: at === undefined ? () => 0 : costAt(at) };
    });
    return {
      most(request: CompletionRequest) {
        const { max_tokens } = request.sampling;
        const input = mostTokens(request);
        return () =>
          meters.map(({ account, price: at, cost, largest }) => {
            if (at === undefined) return 0;
            // Without a limit a reply can be of any length: the first one shows what they are like.
            if (max_tokens === undefined) return largest === undefined ? account.limit : 2 * largest;
            return Math.max(largest ?? 0, cost({ input, output: max_tokens }));
          });
      },
      charge(request: CompletionRequest, reply: Completion) {
        if (reply.cached === true) return;
        const usage = reply.usage ?? guessedUsage(request, reply);
        for (const each of meters) {
          const paid = each.cost(usage);
          each.account.spent += paid;
          each.largest = Math.max(each.largest ?? 0, paid);
        }
      },
    };
  }

  return {
    guard(fn, reference) {
      if (accounts.length === 0) return fn;
      if (budget.usd !== undefined) refuseUnknownPrice(reference);
      const { most, charge } = meter(reference.price?.price);
      return askedThrough(fn, async (request, ctx) => {
        const held = await enter(most(request));
        try {
          const reply = await fn.complete(request, ctx);
          charge(request, reply);
          return reply;
        } finally {
          release(held);
        }
      });
    },
    observer: {
      observe() {},
      stop: () => (budget.ms !== undefined && now() - startedAt >= budget.ms ? "run.budget-spent" : null),
    },
  };
}

/** Neither an answer nor an error of the model: under a stop, `retry` makes the engine leave the sample for the next session. */
function spentError(): FinegaugeError {
  return new FinegaugeError("run.budget-spent", "the budget is spent", { retry: {} });
}

/** No token is shorter than a byte; each message has a few around it. */
function mostTokens({ prompt, tools, json_schema }: CompletionRequest): number {
  const around = typeof prompt === "string" ? 8 : 8 * (prompt.length + 1);
  const beside = JSON.stringify([tools, json_schema]).length;
  return Buffer.byteLength(toText(prompt)) + around + beside;
}

/** For a reply that does not say: unknown must not count as nothing. */
function guessedUsage({ prompt }: CompletionRequest, { text, thinking = "", reasoning = "" }: Completion) {
  const tokens = (...texts: string[]) => Math.ceil(texts.reduce((sum, each) => sum + Buffer.byteLength(each), 0) / 4);
  return { input: tokens(toText(prompt)), output: tokens(text, thinking, reasoning) };
}
