import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import type { RegistryWarning } from "./registry.ts";
import { readYamlFile, type YamlEntry, type YamlFile } from "./yaml-file.ts";

/** All entries of one type, over all roots, in the order in which they were read. */
export interface ResourceTable {
  /** What an entry is called in messages: `eval`. */
  readonly noun: string;
  /** Throws `registry.invalid` for a name that one root has twice. */
  get(name: string): YamlEntry | undefined;
  names(): readonly string[];
  /** Files that cannot be parsed; the names in them are not known. */
  readonly badFiles: readonly YamlFile[];
  /** For a name that is not there: the fault of a file that may have it, else `registry.unknown-name` with the nearest names. */
  unknown(name: string, alsoKnown?: readonly string[]): FinegaugeError;
}

export interface TableOptions {
  readonly noun: string;
  /** Names of the folder in a root, or of the file that stands for it. */
  readonly folders: readonly string[];
  /** A later one overrides an earlier one. */
  readonly roots: readonly string[];
  /** The one among the roots whose entries are there to be overridden: nobody is warned of it. */
  readonly yielding?: string | undefined;
  /** The one that ships with the package: named so, whose path tells nobody anything. */
  readonly packaged?: string | undefined;
  readonly show: (file: string) => string;
  readonly warn: (warning: RegistryWarning) => void;
}

/** Reads a type of resource from every root. */
export function readTable({ noun, folders, roots, yielding, packaged, show, warn }: TableOptions): ResourceTable {
  const entries = new Map<string, YamlEntry>();
  const clashes = new Map<string, FinegaugeError>();
  const badFiles: YamlFile[] = [];
  const counts: (() => string)[] = [];

  for (const root of roots) {
    const own = new Map<string, YamlEntry>();
    for (const folder of folders) {
      const files = resourceFiles(join(root, folder));
      if (files === undefined) continue;
      const fresh: YamlEntry[] = [];
      for (const path of files) {
        const file = readYamlFile(path, root, show(path));
        if (file.problem !== undefined) {
          badFiles.push(file);
          warn({ message: file.problem.message, where: file.problem.more.where });
        }
        for (const entry of file.entries) {
          const first = own.get(entry.name);
          if (first === undefined) {
            own.set(entry.name, entry);
            fresh.push(entry);
            clashes.delete(entry.name);
          } else if (!clashes.has(entry.name)) clashes.set(entry.name, twice(noun, first, entry));
        }
      }
      const where = root === packaged ? "with the package" : show(join(root, folder));
      counts.push(() => `${where}: ${count(fresh.filter(isConcrete).length, noun)} in ${count(files.length, "file")}`);
    }
    for (const [name, entry] of own) {
      const hidden = entries.get(name);
      if (hidden !== undefined && hidden.root !== yielding) {
        warn({ message: `${noun} "${name}" overrides the one in ${hidden.place.file}`, where: entry.place });
      }
      entries.set(name, entry);
    }
  }

  const names = () => [...entries.keys()];
  return {
    noun,
    badFiles,
    names,
    get(name) {
      const clash = clashes.get(name);
      if (clash !== undefined) throw clash;
      return entries.get(name);
    },
    unknown(name, alsoKnown = []) {
      const bad = badFiles.find((file) => file.text.includes(name)) ?? badFiles[0];
      if (bad?.problem !== undefined) {
        const { message, more } = bad.problem;
        return new FinegaugeError(bad.problem.code, `no ${noun} named "${name}" was found, and ${message}`, more);
      }
      const known = [...names(), ...alsoKnown];
      const searched =
        counts.length === 0 ? `no ${folders[0]} folder in ${roots.map(show).join(", ")}` : counts.map((say) => say()).join(", ");
      return new FinegaugeError("registry.unknown-name", `no ${noun} named "${name}" (${searched})`, {
        nearest: nearestNames(name, known),
        hint: noun === "eval" ? "finegauge list evals" : undefined,
      });
    },
  };
}

/** No other name of something, as lists and checks count it; what cannot be read may be anything. */
function isConcrete(entry: YamlEntry): boolean {
  try {
    return entry.read().id === undefined;
  } catch (error) {
    if (error instanceof FinegaugeError) return true;
    throw error;
  }
}

/** The YAML files of a resource, by name; the resource itself when it is one file; undefined when there is no such folder. */
function resourceFiles(path: string): readonly string[] | undefined {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) return undefined;
  if (!kind.isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

function twice(noun: string, first: YamlEntry, second: YamlEntry): FinegaugeError {
  const { file, line } = first.place;
  return new FinegaugeError("registry.invalid", `${noun} "${first.name}" is defined twice, first in ${file}:${line}`, {
    where: second.place,
    hint: "rename one of the two",
  });
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
