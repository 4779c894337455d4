import type { Completion } from "../core/completion.ts";
import { type CountedFlag, countedFlags, flagOf } from "./reply-flags.ts";
import type { Column } from "./side.ts";

/** A sum and a count for each row, which grow as rows come. */
export interface Means {
  add(row: number, value: number): void;
  /** The mean of each row in the order given; NaN where nothing was added. */
  read(order: Uint32Array): Float64Array;
  /** How many were added to each row. */
  count(order: Uint32Array): Float64Array;
}

export function means(): Means {
  let sums = new Float64Array(64);
  let counts = new Uint32Array(64);
  return {
    add(row, value) {
      if (row >= sums.length) {
        const size = Math.max(row + 1, sums.length * 2);
        sums = grown(sums, new Float64Array(size));
        counts = grown(counts, new Uint32Array(size));
      }
      sums[row] = (sums[row] as number) + value;
      counts[row] = (counts[row] as number) + 1;
    },
    read(order) {
      const values = new Float64Array(order.length);
      for (let at = 0; at < values.length; at++) {
        const row = order[at] as number;
        const n = counts[row] ?? 0;
        values[at] = n === 0 ? Number.NaN : (sums[row] as number) / n;
      }
      return values;
    },
    count(order) {
      const values = new Float64Array(order.length);
      for (let at = 0; at < values.length; at++) values[at] = counts[order[at] as number] ?? 0;
      return values;
    },
  };
}

/** How often each row had each of the six counts. A count that no line had, as most have not, takes nothing. */
export interface CountShares {
  /** @param flags of one line, of `flagOf` */
  add(row: number, flags: number): void;
  /** The share of each row's lines that had it. */
  read(name: CountedFlag, order: Uint32Array): Float64Array;
}

export function countShares(): CountShares {
  let lines = new Uint32Array(64);
  const had = new Map<CountedFlag, Means>();
  return {
    add(row, flags) {
      if (row >= lines.length) lines = grown(lines, new Uint32Array(Math.max(row + 1, lines.length * 2)));
      lines[row] = (lines[row] as number) + 1;
      if (flags === 0) return;
      for (const name of countedFlags) {
        if ((flags & flagOf[name]) === 0) continue;
        const one = had.get(name) ?? means();
        one.add(row, 1);
        had.set(name, one);
      }
    },
    read(name, order) {
      const values = had.get(name)?.count(order) ?? new Float64Array(order.length);
      for (let at = 0; at < values.length; at++) values[at] = (values[at] as number) / (lines[order[at] as number] as number);
      return values;
    },
  };
}

/** The old values in a larger array. */
export function grown<Items extends Float64Array | Float32Array | Uint32Array | Uint8Array>(old: Items, larger: Items): Items {
  larger.set(old);
  return larger;
}

type Facts = Pick<Column, "unit" | "better" | "kind" | "unitRange">;
const usage: Facts = { unit: "tokens", better: "lower", kind: "usage", unitRange: false };

/** What a reply took, by the name of its column. */
export const usageColumns = {
  // 0 is what a log of another harness has that does not say how long a reply took.
  ms: { facts: { ...usage, unit: "ms" }, of: ({ ms, cached }: Completion) => (cached === true || ms === 0 ? undefined : ms) },
  input_tokens: { facts: { ...usage, better: null }, of: (reply: Completion) => reply.usage?.input },
  output_tokens: { facts: { ...usage, better: null }, of: (reply: Completion) => reply.usage?.output },
  cost: { facts: { ...usage, unit: "usd" }, of: ({ cost, cached }: Completion) => (cached === true ? undefined : cost) },
  reply_characters: { facts: { ...usage, unit: "1", better: null }, of: ({ text }: Completion) => text.length },
} as const satisfies Record<string, { facts: Facts; of: (reply: Completion) => number | undefined }>;
