import { FinegaugeError } from "../../../core/errors.ts";

/** What a clock on the wall and a calendar show. */
export interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * Seconds since 1970 of a time without a zone.
 *
 * Of an hour that comes twice the first is taken; an hour that is left out is taken as if clocks had not been put forward.
 *
 * @param timeZone IANA name
 * @throws FinegaugeError `cli.usage` when there is no such zone
 */
export function localSeconds({ year, month, day, hour, minute, second }: WallTime, timeZone: string): number {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  if (timeZone === "UTC") return asUtc;
  // The offsets a day before and a day after are the only ones that can hold.
  const dayLong = 86_400;
  const before = offsetAt(asUtc - dayLong, timeZone);
  const after = offsetAt(asUtc + dayLong, timeZone);
  if (offsetAt(asUtc - before, timeZone) === before) return asUtc - before;
  return offsetAt(asUtc - after, timeZone) === after ? asUtc - after : asUtc - before;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  try {
    const clock = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    clocks.set(timeZone, clock);
    return clock;
  } catch (cause) {
    throw new FinegaugeError("cli.usage", `there is no time zone ${JSON.stringify(timeZone)}`, {
      hint: "an IANA name, such as Europe/Berlin",
      cause,
    });
  }
}

/** Seconds that the zone is ahead of UTC at a moment. */
function offsetAt(seconds: number, timeZone: string): number {
  const shown = clockOf(timeZone)
    .formatToParts(seconds * 1000)
    .find(({ type }) => type === "timeZoneName")?.value;
  const [, sign, hours = 0, minutes = 0, rest = 0] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(shown ?? "") ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest));
}
