/** How many repeats a run still has: a fixed start, and one for every five requests that succeeded. */
export interface RetryBudget {
  succeeded(): void;
  /** Takes one repeat; false when none is left. */
  take(): boolean;
}

const successesForOne = 5;

export function retryBudget(start: number): RetryBudget {
  // Counted in successes: five fifths of a repeat are one, but not in floating point.
  let left = start * successesForOne;
  return {
    succeeded() {
      left++;
    },
    take() {
      if (left < successesForOne) return false;
      left -= successesForOne;
      return true;
    },
  };
}
