import type { Front, FrontPoint } from "../../core/leaderboard.ts";

type Point = Pick<FrontPoint, "model" | "quality" | "interval" | "price">;

/** Which points no other beats: being as good for less, or better for as much. */
export function frontOf(
  points: readonly Point[],
  { better, ...what }: Pick<Front, "by" | "eval"> & { better: "higher" | "lower" },
): Front {
  const turn = better === "lower" ? -1 : 1;
  const beats = (one: Point, other: Point) => {
    const gain = turn * (one.quality - other.quality);
    return (gain >= 0 && one.price < other.price) || (gain > 0 && one.price <= other.price);
  };
  return {
    ...what,
    points: points.map((point) => {
      const [best] = points
        .filter((other) => beats(other, point))
        .sort((a, b) => turn * (b.quality - a.quality) || a.price - b.price || a.model - b.model);
      return { ...point, on_front: best === undefined, beaten_by: best?.model ?? null };
    }),
  };
}
