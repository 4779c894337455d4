/** How many repeats a run still has: a fixed start, and one for every five requests that succeeded. */
export interface RetryBudget {
  succeeded(): void;
  /** Takes one repeat; false when none is left. */
  take(): boolean;
}

export function retryBudget(start: number): RetryBudget {
  let left = start;
  return {
    succeeded() {
      left += 0.2;
    },
    take() {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
