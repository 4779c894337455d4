import { closeSync, openSync, readdirSync, readSync, type Stats, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { FinegaugeError, type Place } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { showPath } from "./show-path.ts";

const lfsHeader = "version https://git-lfs.github.com/spec/";

export interface DataPathOptions {
  readonly root: string;
  readonly cwd: string;
  /** Where the path is written. */
  readonly where: Place;
}

/**
 * The files that a data path stands for, by openai/evals' rule: a file as seen from the working directory, else below the `data` folder
 * of the registry that names it. A folder is its own `.jsonl` files, by name (upstream takes them in directory order, so that its sample
 * ids depend on the file system).
 *
 * @throws FinegaugeError `data.missing` with the paths tried, `data.lfs-pointer`
 */
export function dataFiles(text: string, { root, cwd, where }: DataPathOptions): readonly string[] {
  const here = resolve(cwd, text);
  const below = isAbsolute(text) ? text : join(root, "data", text);
  const path = kindOf(here)?.isFile() ? here : below;
  const kind = kindOf(path);
  if (kind === undefined) throw missing(text, [...new Set([here, below])], cwd, where);
  // A pipe would be waited for until somebody writes into it.
  if (!kind.isDirectory() && !kind.isFile()) {
    throw new FinegaugeError("data.missing", `${showPath(path, cwd)} is neither a file nor a folder`, { where });
  }
  if (!kind.isDirectory()) return [notPointer(path, cwd)];
  const files = readdirSync(path)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => join(path, name))
    .filter((file) => kindOf(file)?.isFile());
  if (files.length === 0) {
    throw new FinegaugeError("data.missing", `the data folder ${showPath(path, cwd)} has no .jsonl file in it`, { where });
  }
  return files.map((file) => notPointer(file, cwd));
}

/** undefined for what is not there, links in a circle among it. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function missing(text: string, tried: readonly string[], cwd: string, where: Place): FinegaugeError {
  const last = tried.at(-1) as string;
  let siblings: readonly string[] = [];
  try {
    siblings = readdirSync(dirname(last));
  } catch {
    // The folder is missing too: nothing is near.
  }
  const nearest = nearestNames(basename(text), siblings).map((name) => join(dirname(text), name));
  const paths = tried.map((file) => showPath(file, cwd)).join(" and ");
  return new FinegaugeError("data.missing", `no data file "${text}": tried ${paths}`, { where, nearest });
}

function notPointer(file: string, cwd: string): string {
  if (headOf(file, cwd) !== lfsHeader) return file;
  throw new FinegaugeError("data.lfs-pointer", `${showPath(file, cwd)} is a Git-LFS pointer, not the data itself`, {
    where: { file: showPath(file, cwd), line: 1 },
    hint: "run `git lfs pull` in that repository",
  });
}

function headOf(file: string, cwd: string): string {
  let fd: number;
  try {
    fd = openSync(file, "r");
  } catch (cause) {
    const shown = showPath(file, cwd);
    throw new FinegaugeError("data.missing", `${shown} cannot be opened: ${(cause as NodeJS.ErrnoException).code}`, {
      where: { file: shown },
      cause,
    });
  }
  try {
    const head = Buffer.alloc(lfsHeader.length);
    readSync(fd, head, 0, head.length, 0);
    return head.toString("latin1");
  } finally {
    closeSync(fd);
  }
}
