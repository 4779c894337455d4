import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import type { ResourceTable } from "./resource-table.ts";
import type { YamlEntry } from "./yaml-file.ts";

/**
 * The entry that a name leads to over any number of `id`s; undefined when the name itself is unknown.
 *
 * @throws FinegaugeError `registry.cycle`, `registry.unknown-name` for an `id` that leads nowhere, `registry.invalid`
 */
export function followAlias(table: ResourceTable, name: string): YamlEntry | undefined {
  const chain = [name];
  let entry = table.get(name);
  while (entry !== undefined) {
    const { id } = entry.read();
    if (id === undefined) return entry;
    if (typeof id !== "string" || id === "") {
      throw new FinegaugeError("registry.invalid", `"${entry.name}": id is no name`, { where: entry.placeOf(["id"]) });
    }
    const cyclic = chain.includes(id);
    chain.push(id);
    if (cyclic) {
      throw new FinegaugeError("registry.cycle", `${table.noun} "${name}" leads back to itself: ${chain.join(" → ")}`, {
        where: entry.placeOf(["id"]),
        hint: "let one of them name a concrete entry",
      });
    }
    const next = table.get(id);
    if (next === undefined) {
      throw new FinegaugeError(
        "registry.unknown-name",
        `${table.noun} "${entry.name}" stands for "${id}", which is not defined`,
        {
          where: entry.placeOf(["id"]),
          nearest: nearestNames(id, table.names()),
        },
      );
    }
    entry = next;
  }
  return undefined;
}
