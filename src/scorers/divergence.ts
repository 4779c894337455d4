import type { Completion, TokenLogprob } from "../core/completion.ts";

/** How far a model's next-token probabilities are from its parent's, over the positions at which both had read the same. */
export interface Divergence {
  /** Mean over the positions of Σ p ln(p / q), in nats; p is the parent's. */
  readonly kl: number;
  /** Share of positions at which both would say the same token first. */
  readonly sameTop: number;
  readonly positions: number;
}

type Probabilities = ReadonlyMap<string, number>;

/** Less than this left over is rounding. */
const dust = 1e-9;

/**
 * Position by position, up to and with the first at which the two replies part: from there on they have read different texts.
 *
 * Tokens that either does not list are taken together as one, so that short lists give a lower bound, and whole vocabularies the value.
 *
 * @returns undefined when a reply has no log-probabilities with alternatives
 * @see Kullback & Leibler 1951; Cover & Thomas 2006, theorem 2.7.1 for the bound
 */
export function divergence(parent: Completion, model: Completion): Divergence | undefined {
  const [before, now] = [parent.logprobs ?? [], model.logprobs ?? []];
  let [kl, same, positions] = [0, 0, 0];
  for (let at = 0; at < Math.min(before.length, now.length); at++) {
    const [p, q] = [before[at] as TokenLogprob, now[at] as TokenLogprob];
    if (p.top === undefined || q.top === undefined) return undefined;
    const keyOf = keys(p, q);
    const [ps, qs] = [probabilities(p, keyOf), probabilities(q, keyOf)];
    kl += divergenceOf(ps, qs);
    if (likeliest(ps) === likeliest(qs)) same++;
    positions++;
    if (keyOf(p) !== keyOf(q)) break;
  }
  return positions === 0 ? undefined : { kl: kl / positions, sameTop: same / positions, positions };
}

type Named = Pick<TokenLogprob, "token" | "id">;

/** By id where both sides give ids, since two tokens may have one text. */
function keys(p: TokenLogprob, q: TokenLogprob): (token: Named) => string {
  const all = [p, q, ...(p.top ?? []), ...(q.top ?? [])];
  return all.every(({ id }) => id !== undefined) ? ({ id }) => String(id) : ({ token }) => token;
}

function probabilities(position: TokenLogprob, keyOf: (token: Named) => string): Probabilities {
  const found = new Map<string, number>();
  for (const one of [position, ...(position.top ?? [])]) found.set(keyOf(one), one.logprob === null ? 0 : Math.exp(one.logprob));
  return found;
}

function divergenceOf(ps: Probabilities, qs: Probabilities): number {
  let [kl, restP, restQ] = [0, 1, 1];
  for (const [token, p] of ps) {
    const q = qs.get(token) ?? 0;
    if (p === 0 || q === 0) continue;
    kl += p * Math.log(p / q);
    restP -= p;
    restQ -= q;
  }
  if (restP > dust) kl += restP * Math.log(restP / Math.max(dust, restQ));
  return Math.max(0, kl);
}

function likeliest(of: Probabilities): string {
  let [best, most] = ["", -1];
  for (const [token, probability] of of) if (probability > most) [best, most] = [token, probability];
  return best;
}
