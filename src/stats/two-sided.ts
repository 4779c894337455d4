import type { OneSided } from "./one-sided.ts";

/** Tests of a difference towards both sides. */
export interface TwoSided {
  /** That it is above a bound. */
  readonly above: OneSided;
  /** That minus the difference is above a bound: the same test on swapped sides. */
  readonly mirrored: OneSided;
}

/** Makes each side when it is first asked for: a side may cost milliseconds, and many are never asked. */
export function twoSided(above: () => OneSided, mirrored: () => OneSided): TwoSided {
  return { above: lazy(above), mirrored: lazy(mirrored) };
}

function lazy(make: () => OneSided): OneSided {
  let made: OneSided | undefined;
  const get = () => {
    made ??= make();
    return made;
  };
  return { pAbove: (bound) => get().pAbove(bound), low: (a) => get().low(a) };
}
