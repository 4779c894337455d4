import type { Completion } from "../core/completion.ts";
import type { FinegaugeError } from "../core/errors.ts";
import type { RateLimits } from "../core/rate-limits.ts";
import type { EndLine } from "../core/run-line.ts";
import { chanceRefusals } from "./chance-refusals.ts";
import { pauseControl } from "./pause.ts";
import { quotaControl } from "./quota.ts";
import { rateControl } from "./rate.ts";
import { type WidthBounds, widthControl } from "./width.ts";

/**
 * Says when the next request to one server may start, by what became of those before: width, learnt rate, told limits and pauses together.
 * Knows no timer and no promise: whoever asks brings the time, in ms on one clock.
 */
export interface StartGate {
  /** Until the next request may start, ms; 0 = now, infinite = not before one comes back. */
  wait(now: number): number;
  started(now: number): void;
  /** @param began when its request started */
  replied(began: number, now: number, reply: Pick<Completion, "usage" | "cached">): void;
  /** @param told how long the server asks to wait, ms */
  failed(began: number, now: number, failure: FinegaugeError, told: number | undefined): void;
  /** It came to nothing that says anything about the server. */
  dropped(): void;
  told(limits: RateLimits, now: number): void;
  /** Replies so far: while it rises, the server is there and only busy. */
  readonly replies: number;
  readonly inFlight: number;
  readonly width: number;
  /** Until when nobody is asked. */
  readonly pausedUntil: number;
  found(now: number): NonNullable<EndLine["width"]>;
}

/** After a refusal that does not say how long to wait: so long at first, twice as long each time until somebody gets a reply, ms. */
const firstRest = 250;
const longestRest = 8000;

/** @param random in [0, 1): spreads waits that nobody told */
export function startGate(bounds: WidthBounds, random: () => number): StartGate {
  const width = widthControl(bounds);
  const rate = rateControl();
  const chance = chanceRefusals();
  const pause = pauseControl();
  const requests = quotaControl();
  const tokens = quotaControl();
  let [inFlight, replies, refused] = [0, 0, 0];
  let [tokensSeen, tokensOf] = [0, 0];
  let rest = firstRest;

  function limited(began: number, now: number, told: number | undefined): void {
    const why = chance.refused(now, rate.perSecond(now));
    if (why === "found to be chance") {
      rate.forget(now, chance.answers);
      rest = firstRest;
    }
    // Who was told to wait may be right about it. Others come again after a wait of their own.
    const byChance = why === "chance" || why === "found to be chance";
    if (byChance && told === undefined) return;
    if (!width.congested(began, now)) return;
    if (why !== "slow") rate.limited(now, now - pause.until < 1000);
    if (told !== undefined) return;
    pause.extend(now, rest * (0.5 + random()));
    rest = Math.min(longestRest, 2 * rest);
  }

  return {
    wait(now) {
      if (inFlight >= width.now) return Number.POSITIVE_INFINITY;
      const most = width.now;
      return Math.max(pause.wait(now, most), rate.wait(now), requests.wait(now, most), tokens.wait(now, most));
    },
    started(now) {
      if (++inFlight >= width.now) width.filled();
      rate.started(now);
      pause.started(now);
      requests.started(now);
      tokens.started(now);
    },
    replied(began, now, { usage, cached }) {
      inFlight--;
      if (cached === true) {
        // The server was not asked.
        rate.uncount();
        return;
      }
      replies++;
      rest = firstRest;
      chance.replied(now);
      width.replied(began, now - began);
      if (usage !== undefined) {
        tokensOf++;
        tokensSeen += usage.input + usage.output;
      }
    },
    failed(began, now, { code, more: { status, retry } }, told) {
      inFlight--;
      // What would only fail again says nothing about how much the server can do: a spent quota too.
      if (retry === undefined) return;
      if (code === "provider.rate") {
        refused++;
        rate.uncount();
        limited(began, now, told);
      } else if (status === 503 || status === 529 || code === "provider.timeout") width.congested(began, now);
      if (told !== undefined) pause.extend(now, told);
    },
    dropped() {
      inFlight--;
    },
    told(limits, now) {
      if (limits.requests !== undefined) requests.told(limits.requests, 1, now);
      if (limits.tokens !== undefined && tokensOf > 0) tokens.told(limits.tokens, tokensSeen / tokensOf, now);
    },
    get replies() {
      return replies;
    },
    get inFlight() {
      return inFlight;
    },
    get width() {
      return width.now;
    },
    get pausedUntil() {
      return pause.until;
    },
    found(now) {
      const perSecond = rate.perSecond(now);
      return {
        start: bounds.start,
        least: width.least,
        most: width.most,
        last: width.now,
        refused,
        pauses: pause.count,
        paused_ms: Math.round(pause.ms),
        ...(perSecond !== undefined && { per_second: Number(perSecond.toPrecision(3)) }),
      };
    },
  };
}
