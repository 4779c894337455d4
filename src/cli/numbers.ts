import type { Metric } from "../core/metric.ts";

export { duration, howMany as counted } from "../core/figures.ts";

/** `94.8 %`. */
export function percent(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}

/** `92.7–96.4`, in per cent. */
export function percentRange(metric: Metric): string {
  const { interval } = metric;
  return interval === null ? "" : `${(interval.low * 100).toFixed(1)}–${(interval.high * 100).toFixed(1)}`;
}

/** `950`, `1.2k`, `12k`, `4.5M`. */
export function short(value: number): string {
  if (value < 999.5) return String(Math.round(value));
  if (value < 999_500) return `${(value / 1000).toFixed(value < 9950 ? 1 : 0)}k`;
  return `${(value / 1_000_000).toFixed(1)}M`;
}

/** `$3.20`; two digits that count below a dollar: `$0.42`, `$0.0021`. */
export function dollars(value: number): string {
  if (value === 0 || value >= 0.995) return `$${value.toFixed(2)}`;
  return `$${value.toFixed(Math.min(12, Math.max(2, 1 - Math.floor(Math.log10(value)))))}`;
}
