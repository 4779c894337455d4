import { duration, howMany } from "./figures.ts";
import type { EndLine } from "./run-line.ts";

type WidthFound = NonNullable<EndLine["width"]>;

/**
 * `12 requests refused for coming too soon, 4 pauses of 8.2 s in all; the server takes about 48 requests a second`; the same words in
 * every format.
 *
 * @returns undefined where the server never minded
 */
export function widthWords({ refused, pauses, paused_ms: ms, per_second: rate }: WidthFound): string | undefined {
  if (refused === 0 && pauses === 0) return undefined;
  const parts = [
    ...(refused > 0 ? [`${howMany(refused, "request")} refused for coming too soon`] : []),
    ...(pauses > 0 ? [`${howMany(pauses, "pause")} of ${duration(ms)}${pauses > 1 ? " in all" : ""}`] : []),
  ];
  const takes = rate === undefined ? "" : `; the server takes about ${rate} requests a second`;
  return `${parts.join(", ")}${takes}`;
}
