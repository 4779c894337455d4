import { FinegaugeError } from "../core/errors.ts";
import type { Observer } from "../core/observer.ts";

/** What a run may use up at most. */
export type Budget = { readonly unit: "tokens" | "ms"; readonly limit: number };

const units = new Map<string, readonly [Budget["unit"], number]>([
  ["tokens", ["tokens", 1]],
  ["ktokens", ["tokens", 1e3]],
  ["mtokens", ["tokens", 1e6]],
  ["s", ["ms", 1000]],
  ["min", ["ms", 60_000]],
  ["h", ["ms", 3_600_000]],
]);

/**
 * @param text such as `200ktokens` or `30min`
 * @throws FinegaugeError `cli.usage`
 */
export function parseBudget(text: string): Budget {
  const found = /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[a-z]*)$/i.exec(text.trim())?.groups;
  const unit = units.get((found?.unit ?? "").toLowerCase());
  const amount = Number(found?.amount);
  if (unit === undefined || !(amount > 0)) {
    throw new FinegaugeError("cli.usage", `--budget ${text} is no budget`, {
      hint: "200ktokens, 2mtokens, 90s, 30min or 2h",
    });
  }
  return { unit: unit[0], limit: amount * unit[1] };
}

/** One budget over all runs of a command, not over earlier sessions: stops the run in hand once it is spent. */
export function watchBudget(budget: Budget, now: () => number = () => performance.now()): Observer {
  const startedAt = now();
  let spent = 0;
  return {
    observe({ completion, more }, earlier) {
      if (earlier) return;
      const replies = [completion, ...Object.values(more ?? {}).flat()];
      for (const reply of replies) {
        // What the response cache answered cost nothing.
        if (reply === undefined || !("text" in reply) || reply.cached) continue;
        spent += (reply.usage?.input ?? 0) + (reply.usage?.output ?? 0);
      }
    },
    stop() {
      const used = budget.unit === "ms" ? now() - startedAt : spent;
      return used >= budget.limit ? "run.budget-spent" : null;
    },
  };
}
