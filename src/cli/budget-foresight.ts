import { FinegaugeError } from "../core/errors.ts";
import type { Budget } from "./budget.ts";
import { dollars, short } from "./numbers.ts";
import { isLocal, type ModelReference } from "./open-models.ts";
import type { Prospect } from "./price-prospect.ts";

/** A run that a budget is to hold for. */
export interface Foreseen {
  readonly reference: Pick<ModelReference, "name" | "class" | "price">;
  readonly prospect: Prospect;
}

/**
 * Refuses what is known beforehand not to fit into the budget, by the least that it can take.
 *
 * @throws FinegaugeError `cli.usage` for dollars and a model without a price, `run.budget-spent`
 */
export function refuseBeyond(budget: Budget, runs: readonly Foreseen[]): void {
  if (budget.usd !== undefined) {
    for (const { reference } of runs) refuseUnknownPrice(reference);
    const least = sum(runs.map(({ prospect }) => prospect.left.leastUsd ?? 0));
    if (least > budget.usd) throw tooMuch(dollars(least), dollars(budget.usd));
  }
  if (budget.tokens !== undefined) {
    const least = sum(runs.map(({ prospect }) => prospect.left.leastTokens));
    if (least > budget.tokens) throw tooMuch(`${short(least)} tokens`, `${short(budget.tokens)} tokens`);
  }
}

/** Unknown is not 0, save where nobody sends a bill. */
export function refuseUnknownPrice(reference: Foreseen["reference"]): void {
  if (reference.price !== undefined || isLocal(reference)) return;
  throw new FinegaugeError("cli.usage", `a budget in dollars cannot hold for ${reference.name}: its price is unknown`, {
    hint: "give it one in dollars per million tokens: price: { input: …, output: … } in its entry, or its model's name in registry/prices.yaml",
  });
}

function tooMuch(least: string, limit: string): FinegaugeError {
  return new FinegaugeError("run.budget-spent", `this takes at least ${least}, and the budget is ${limit}: nothing was asked`, {
    hint: "raise --budget, or ask less",
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
