import { createInterface } from "node:readline/promises";
import { FinegaugeError } from "../core/errors.ts";
import { dollars } from "./numbers.ts";
import { isSomebodyThere } from "./terminal.ts";

/** Somebody at a terminal who can be asked. */
export type Asker = (question: string) => Promise<string>;

/** undefined where nobody sits: a pipe, a CI. */
export function terminalAsker(): Asker | undefined {
  if (!isSomebodyThere()) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    return terminal.question(question).finally(() => terminal.close());
  };
}

/**
 * Asks before dollars are spent that somebody may not have meant to spend. Only a yes is one.
 *
 * @param usd what is to be spent, about
 * @param above what is spent without a question
 * @throws FinegaugeError `run.interrupted` after a no
 */
export async function confirmSpending(usd: number, above: number, ask: Asker | undefined): Promise<void> {
  if (ask === undefined || usd <= above) return;
  const answer = await ask(`This will cost about ${dollars(usd)}. Go on? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new FinegaugeError("run.interrupted", "nothing was asked and nothing spent", {
    hint: "--yes starts without a question, confirm_above in finegauge.yaml says from how many dollars on there is one",
  });
}
