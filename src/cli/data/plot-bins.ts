const blocks = "▁▂▃▄▅▆▇█";
const plain = ".:-=+*#@";

/** Counts as one line of columns, the largest as high as the line; an empty one is a space, and none that is not. */
export function plotBins(bins: readonly number[], isPlain: boolean): string {
  const levels = isPlain ? plain : blocks;
  const most = Math.max(...bins);
  return bins.map((n) => (n === 0 ? " " : levels[Math.ceil((n / most) * levels.length) - 1])).join("");
}
