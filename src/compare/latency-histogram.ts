import type { Latency } from "./collector.ts";

/** From a hundredth of a millisecond to 28 hours, each bin 2 % wide. */
const least = 0.01;
const ratio = 1.02;
const bins = 1166;
const perBin = 1 / Math.log(ratio);

/** Milliseconds in fixed bins: no list of them is kept, and their order does not matter. */
export function latencyHistogram(): { add(ms: number): void; read(): Latency | null } {
  const counts = new Uint32Array(bins);
  let n = 0;
  let max = 0;

  function quantile(share: number): number {
    const wanted = Math.ceil(share * n);
    let seen = 0;
    for (let bin = 0; bin < bins; bin++) {
      seen += counts[bin] as number;
      if (seen >= wanted) return Math.min(max, least * ratio ** (bin + 0.5));
    }
    return max;
  }

  return {
    add(ms) {
      if (!(ms >= 0)) return;
      const bin = Math.floor(Math.log(ms / least) * perBin);
      const place = Math.min(bins - 1, Math.max(0, bin));
      counts[place] = (counts[place] as number) + 1;
      n++;
      if (ms > max) max = ms;
    },
    read: () => (n === 0 ? null : { n, p50: quantile(0.5), p95: quantile(0.95), max }),
  };
}
