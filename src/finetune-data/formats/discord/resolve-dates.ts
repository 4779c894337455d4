import { FinegaugeError } from "../../../core/errors.ts";
import type { ReadOptions } from "../format.ts";
import type { DateParts } from "./date-parts.ts";
import { localSeconds } from "./local-seconds.ts";

type Order = "dm" | "md";

export interface ResolveOptions extends Pick<ReadOptions, "dateOrder" | "timeZone" | "warn"> {
  readonly file: string;
  /** Other dates of the file, written by the same pattern. */
  readonly others?: readonly DateParts[];
}

/**
 * Seconds since 1970 of each date of a chat.
 *
 * Day before month or behind it is told, in this order: by the option, by the pattern, by a number above 12, by what lets time go one way.
 *
 * @throws FinegaugeError `data.invalid` when nothing tells and it matters
 */
export function resolveDates(dates: readonly DateParts[], options: ResolveOptions): number[] {
  const { timeZone = "UTC", dateOrder, file, others = [], warn } = options;
  const inOrder = (order: Order) => dates.map((date) => secondsOf(date, order, timeZone));
  const known = dates.find((date) => date.order !== undefined)?.order;
  // A year in front is followed by the month whatever the option says of others; but in Kyrgyz.
  if (known !== undefined) return inOrder(dates.some(({ pair }) => (pair?.[0] ?? 0) > 12) ? "dm" : known);
  if (dateOrder !== undefined) return inOrder(dateOrder === "dmy" ? "dm" : "md");
  const byNumber = orderByNumber([...dates, ...others]);
  if (byNumber !== undefined) return inOrder(byNumber);
  const [byDay, byMonth] = [inOrder("dm"), inOrder("md")];
  const [dayWorks, monthWorks] = [goesOneWay(byDay), goesOneWay(byMonth)];
  if (dayWorks !== monthWorks) return dayWorks ? byDay : byMonth;
  const [first] = dates;
  if (!dates.every(({ pair }) => pair?.[0] === first?.pair?.[0] && pair?.[1] === first?.pair?.[1])) {
    throw new FinegaugeError("data.invalid", "the dates could have the day or the month first", {
      where: { file },
      hint: "--date-order dmy or mdy",
    });
  }
  // All on one day: what belongs together is the same either way.
  const [left, right] = first?.pair ?? [];
  if (left !== right)
    warn?.(`${file}: ${left}/${right} could have the day or the month first, the month is taken; --date-order says it`);
  return byMonth;
}

function orderByNumber(dates: readonly DateParts[]): Order | undefined {
  for (const { pair } of dates) {
    if (pair === undefined) continue;
    if (pair[0] > 12) return "dm";
    if (pair[1] > 12) return "md";
  }
  return undefined;
}

/** An hour that comes twice when clocks are put back. */
const backwards = 3600;

/** From the oldest on, or from the newest back. */
function goesOneWay(times: readonly number[]): boolean {
  const steps = times.slice(1).map((time, at) => time - (times[at] as number));
  return steps.every((step) => step >= -backwards) || steps.every((step) => step <= backwards);
}

function secondsOf(
  { seconds, year = 1970, pair = [1, 1], hour = 0, minute = 0, second = 0 }: DateParts,
  order: Order,
  timeZone: string,
): number {
  if (seconds !== undefined) return seconds;
  const [month, day] = order === "md" ? pair : [pair[1], pair[0]];
  return localSeconds({ year, month, day, hour, minute, second }, timeZone);
}
