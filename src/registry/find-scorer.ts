import type { Catalogue } from "../core/catalogue.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { nearestNames } from "../core/nearest.ts";
import type { YamlEntry } from "./yaml-file.ts";

/** What judges the eval. */
export interface FoundScorer {
  readonly name: string;
  /** Dotted class: scored as openai/evals would. */
  readonly compat: boolean;
  /** What the class itself says of the arguments. */
  readonly args?: Bag;
}

/**
 * Our scorer for the class that an eval names.
 *
 * @param path of the mapping in the entry that has the class and its arguments
 * @throws FinegaugeError `registry.not-portable` with the reason, `registry.invalid` for a short name that is none
 */
export function findScorer(
  className: string,
  args: Bag,
  entry: YamlEntry,
  catalogue: Catalogue,
  path: readonly PropertyKey[] = [],
): FoundScorer {
  refuseRemoteData(args, entry, path);
  refuseSeveralModels(args, entry, path);
  const prefixed = prefixedScorer(className, catalogue);
  if (prefixed !== undefined) return prefixed;
  const compat = isDotted(className);
  if (compat) {
    const name = Object.hasOwn(catalogue.upstream, className) ? catalogue.upstream[className] : undefined;
    if (name !== undefined) return { name, compat };
    throw notPortable(entry, `it runs a Python class of its own, ${className}`, [...path, "class"]);
  }
  if (Object.hasOwn(catalogue.scorers, className)) return { name: className, compat };
  const known = Object.keys(catalogue.scorers);
  throw new FinegaugeError("registry.invalid", `eval "${entry.name}": there is no scorer "${className}"`, {
    where: entry.placeOf([...path, "class"]),
    nearest: nearestNames(className, known),
    hint: `scorers: ${known.join(", ")}`,
  });
}

/** A scorer and one of its arguments in one word, `promptfoo:equals`. */
export function prefixedScorer(className: string, { prefixes = {} }: Pick<Catalogue, "prefixes">): FoundScorer | undefined {
  const colon = className.indexOf(":");
  const name = className.slice(0, colon);
  const argument = colon > 0 && Object.hasOwn(prefixes, name) ? prefixes[name] : undefined;
  if (argument === undefined || colon === className.length - 1) return undefined;
  return { name, compat: false, args: { [argument]: className.slice(colon + 1) } };
}

/** Is it a class as openai/evals writes it, `module.path:Name`. */
export function isDotted(className: string): boolean {
  return /[.:]/.test(className);
}

function refuseRemoteData(args: Bag, entry: YamlEntry, path: readonly PropertyKey[]): void {
  for (const key of ["dataset", "samples_jsonl"]) {
    const value = args[key];
    if (typeof value === "string" && /^[a-z][a-z0-9+-]*:\/\//i.test(value)) {
      throw notPortable(
        entry,
        `its data is a remote dataset, ${value}`,
        [...path, "args", key],
        "download it, and name the file in samples_jsonl",
      );
    }
  }
}

function refuseSeveralModels(args: Bag, entry: YamlEntry, path: readonly PropertyKey[]): void {
  if (args.multicomp_n !== "from_models") return;
  throw notPortable(
    entry,
    "it shows its judge the replies of several models at once, and a run here is of one model",
    [...path, "args", "multicomp_n"],
    "give multicomp_n a number, or run each model and compare the runs",
  );
}

function notPortable(entry: YamlEntry, reason: string, path: readonly PropertyKey[], hint?: string): FinegaugeError {
  return new FinegaugeError("registry.not-portable", `eval "${entry.name}" cannot run here: ${reason}`, {
    where: entry.placeOf(path),
    hint: hint ?? "`finegauge list evals --check` names all that can",
  });
}
