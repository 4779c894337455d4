import type { Completion } from "../core/completion.ts";
import { type CountedFlag, countedFlags, flagOf } from "./reply-flags.ts";
import type { Column } from "./side.ts";

/** One number for each (row, attempt), NaN where there is none; grows as rows come. */
export interface Cells {
  set(row: number, attempt: number, value: number): void;
  /**
   * The mean of each row over its attempts, in the order given; NaN for a row without any. Summed by attempt, so that not even the last bit
   * depends on the order of completion.
   */
  means(order: Uint32Array): Float64Array;
  get(row: number, attempt: number): number;
}

export function cells(attempts: number): Cells {
  let values = nothing(64 * attempts);
  return {
    set(row, attempt, value) {
      const at = row * attempts + attempt;
      if (at >= values.length) values = grown(values, nothing(Math.max(at + attempts, values.length * 2)));
      values[at] = value;
    },
    get: (row, attempt) => values[row * attempts + attempt] ?? Number.NaN,
    means(order) {
      const means = new Float64Array(order.length);
      for (let to = 0; to < means.length; to++) {
        const from = (order[to] as number) * attempts;
        let [sum, n] = [0, 0];
        for (let at = from; at < from + attempts; at++) {
          const value = values[at] ?? Number.NaN;
          if (Number.isNaN(value)) continue;
          sum += value;
          n++;
        }
        means[to] = n === 0 ? Number.NaN : sum / n;
      }
      return means;
    },
  };
}

function nothing(size: number): Float64Array {
  return new Float64Array(size).fill(Number.NaN);
}

/** How often each row had each of the six counts. A count that no line had, as most have not, takes nothing. */
export interface CountShares {
  /** @param flags of one line, of `flagOf` */
  add(row: number, flags: number): void;
  /** The share of each row's lines that had it. */
  shares(name: CountedFlag, order: Uint32Array): Float64Array;
}

export function countShares(): CountShares {
  let lines = new Uint32Array(64);
  const had = new Map<CountedFlag, Uint32Array>();
  return {
    add(row, flags) {
      if (row >= lines.length) lines = grown(lines, new Uint32Array(Math.max(row + 1, lines.length * 2)));
      lines[row] = (lines[row] as number) + 1;
      if (flags === 0) return;
      for (const name of countedFlags) {
        if ((flags & flagOf[name]) === 0) continue;
        let times = had.get(name) ?? new Uint32Array(lines.length);
        if (row >= times.length) times = grown(times, new Uint32Array(lines.length));
        times[row] = (times[row] as number) + 1;
        had.set(name, times);
      }
    },
    shares(name, order) {
      const times = had.get(name);
      const shares = new Float64Array(order.length);
      if (times === undefined) return shares;
      for (let at = 0; at < shares.length; at++) {
        const row = order[at] as number;
        shares[at] = (times[row] ?? 0) / (lines[row] as number);
      }
      return shares;
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
