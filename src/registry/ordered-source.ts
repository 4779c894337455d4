import { pythonShuffle } from "../core/random.ts";
import type { Sample, SampleSource } from "../core/sample.ts";
import type { RowIndex } from "./index-rows.ts";
import type { OpenSamplesOptions } from "./registry.ts";

/** Checked rows, and how this run wants them. */
export interface IndexedSamples {
  readonly index: RowIndex;
  readonly sampleAt: (row: number) => Sample;
  readonly close: () => void;
  readonly options: Pick<OpenSamplesOptions, "order" | "maxSamples" | "seed">;
}

/** The samples in the order in which they are asked. */
export function orderedSource({ index, sampleAt, close, options }: IndexedSamples): SampleSource {
  const { count } = index;
  const selected = Math.min(options.maxSamples ?? count, count);
  const order = options.order === "file" ? undefined : shuffled(count, selected, options.seed ?? 123);
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
    close,
  };
}

function shuffled(count: number, selected: number, seed: number): Uint32Array {
  const order = pythonShuffle(count, seed);
  return selected === count ? order : order.slice(0, selected);
}

function inverse(order: Uint32Array, count: number): Int32Array {
  const positions = new Int32Array(count).fill(-1);
  for (let position = 0; position < order.length; position++) positions[order[position] as number] = position;
  return positions;
}
