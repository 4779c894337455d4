import type { Delta } from "../../core/comparison.ts";
import type { Scale } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import type { Filter } from "./filter.ts";
import { deltaScale, primaryDelta } from "./lookup.ts";

/** Paired differences with their intervals, in rows under each other, on one axis. */
export interface Forest {
  readonly scale: Scale;
  readonly rows: readonly ForestRow[];
  /** Where a change would count as worse, for the rows `from` to `to`. */
  readonly margins: readonly { readonly value: number; readonly from: number; readonly to: number }[];
  /** On which side of zero better is; null where the rows do not agree. */
  readonly better: "right" | "left" | null;
  /** Slices that are not among the rows. */
  readonly hidden: number;
}

export interface ForestRow {
  readonly label: string;
  /** Of a slice: the key that its samples share. */
  readonly path?: string;
  readonly delta: Delta;
  readonly tone: "better" | "worse" | "unclear";
  /** The samples behind it. */
  readonly filter: Partial<Filter>;
}

const level = 0.05;

/**
 * A row for each comparison, and one under it for each slice. Metrics on different scales make several plots.
 *
 * @param most slices of one comparison; those that changed for sure are kept first, then the largest
 */
export function forestsOf(data: PageData, most: number): readonly Forest[] {
  const forests = new Map<
    Scale,
    { rows: ForestRow[]; margins: Forest["margins"][number][]; sides: Set<string>; hidden: number }
  >();
  for (const comparison of data.comparisons) {
    const delta = primaryDelta(comparison);
    if (delta === undefined) continue;
    const scale = deltaScale(comparison);
    const forest = forests.get(scale) ?? { rows: [], margins: [], sides: new Set<string>(), hidden: 0 };
    forests.set(scale, forest);
    const from = forest.rows.length;
    forest.rows.push({
      label: labelOf(data, comparison),
      delta,
      tone: toneOf(delta, delta.p),
      filter: { eval: comparison.on },
    });
    const slices = chosen(comparison.slices, most);
    const several = new Set(comparison.slices.map(({ path }) => path)).size > 1;
    for (const { path, value, delta: part } of slices) {
      forest.rows.push({
        label: several ? `${path.slice(path.lastIndexOf(".") + 1)}: ${value}` : value,
        path,
        delta: part,
        tone: toneOf(part, part.p_adjusted),
        filter: { eval: comparison.on, slice: { path, value } },
      });
    }
    forest.hidden += comparison.slices.length - slices.length;
    const worse = delta.better === "lower" ? 1 : -1;
    if (comparison.margin !== null) {
      forest.margins.push({ value: worse * comparison.margin, from, to: forest.rows.length - 1 });
    }
    forest.sides.add(delta.better === "lower" ? "left" : "right");
  }
  return [...forests].map(([scale, { sides, ...forest }]) => ({
    scale,
    ...forest,
    better: sides.size === 1 ? (sides.has("left") ? "left" : "right") : null,
  }));
}

/** What tells one comparison from the others. */
function labelOf({ comparisons, evals }: PageData, { on, candidate }: PageData["comparisons"][number]): string {
  if (comparisons.length === 1) return "All samples";
  const name = evals[on]?.name ?? "";
  if (evals.length === 1) return candidate.name;
  return comparisons.filter((one) => one.on === on).length > 1 ? `${candidate.name} on ${name}` : name;
}

function chosen(slices: PageData["comparisons"][number]["slices"], most: number): PageData["comparisons"][number]["slices"] {
  if (slices.length <= most) return slices;
  const sure = (one: (typeof slices)[number]) => (one.delta.p_adjusted ?? 1) < level;
  const ranked = slices.map((one, index) => ({ one, index }));
  ranked.sort((a, b) => Number(sure(b.one)) - Number(sure(a.one)) || b.one.delta.n - a.one.delta.n);
  const kept = new Set(ranked.slice(0, most).map(({ index }) => index));
  return slices.filter((_, index) => kept.has(index));
}

function toneOf({ value, better }: Delta, p: number | null): ForestRow["tone"] {
  if (value === null || p === null || p >= level) return "unclear";
  return (better === "lower" ? value < 0 : value > 0) ? "better" : "worse";
}

/** The ends of the axis: zero, every interval and every margin, with some air. */
export function forestAxis({ rows, margins, scale }: Pick<Forest, "rows" | "margins" | "scale">): { min: number; max: number } {
  const ends = rows.flatMap(({ delta: { value, interval } }) =>
    value === null ? [] : [value, interval?.low ?? value, interval?.high ?? value],
  );
  const all = [0, ...ends, ...margins.map(({ value }) => value)];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = (high - low) * 0.06 || 1;
  const least = scale === "percent" ? -1 : Number.NEGATIVE_INFINITY;
  const [min, max] = [low < 0 ? low - air : -air, high > 0 ? high + air : air];
  // A share cannot change by more than all of it; the point at the very end still has room.
  return { min: Math.max(min, least * 1.02), max: Math.min(max, -least * 1.02) };
}

/** `+20`, `−0.5`, `0`: a difference on an axis whose title has the unit. */
export function tickText(value: number, scale: Scale): string {
  const shown = scale === "percent" ? Number((value * 100).toFixed(1)) : Number(value.toPrecision(3));
  return shown === 0 ? "0" : `${shown > 0 ? "+" : "−"}${Math.abs(shown).toLocaleString("en-US")}`;
}

/** `< 0.001`, `0.012`, `0.34`. */
export function pText(p: number): string {
  if (p < 0.001) return "< 0.001";
  return p < 0.1 ? p.toFixed(3) : p.toFixed(2);
}
