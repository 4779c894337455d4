import type { Stop } from "../../engine/index.ts";

/** Functions of the caller's that are told of a run, and may be async although nobody waits for them. */
interface Listeners {
  guarded<Told>(listener: (told: Told) => unknown): (told: Told) => void;
  /** @throws the first rejection of one */
  settled(): Promise<void>;
}

/** What a listener rejects with ends the run, as what it throws does, instead of being nobody's. */
export function openListeners(stop: Pick<Stop, "request">): Listeners {
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    stop.request("run.interrupted", true);
  };
  return {
    guarded: (listener) => (told) => {
      const given = listener(told);
      if (given instanceof Promise) given.catch(fail);
    },
    async settled() {
      // One that rejected at the very end tells in the turn after.
      await new Promise((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure.error;
    },
  };
}
