import type { PageRow } from "../page-data.ts";
import { flipOf } from "./lookup.ts";

/** Whether a sample got worse or better, and how far that can be believed. */
export function FlipMark({ row }: { row: PageRow }) {
  const flip = flipOf(row);
  if (flip === undefined) return null;
  const doubt = flip.stable === false ? "in most attempts" : flip.stable === true ? "in every attempt" : undefined;
  const sure = flip.confidence === undefined ? undefined : `${Math.round(flip.confidence * 100)} % sure`;
  const words = [flip.change === "only_baseline" ? "got worse" : "got better", doubt, sure].filter((word) => word !== undefined);
  return (
    <small class={`flip ${flip.change}`} title="sure: how likely another try would show the same change">
      {words.join(", ")}
    </small>
  );
}
