import { closeSync, fstatSync, openSync } from "node:fs";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { pythonShuffle } from "../core/random.ts";
import { type Sample, type SampleSource, toSample } from "../core/sample.ts";
import { type PlainFile, plainFile } from "../io/compressed-file.ts";
import { type OpenFile, spanReader } from "../io/jsonl-spans.ts";
import { fileOf, indexRows, type RowFile, type RowIndex } from "./index-rows.ts";
import { parseRow } from "./parse-row.ts";
import { refuseDuplicates } from "./refuse-duplicates.ts";
import type { OpenSamplesOptions } from "./registry.ts";
import { showPath } from "./show-path.ts";

/**
 * Opens the samples of an eval: reads and checks every row once, then keeps 12 bytes a sample (where it begins, and the order).
 *
 * @throws FinegaugeError `data.invalid` with file, line and, where JSON breaks, column; `data.duplicate-id`
 */
export async function openSamples(options: OpenSamplesOptions): Promise<SampleSource> {
  const { spec, dataPaths, checkSample } = options.eval;
  const cwd = process.cwd();
  const idPrefix = `${spec.base}.${spec.split}`;
  const check = (sample: Sample) => checkSample(sample) ?? options.checkSample?.(sample);

  const plain: PlainFile[] = [];
  const open: OpenFile[] = [];
  const close = () => {
    for (const { fd } of open.splice(0)) closeSync(fd);
    for (const { release } of plain.splice(0)) release();
  };
  try {
    const files: RowFile[] = [];
    for (const path of dataPaths) {
      const shown = showPath(path, cwd);
      const readable = await openPlain(path, shown);
      plain.push(readable);
      const fd = openSync(readable.file, "r");
      open.push({ fd, size: fstatSync(fd).size });
      files.push({ file: readable.file, shown });
    }
    const { suspects, ...index } = await indexRows(files, idPrefix, check);
    if (index.count === 0) {
      const names = files.map(({ shown }) => shown).join(", ");
      throw new FinegaugeError("data.invalid", `there is no sample in ${names}`, { where: { file: files[0]?.shown ?? "" } });
    }
    const sampleAt = sampleReader({ files, open, index, idPrefix });
    refuseDuplicates({ files, index, suspects, sampleAt });
    // An open file outlives its name where the system allows it: then not even a killed run leaves anything behind.
    if (process.platform !== "win32") for (const { release } of plain.splice(0)) release();
    return source({ index, sampleAt, close, options });
  } catch (error) {
    close();
    throw error;
  }
}

async function openPlain(path: string, shown: string): Promise<PlainFile> {
  try {
    return await plainFile(path);
  } catch (cause) {
    throw new FinegaugeError("data.invalid", `${shown} cannot be decompressed: ${messageOf(cause)}`, {
      where: { file: shown },
      cause,
    });
  }
}

interface Readable {
  readonly files: readonly RowFile[];
  readonly open: readonly OpenFile[];
  readonly index: RowIndex;
  readonly idPrefix: string;
}

/** Reads the row at an index again; it was checked before, so that only a file changed since then can fail here. */
function sampleReader({ files, open, index, idPrefix }: Readable): (row: number) => Sample {
  const { starts, count, bases } = index;
  const read = spanReader(open);
  return (row) => {
    const file = fileOf(index, row);
    const base = bases[file] as number;
    const fileEnd = base + (open[file] as OpenFile).size;
    const end = row + 1 < count ? Math.min(starts[row + 1] as number, fileEnd) : fileEnd;
    const parsed = parseRow(read(file, (starts[row] as number) - base, end - base));
    if ("fault" in parsed) {
      const { shown } = files[file] as RowFile;
      throw new FinegaugeError("data.invalid", `${shown} was changed while it was being read: ${parsed.fault}`, {
        where: { file: shown },
        hint: "leave the data alone until the run has ended",
      });
    }
    return toSample(parsed.row, row, idPrefix);
  };
}

interface Opened {
  readonly index: RowIndex;
  readonly sampleAt: (row: number) => Sample;
  readonly close: () => void;
  readonly options: OpenSamplesOptions;
}

function source({ index, sampleAt, close, options }: Opened): SampleSource {
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
