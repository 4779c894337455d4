import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { checkedValue, withoutUnknownKeys } from "./checked-value.ts";
import { evalSetSchema } from "./eval-entry.ts";
import { followAlias } from "./follow-alias.ts";
import type { Tables } from "./tables.ts";
import type { YamlEntry } from "./yaml-file.ts";

/**
 * The concrete evals that a name, a glob or an eval set stands for, each once. A glob takes them in the order of the files, a set in
 * its own order (upstream takes every set in the order of the files).
 *
 * @throws FinegaugeError `registry.unknown-name` when there are none
 */
export function matchEvals(tables: Tables, pattern: string): readonly string[] {
  const { evals, evalSets } = tables;
  if (pattern.includes("*")) {
    const found = globbed(tables, pattern);
    if (found.length === 0) throw evals.unknown(pattern);
    return found;
  }
  const entry = followAlias(evals, pattern);
  if (entry !== undefined) return [entry.name];
  const set = followAlias(evalSets, pattern);
  if (set === undefined) throw evals.unknown(pattern, evalSets.names());
  return membersOf(tables, set);
}

function membersOf(tables: Tables, set: YamlEntry): readonly string[] {
  const part = { entry: set, path: [], value: set.read() };
  const { evals } = checkedValue(evalSetSchema, { ...part, value: withoutUnknownKeys(evalSetSchema, part, tables.warn) });
  const members = evals.flatMap((pattern, i) => {
    const found = pattern.includes("*") ? globbed(tables, pattern) : [followAlias(tables.evals, pattern)?.name ?? []].flat();
    if (found.length === 0) {
      const [nearest] = nearestNames(pattern, tables.evals.names());
      tables.warn({
        message: `eval set "${set.name}" names "${pattern}", which is not there${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
        where: set.placeOf(["evals", i]),
      });
    }
    return found;
  });
  if (members.length > 0) return [...new Set(members)];
  throw new FinegaugeError("registry.unknown-name", `none of the evals in the eval set "${set.name}" is there`, {
    where: set.place,
  });
}

function globbed({ evals }: Tables, pattern: string): readonly string[] {
  const glob = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
  const names = evals.names().filter((name) => glob.test(name));
  return [...new Set(names.flatMap((name) => followAlias(evals, name)?.name ?? []))];
}
