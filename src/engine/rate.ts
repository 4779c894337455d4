import { lastSecond } from "./last-second.ts";

/** Finds out how many requests a second a server takes, from when it refuses some for coming too soon. */
export interface RateControl {
  /** undefined = no limit has shown. */
  perSecond(now: number): number | undefined;
  /** Until the next request may start, ms. */
  wait(now: number): number;
  started(now: number): void;
  /** One that started took nothing from the limit. */
  uncount(): void;
  /**
   * The server refuses: once for each crowd.
   *
   * @param rested nobody was asked for part of the last second, which then tells nothing about the limit
   */
  limited(now: number, rested: boolean): void;
  /**
   * What was found says nothing about the speed.
   *
   * @param perSecond where to begin anew, undefined = without a limit
   */
  forget(now: number, perSecond: number | undefined): void;
}

/** How far under the rate that was too much the next attempt begins. */
const below = 0.07;
/** When a rate was too much sooner than thought, how much of it is believed in. */
const sobered = 0.85;
/** Seconds until a rate that was too much is tried again: doubled each time, since each time costs a wait. */
const firstReturn = 1;
const longestReturn = 30;
/** A timer on a busy machine may be late by this, ms: what it missed is made up for. Time in which nobody wanted to start is not. */
const mostLate = 100;
/** Whoever is slower is not refused for speed; the wait after each refusal is what keeps it slower still. */
const slowest = 0.5;

/**
 * The rate that was last too much, as the plateau of a cubic curve: first just below it, near it for long, then faster and faster
 * beyond it, so that a server which allows more meanwhile is found out, and one that does not refuses but seldom. The first guess is
 * what the server took in the second before it refused.
 *
 * @see Ha, Rhee & Xu 2008 (CUBIC), eq. 1, with rates in place of windows
 */
export function rateControl(): RateControl {
  let top: number | undefined;
  let since = 0;
  let returnAfter = firstReturn;
  let next = Number.NEGATIVE_INFINITY;
  /** Somebody waits for `next`. */
  let wanted = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  const taken = lastSecond();

  function perSecond(now: number): number | undefined {
    if (top === undefined) return undefined;
    const seconds = (now - since) / 1000;
    // What nobody makes use of shows nothing.
    const shown = Math.max(top, 2 * taken.total(now));
    return Math.min(shown, top * (1 + below * ((seconds - returnAfter) / returnAfter) ** 3));
  }

  return {
    perSecond,
    wait(now) {
      const ms = Math.max(0, next - now);
      wanted ||= ms > 0;
      return ms;
    },
    started(now) {
      taken.add(1, now);
      const rate = perSecond(now);
      const late = wanted || now - startedAt < 2;
      if (rate !== undefined) next = (late && now - next < mostLate ? next : now) + 1000 / rate;
      wanted = false;
      startedAt = now;
    },
    uncount: () => taken.takeBack(),
    limited(now, rested) {
      const rate = perSecond(now);
      // Whoever counts by the second goes on refusing until the second is over.
      if (rate !== undefined && now - since < 1000) return;
      const lately = Math.max(1, taken.total(now));
      if (rate === undefined) top = lately;
      else {
        const early = now - since < 1000 * returnAfter;
        top = rested ? rate * (early ? sobered : 1) : Math.min(rate, lately * 1.1);
        top = Math.max(slowest, top);
        returnAfter = Math.min(longestReturn, 2 * returnAfter);
      }
      since = now;
    },
    forget(now, perSecond) {
      top = perSecond;
      since = now;
      returnAfter = firstReturn;
      next = Number.NEGATIVE_INFINITY;
    },
  };
}
