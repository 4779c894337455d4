import type { Metric } from "../core/metric.ts";

/** What one hit of a metric is called. */
const hits: { readonly [name: string]: string } = {
  accuracy: "right",
  errors: "failed",
  filtered: "filtered",
  cut_off: "cut off",
  empty: "empty",
  refused: "refused",
  invalid_label: "no valid label",
};

/** A share as `94.8`; more digits where rounding would claim all or nothing. */
export function percent(share: number): string {
  const value = share * 100;
  for (let digits = 1; digits < 6; digits++) {
    const text = value.toFixed(digits);
    const rounded = Number(text);
    if ((rounded > 0 || value <= 0) && (rounded < 100 || value >= 100)) return text;
  }
  return value.toString();
}

/** One metric in natural counts: `569 of 600 right (94.8 %, 95 % interval 92.8 to 96.3)`. */
export function countsSentence(metric: Metric): string {
  const { name, value, n, interval, reason } = metric;
  if (value === null) return `${name}: not available${reason === undefined ? "" : `, ${reason}`}`;
  const hit = hits[name];
  const show = hit === undefined ? (number: number) => String(Number(number.toPrecision(4))) : percent;
  const around = interval && `${Number(percent(interval.level))} % interval ${show(interval.low)} to ${show(interval.high)}`;
  const because = interval === null && reason !== undefined ? `no interval: ${reason}` : undefined;
  const tail = around ?? because;
  if (hit === undefined) return `${name} ${show(value)} (${[`n ${n}`, tail].filter((part) => part !== undefined).join(", ")})`;
  const inside = [`${show(value)} %`, tail].filter((part) => part !== undefined).join(", ");
  const count = Math.round(value * n);
  // With several attempts the mean over samples need not be a whole number of replies.
  const whole = Math.abs(count - value * n) < 1e-6 * Math.max(1, n);
  return `${whole ? count : `about ${count}`} of ${n} ${hit} (${inside})`;
}
