import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { nearestNames } from "../core/nearest.ts";
import { prefixedScorer } from "./find-scorer.ts";
import type { RegistryWarning, ResolvedScorer } from "./registry.ts";
import { findScorerPart, resolveScorerPart } from "./scorer-part.ts";
import type { Tables } from "./tables.ts";
import type { YamlEntry } from "./yaml-file.ts";

/**
 * A scorer that no eval names, but the command line does.
 *
 * @param option that named it, for messages
 * @throws FinegaugeError `registry.*` as an eval with this scorer would
 */
export async function commandScorer(
  tables: Tables,
  named: { readonly class: string; readonly args: Bag },
  option: string,
  warn: (warning: RegistryWarning) => void,
): Promise<ResolvedScorer> {
  const place = { file: option };
  const { scorers, upstream } = tables.catalogue;
  const isKnown = Object.hasOwn(scorers, named.class) || Object.hasOwn(upstream, named.class);
  if (!isKnown && prefixedScorer(named.class, tables.catalogue) === undefined) {
    const known = Object.keys(scorers);
    throw new FinegaugeError("registry.invalid", `there is no scorer "${named.class}"`, {
      where: place,
      nearest: nearestNames(named.class, known),
      hint: `scorers: ${known.join(", ")}`,
    });
  }
  const entry: YamlEntry = {
    name: named.class,
    root: tables.cwd,
    place,
    value: () => named,
    read: () => ({ ...named }),
    repeatedKey: () => undefined,
    placeOf: () => place,
    isPlain: () => false,
  };
  // Beside an eval's own, where no data is named.
  return resolveScorerPart(findScorerPart(named, { entry, path: ["scorer"] }, tables, warn), tables, warn);
}
