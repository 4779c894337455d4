import type { Interval, Metric } from "./metric.ts";

/** How the numbers of one metric are written: a share of 1 as per cent. */
export type Scale = "percent" | "plain" | "ms" | "usd" | "tokens";

/**
 * The scale for a metric over all the runs that it is shown for, so that a column never mixes two.
 *
 * Per cent wherever every value and interval lies in [0, 1]; a Matthews correlation or a perplexity stays a plain number.
 */
export function scaleOf(metrics: readonly Pick<Metric, "value" | "interval" | "unit">[]): Scale {
  const unit = metrics[0]?.unit ?? "1";
  if (unit === "ms" || unit === "usd" || unit === "tokens") return unit;
  const ends = metrics.flatMap(({ value, interval }) => [value, interval?.low, interval?.high]);
  return unit === "1" && ends.every((end) => end == null || (end >= 0 && end <= 1)) ? "percent" : "plain";
}

/** `94.8 %`, `0.512`, `182 ms`, `$0.0021`. */
export function figure(value: number, scale: Scale): string {
  return `${bare(value, scale)}${{ percent: " %", plain: "", ms: " ms", usd: "", tokens: "" }[scale]}`;
}

/** `92.7–96.4`, in the unit of the figure beside it. */
export function range(interval: Pick<Interval, "low" | "high">, scale: Scale): string {
  return `${bare(interval.low, scale)}–${bare(interval.high, scale)}`;
}

/** A difference with its sign: `+2.3 points`, `−0.012`, `+12 ms`. */
export function change(value: number, scale: Scale): string {
  return `${signed(value, scale)}${changeUnit[scale]}`;
}

/** `+0.8 to +3.9`, in the unit of the difference beside it; as many digits as it takes to see that it has width. */
export function changeRange({ low, high }: Pick<Interval, "low" | "high">, scale: Scale): string {
  let digits = 1;
  while (digits < 6 && low < high && signed(low, scale, digits) === signed(high, scale, digits)) digits++;
  return `${signed(low, scale, digits)} to ${signed(high, scale, digits)}`;
}

/** How large a difference is, without a sign: `2.3 points`; never 0 for what is not. */
export function changeSize(value: number, scale: Scale): string {
  const size = Math.abs(value);
  let digits = 1;
  while (digits < 6 && size > 0 && !/[1-9]/.test(signed(size, scale, digits))) digits++;
  return `${signed(size, scale, digits).replace(/^[+±]/, "")}${changeUnit[scale]}`;
}

const changeUnit = { percent: " points", plain: "", ms: " ms", usd: "", tokens: "" } as const satisfies Record<Scale, string>;

function signed(value: number, scale: Scale, digits = 1): string {
  // A difference of shares needs no digits to tell it from 0 or 100.
  const text = scale === "percent" ? `${value < 0 ? "−" : ""}${Math.abs(value * 100).toFixed(digits)}` : bare(value, scale);
  const nothing = !/[1-9]/.test(text);
  return nothing ? text.replace("−", "±").replace(/^(?!±)/, "±") : value > 0 ? `+${text}` : text;
}

function bare(value: number, scale: Scale): string {
  const text =
    scale === "percent"
      ? share(value)
      : scale === "usd"
        ? money(Math.abs(value))
        : scale === "ms" || scale === "tokens"
          ? counted(Math.abs(value))
          : significant(value);
  const unsigned = text.replace(/^-/, "");
  // -0.04 % rounds to 0.0, which has no sign.
  const negative = value < 0 && /[1-9]/.test(unsigned);
  return `${negative ? "−" : ""}${unsigned}`;
}

/** More digits where rounding would claim all or nothing: 99.97, not 100.0. */
function share(value: number): string {
  const percent = value * 100;
  for (let digits = 1; digits < 6; digits++) {
    const text = percent.toFixed(digits);
    if ((Number(text) > 0 || percent <= 0) && (Number(text) < 100 || percent >= 100)) return text;
  }
  return percent < 50 ? "<0.00001" : ">99.99999";
}

function significant(value: number): string {
  const size = Math.abs(value);
  // No table is as wide as the largest number is long.
  if (size >= 1e12 || (size > 0 && size < 1e-6)) return value.toExponential(2);
  return size >= 1000 ? whole(value) : value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/** Milliseconds and tokens: whole, but for means so small that this would hide them. */
function counted(value: number): string {
  return value >= 10 || Number.isInteger(value) ? whole(value) : value.toFixed(value >= 1 ? 1 : 2);
}

function money(value: number): string {
  // Two digits that count; below a billionth of a dollar there is nothing to pay.
  const digits = value >= 1 || value < 1e-9 ? 2 : 1 - Math.floor(Math.log10(value));
  return `$${value.toFixed(Math.max(2, digits))}`;
}

/** `935 kB`, `1.90 MB`, `4.37 GB`: by thousands, as file managers and download pages count. */
export function fileSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"] as const;
  let [size, at] = [bytes, 0];
  // 999.6 kB is shown as 1.00 MB.
  for (; size >= (at === 0 ? 1000 : 999.5) && at < units.length - 1; at++) size /= 1000;
  return `${size.toFixed(at === 0 || size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)} ${units[at]}`;
}

/** 12,345. Grouped by hand: the first call of `toLocaleString` loads a locale, which takes a tenth of a short command's time. */
export function whole(value: number): string {
  const rounded = Math.round(value);
  if (!(Math.abs(rounded) < 1e21)) return rounded.toLocaleString("en-US");
  return String(rounded).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** How many of n were right, where the metric is a plain share of them: its value times n is a whole number. */
export function naturalCount(metric: Metric): { readonly right: number; readonly of: number } | undefined {
  if (metric.value === null || metric.unit !== "1" || metric.value < 0 || metric.value > 1 || metric.n === 0) return undefined;
  const right = metric.value * metric.n;
  return Math.abs(right - Math.round(right)) < 1e-6 * metric.n ? { right: Math.round(right), of: metric.n } : undefined;
}

/** The metric that stands for a run: accuracy, else its first. */
export function mainMetric(metrics: readonly Metric[]): Metric | undefined {
  return metrics.find((metric) => metric.name === "accuracy") ?? metrics[0];
}

/** A figure about labels that a table of metrics has no room for: of those it shows `macro_f1`. */
export function isLabelDetail(name: string): boolean {
  return /^(precision|recall|f1)\..|^(macro_(precision|recall)|weighted_(precision|recall|f1))$/.test(name);
}

/** `850 ms`, `1.2 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${ms < 9950 ? (ms / 1000).toFixed(1) : seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
}

/** How long ago, to one part: `12 s`, `45 min`, `2 h`, `3 days`. */
export function age(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** `20 Nov 2026, 10:15 UTC`; the same on every reader's machine. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return `${day}, ${at.toISOString().slice(11, 16)} UTC`;
}

/** `1 sample`, `1,234 samples`, `2 replies`. */
export function howMany(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)} ${n === 1 ? one : many}`;
}
