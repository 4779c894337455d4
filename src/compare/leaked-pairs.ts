import type { ComparedLeakage, Delta } from "../core/comparison.ts";
import { deltaOf, worstBound } from "./delta.ts";
import { countLeaks } from "./leak-rows.ts";
import type { PairTable } from "./pair-table.ts";
import { findingOf } from "./sentence.ts";

/** Fewer leaked pairs than this say nothing about themselves. */
const fewest = 5;

/**
 * How each pair was found in training data, by whichever side looked, the surer kind where both did; 0 = it was not. Undefined where
 * neither side looked.
 */
export function leaksOfPairs({ baseline, candidate, rows, size }: PairTable): Uint8Array | undefined {
  const [before, now] = [baseline.leaks, candidate.leaks];
  if (before === undefined && now === undefined) return undefined;
  const found = new Uint8Array(size);
  for (let at = 0; at < size; at++) {
    const [was, is] = [before?.[rows.baseline[at] as number] ?? 0, now?.[rows.candidate[at] as number] ?? 0];
    found[at] = was === 0 || is === 0 ? was + is : Math.min(was, is);
  }
  return found;
}

/** Places at which a code is 0, or is not. */
export function placesWhere(codes: Uint8Array, leaked: boolean): Uint32Array {
  let n = 0;
  for (const code of codes) if ((code !== 0) === leaked) n++;
  const places = new Uint32Array(n);
  let filled = 0;
  for (let at = 0; at < codes.length; at++) if ((codes[at] !== 0) === leaked) places[filled++] = at;
  return places;
}

/** What is left of a comparison without the pairs that are in training data; undefined where nobody looked. */
export function comparedLeakage(table: PairTable, deciding: Delta, margin: number | null): ComparedLeakage | undefined {
  const leaks = leaksOfPairs(table);
  if (leaks === undefined) return undefined;
  const names = [table.baseline, table.candidate].flatMap(({ facts }) => facts.leakage?.train ?? []);
  const facts = { train: [...new Set(names)], ...countLeaks(leaks) };
  const values = table.values(deciding.metric);
  if (facts.leaked === 0 || values === undefined) return facts;
  const { metric: name, unit, better } = deciding;
  const [clean, leaked] = [placesWhere(leaks, false), placesWhere(leaks, true)];
  const over = (places: Uint32Array) => deltaOf({ name, unit, better }, values, table.groups?.ids, places);
  const delta = over(clean);
  const bound = worstBound(delta, values, table.groups?.ids, clean);
  return {
    ...facts,
    clean: { finding: findingOf(delta, bound, margin), delta },
    ...(leaked.length >= fewest && { dirty: over(leaked) }),
  };
}
