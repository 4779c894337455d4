import { closeSync, fstatSync, openSync } from "node:fs";
import { FinegaugeError } from "../core/errors.ts";
import { type Sample, type SampleContent, type SampleRow, type SampleSource, sampleRowSchema, toSample } from "../core/sample.ts";
import type { PlainFile } from "../io/compressed-file.ts";
import { type OpenFile, spanReader } from "../io/jsonl-spans.ts";
import type { RowFile } from "./checked-rows.ts";
import { fileOf, indexRows, type RowIndex } from "./index-rows.ts";
import { orderedSource } from "./ordered-source.ts";
import { readableFile } from "./readable-file.ts";
import { refuseDuplicates } from "./refuse-duplicates.ts";
import type { OpenSamplesOptions } from "./registry.ts";
import { rowGroups } from "./row-groups.ts";
import { showPath } from "./show-path.ts";

type DataFile = RowFile & OpenFile;

/**
 * Opens the samples of an eval: reads and checks every row once, then keeps 12 bytes a sample (where it begins, and the order).
 *
 * @throws FinegaugeError `data.invalid` with file, line and, where JSON breaks, column; `data.duplicate-id`
 */
export async function openSamples(options: OpenSamplesOptions): Promise<SampleSource> {
  const { spec, dataPaths, checkSample } = options.eval;
  const cwd = process.cwd();
  const idPrefix = `${spec.base}.${spec.split}`;
  const check = (sample: SampleContent) => checkSample(sample) ?? options.checkSample?.(sample);

  const plain: PlainFile[] = [];
  const files: DataFile[] = [];
  const close = () => {
    for (const { fd } of files.splice(0)) closeSync(fd);
    for (const { release } of plain.splice(0)) release();
  };
  try {
    for (const path of dataPaths) {
      const shown = showPath(path, cwd);
      const readable = await readableFile(path, shown);
      plain.push(readable);
      const fd = openSync(readable.file, "r");
      files.push({ file: readable.file, shown, fd, size: fstatSync(fd).size });
    }
    // Without groups every row is one of its own, and shuffling those is shuffling rows.
    const groups = options.order === "groups" && spec.group_by !== undefined ? rowGroups(spec.group_by) : undefined;
    const { suspects, ...index } = await indexRows(files, idPrefix, check, groups);
    if (index.count === 0) {
      const names = files.map(({ shown }) => shown).join(", ");
      throw new FinegaugeError("data.invalid", `there is no sample in ${names}`, { where: { file: files[0]?.shown ?? "" } });
    }
    const sampleAt = sampleReader([...files], index, idPrefix);
    refuseDuplicates({ files, index, suspects, sampleAt });
    // An open file outlives its name where the system allows it: then not even a killed run leaves anything behind.
    if (process.platform !== "win32") for (const { release } of plain.splice(0)) release();
    return orderedSource({ index, sampleAt, close, options, groups });
  } catch (error) {
    close();
    throw error;
  }
}

/** `__proto__` as a key, perhaps in escapes: the schema takes it out, wherever it stands. */
function mayHaveOddKey(text: string): boolean {
  return text.includes("__proto__") || text.includes("\\u005");
}

/** Reads the row at an index again. It was checked before: what can fail here is a file that was changed since then. */
function sampleReader(files: readonly DataFile[], index: RowIndex, idPrefix: string): (row: number) => Sample {
  const { startOf, count, bases } = index;
  const read = spanReader(files);
  return (row) => {
    const file = fileOf(index, row);
    const { size, shown } = files[file] as DataFile;
    const base = bases[file] as number;
    const fileEnd = base + size;
    const end = row + 1 < count ? Math.min(startOf(row + 1), fileEnd) : fileEnd;
    const text = read(file, startOf(row) - base, end - base);
    try {
      const value = JSON.parse(text) as SampleRow;
      return toSample(mayHaveOddKey(text) ? sampleRowSchema.parse(value) : value, row, idPrefix);
    } catch (cause) {
      throw new FinegaugeError("data.invalid", `${shown} was changed while it was being read`, {
        where: { file: shown },
        hint: "leave the data alone until the run has ended",
        cause,
      });
    }
  };
}
