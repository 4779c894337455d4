import { pythonShuffle } from "../core/random.ts";
import type { Sample, SampleSource } from "../core/sample.ts";
import type { RowIndex } from "./index-rows.ts";
import type { OpenSamplesOptions } from "./registry.ts";
import type { RowGroups } from "./row-groups.ts";

/** Checked rows, and how this run wants them. */
export interface IndexedSamples {
  readonly index: RowIndex;
  readonly sampleAt: (row: number) => Sample;
  readonly close: () => void;
  readonly options: Pick<OpenSamplesOptions, "order" | "maxSamples" | "seed">;
  readonly groups?: RowGroups | undefined;
}

/** The samples in the order in which they are asked. */
export function orderedSource({ index, sampleAt, close, options, groups }: IndexedSamples): SampleSource {
  const { count } = index;
  const selected = Math.min(options.maxSamples ?? count, count);
  const seed = options.seed ?? 123;
  const whole = options.order === "file" ? undefined : (groups?.order(seed) ?? pythonShuffle(count, seed));
  const order = whole === undefined || selected === count ? whole : whole.slice(0, selected);
  let positions: Int32Array | undefined;
  return {
    total: count,
    selected,
    dataHash: index.dataHash,
    ids: index.ids,
    at(position) {
      if (!(position >= 0 && position < selected)) throw new RangeError(`there is no sample ${position} among ${selected}`);
      return sampleAt(order === undefined ? position : (order[position] as number));
    },
    positionOf(row) {
      if (order === undefined) return row >= 0 && row < selected ? row : -1;
      // Only a resumed run asks.
      positions ??= inverse(order, count);
      return positions[row] ?? -1;
    },
    ...(groups !== undefined && { largestGroup: groups.largest() }),
    close,
  };
}

function inverse(order: Uint32Array, count: number): Int32Array {
  const positions = new Int32Array(count).fill(-1);
  for (let position = 0; position < order.length; position++) positions[order[position] as number] = position;
  return positions;
}
