const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const part = /(\d{1,12}(?:\.\d+)?)(ms|[smhd])/g;

/** A time as servers write it, in ms: `20ms`, `1.2s`, `6m0s`, `1h30m`, or seconds without a unit. undefined = it is none. */
export function toldDurationMs(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (/^\d{1,12}(?:\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000);
  if (!/^(?:\d{1,12}(?:\.\d+)?(?:ms|[smhd]))+$/.test(trimmed)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of trimmed.matchAll(part)) ms += Number(amount) * (units[unit as string] as number);
  return Math.ceil(ms);
}

const dayMs = 86_400_000;

/** No limit is counted over longer: what says so means something else. */
const longestResetMs = 31 * dayMs;

/**
 * When a limit is whole again, in ms from now: a time, or a moment that some gateways give in its place, in seconds or milliseconds since
 * 1970. undefined = it is neither, or further off than any limit's.
 *
 * @param now Unix time, ms
 */
export function toldResetMs(text: string | undefined, now: number): number | undefined {
  const trimmed = text?.trim() ?? "";
  if (/^\d{10,16}(?:\.\d+)?$/.test(trimmed)) {
    const away = [Number(trimmed) * 1000 - now, Number(trimmed) - now].find((ms) => Math.abs(ms) <= longestResetMs);
    return away === undefined ? undefined : Math.max(0, Math.ceil(away));
  }
  const ms = toldDurationMs(trimmed);
  return ms === undefined || ms > longestResetMs ? undefined : ms;
}

/** A wait that a sentence asks for, in ms: `Please try again in 1.2s`, `retry after 26 seconds`. */
export function waitInSentence(sentence: string): number | undefined {
  const found = asked.exec(sentence);
  if (found === null) return undefined;
  const { short, amount, unit } = found.groups as { short?: string; amount?: string; unit?: string };
  return short !== undefined ? toldDurationMs(short) : toldDurationMs(`${amount}${unit?.startsWith("milli") ? "ms" : unit?.[0]}`);
}

const asked =
  /\b(?:try again|retry|wait|available)\s+(?:in|after|for)\s+(?:(?<amount>\d{1,12}(?:\.\d+)?)\s*(?<unit>milliseconds?|seconds?|secs?|minutes?|mins?|hours?)\b|(?<short>(?:\d{1,12}(?:\.\d+)?(?:ms|[smhd]))+)(?![a-z]))/i;
