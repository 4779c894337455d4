import type { LeakageFacts } from "../core/comparison.ts";
import { type LeakKind, leakKinds } from "../core/leakage.ts";
import { grown } from "./columns.ts";

const codes = new Map<LeakKind, number>(leakKinds.map((kind, place) => [kind, place + 1]));

/** Which rows are in the training data: 0 = not, else 1 + the place of the kind in `leakKinds`. */
export interface LeakRows {
  set(row: number, kind: LeakKind): void;
  read(order: Uint32Array): Uint8Array;
}

export function leakRows(): LeakRows {
  let found = new Uint8Array(64);
  return {
    set(row, kind) {
      if (row >= found.length) found = grown(found, new Uint8Array(Math.max(row + 1, found.length * 2)));
      found[row] = codes.get(kind) ?? 0;
    },
    read: (order) => Uint8Array.from(order, (row) => found[row] ?? 0),
  };
}

/** How many there are, and of which kinds, the surest first. */
export function countLeaks(codesOfRows: Uint8Array): Pick<LeakageFacts, "leaked" | "kinds"> {
  const times = leakKinds.map(() => 0);
  let leaked = 0;
  for (const code of codesOfRows) {
    if (code === 0) continue;
    leaked++;
    times[code - 1] = (times[code - 1] ?? 0) + 1;
  }
  const kinds = leakKinds.flatMap((kind, place) => (times[place] === 0 ? [] : [[kind, times[place]]]));
  return { leaked, kinds: Object.fromEntries(kinds) };
}
