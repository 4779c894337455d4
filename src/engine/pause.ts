/** A time in which nobody is asked, because somebody was told to wait. */
export interface PauseControl {
  /** Pauses so far, and how long they were together, ms; those that overlap are one. */
  readonly count: number;
  readonly ms: number;
  /** When it ends; of the last one, if none is on. */
  readonly until: number;
  extend(now: number, ms: number): void;
  /**
   * Until the next request may start, ms.
   *
   * @param width requests that could start at once
   */
  wait(now: number, width: number): number;
  started(now: number): void;
}

/** Those who were waiting for the end of a pause do not all start at it, but over so many ms. */
const spreadMs = 500;

export function pauseControl(): PauseControl {
  let [count, ms] = [0, 0];
  let until = Number.NEGATIVE_INFINITY;
  let startedAt = Number.NEGATIVE_INFINITY;
  return {
    get count() {
      return count;
    },
    get ms() {
      return ms;
    },
    get until() {
      return until;
    },
    extend(now, longer) {
      const to = now + longer;
      if (to <= until) return;
      if (now >= until) count++;
      ms += to - Math.max(now, until);
      until = to;
    },
    wait(now, width) {
      if (now < until) return until - now;
      if (now >= until + spreadMs || startedAt < until) return 0;
      return Math.max(0, startedAt + spreadMs / width - now);
    },
    started(now) {
      startedAt = now;
    },
  };
}
