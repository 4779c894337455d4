/** Something that is made when it is first wanted, and kept. */
export interface Kept<T> {
  get(): Promise<T>;
  /** Gives it up: undefined when there is none. The next `get` makes another. */
  release(): Promise<T | undefined>;
}

/** A failure is not kept: whoever asks next tries again. */
export function kept<T>(make: () => Promise<T>): Kept<T> {
  let made: Promise<T> | undefined;
  return {
    get: () => {
      if (made !== undefined) return made;
      const making = make();
      made = making;
      making.catch(() => {
        if (made === making) made = undefined;
      });
      return making;
    },
    release: async () => {
      const last = made;
      made = undefined;
      return last?.catch(() => undefined);
    },
  };
}
