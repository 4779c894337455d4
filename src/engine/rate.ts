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
const slotMs = 100;
const slotsPerSecond = 1000 / slotMs;

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
  // Requests of the last second by tenths of it.
  const slots = new Float64Array(slotsPerSecond);
  let slot = 0;

  function moveTo(now: number): void {
    const to = Math.floor(now / slotMs);
    for (let i = Math.max(slot + 1, to - slotsPerSecond + 1); i <= to; i++) slots[i % slotsPerSecond] = 0;
    slot = Math.max(slot, to);
  }

  function count(by: number): void {
    const i = slot % slotsPerSecond;
    slots[i] = (slots[i] as number) + by;
  }

  function takenLately(now: number): number {
    moveTo(now);
    return slots.reduce((sum, each) => sum + each, 0);
  }

  function perSecond(now: number): number | undefined {
    if (top === undefined) return undefined;
    const seconds = (now - since) / 1000;
    // What nobody makes use of shows nothing.
    const shown = Math.max(top, 2 * takenLately(now));
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
      moveTo(now);
      count(1);
      const rate = perSecond(now);
      const late = wanted || now - startedAt < 2;
      if (rate !== undefined) next = (late && now - next < mostLate ? next : now) + 1000 / rate;
      wanted = false;
      startedAt = now;
    },
    uncount: () => count(-1),
    limited(now, rested) {
      const rate = perSecond(now);
      // Whoever counts by the second goes on refusing until the second is over.
      if (rate !== undefined && now - since < 1000) return;
      const taken = Math.max(1, takenLately(now));
      if (rate === undefined) top = taken;
      else {
        const early = now - since < 1000 * returnAfter;
        top = rested ? rate * (early ? sobered : 1) : Math.min(rate, taken * 1.1);
        returnAfter = Math.min(longestReturn, 2 * returnAfter);
      }
      since = now;
    },
  };
}
