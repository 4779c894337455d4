import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import type { BaselineLine } from "../core/baseline-line.ts";
import { messageOf } from "../core/errors.ts";
import { baselineName, readBaselineLine } from "./baseline-file.ts";
import { safeName } from "./run-path.ts";

/** A baseline file as a list shows it: its first line, not its samples. */
export interface ListedBaseline extends Pick<BaselineLine, "run" | "end"> {
  readonly file: string;
  readonly name: string;
}

/** `<folder>/<eval>/<name>.jsonl`. */
export function baselinePath(folder: string, evalName: string, name: string): string {
  return join(folder, safeName(evalName), `${name}.jsonl`);
}

/** Every baseline of a folder, by name and eval. A file that cannot be read is told to `onBroken`, and never hides the others. */
export function listBaselines(folder: string, onBroken: (file: string, error: unknown) => void = () => {}): ListedBaseline[] {
  const found: ListedBaseline[] = [];
  for (const file of baselineFiles(folder, onBroken)) {
    try {
      found.push(listedBaseline(file));
    } catch (error) {
      onBroken(file, error);
    }
  }
  const key = ({ name, run, file }: ListedBaseline) => `${name}\n${run.eval}\n${file}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** @throws FinegaugeError `run.not-found`, `run.corrupt`, `run.format-newer` */
export function listedBaseline(file: string): ListedBaseline {
  const { run, end } = readBaselineLine(file);
  return { file, name: baselineName(file), run, end };
}

function* baselineFiles(folder: string, onBroken: (file: string, error: unknown) => void): Generator<string> {
  for (const one of entriesOf(folder, onBroken)) {
    if (!one.isDirectory()) continue;
    const path = join(folder, one.name);
    for (const entry of entriesOf(path, onBroken)) {
      if (entry.isFile() && entry.name.endsWith(".jsonl")) yield join(path, entry.name);
    }
  }
}

function entriesOf(folder: string, onBroken: (file: string, error: unknown) => void): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    // A folder that is not there has no baselines.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") onBroken(folder, new Error(messageOf(error)));
    return [];
  }
}
