import { expect, test } from "vitest";
import { plotBins } from "./plot-bins.ts";

test.each([
  { bins: [0, 1, 4, 8], isPlain: false, plot: " ▁▄█" },
  { bins: [0, 1, 4, 8], isPlain: true, plot: " .=@" },
  { bins: [1, 1_000_000], isPlain: false, plot: "▁█" },
  { bins: [5], isPlain: false, plot: "█" },
])("$bins is drawn as $plot", ({ bins, isPlain, plot }) => {
  expect(plotBins(bins, isPlain)).toBe(plot);
});
