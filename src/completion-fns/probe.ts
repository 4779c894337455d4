import { FinegaugeError } from "../core/errors.ts";
import { rejection } from "../net/classify-failure.ts";
import type { Reply } from "../net/exchange.ts";
import type { Target } from "../net/target.ts";

/** Longer than connecting may take, so that an address where nobody answers is told from a server that is busy. */
const patienceMs = 15_000;

/**
 * Fails when a run could not even begin: nobody listens, or the key is wrong. Any other answer is fine, since servers differ in
 * what they list; so is none in time, which a busy server may not manage.
 *
 * @param ask sends a cheap request; rejects with FinegaugeError
 */
export async function probe(ask: (signal: AbortSignal) => Promise<Reply>, target: Target): Promise<void> {
  let reply: Reply;
  try {
    reply = await ask(AbortSignal.timeout(patienceMs));
  } catch (error) {
    if (error instanceof FinegaugeError && error.code !== "provider.unreachable") return;
    throw error;
  }
  if (reply.status === 401) throw rejection(reply, target);
}
