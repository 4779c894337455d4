/** A date as it stands in an export, taken apart; which of day and month comes first may be open. */
export interface DateParts {
  /** The same for dates that were written by one pattern. */
  readonly shape: string;
  /** Seconds since 1970, of dates that say their zone or are a count. */
  readonly seconds?: number;
  readonly year?: number;
  /** The two other numbers of the date, in their order. */
  readonly pair?: readonly [number, number];
  /** What the pattern itself says of that order. */
  readonly order?: "dm" | "md";
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** What stands beside hours after noon, and before it, in the languages whose clocks have twelve hours. */
const afternoon = /^(pm|下午|午後|오후|μμ|ch|م|ptg|ከሰዓት|md)$/i;
const forenoon = /^(am|上午|午前|오전|πμ|sa|ص|pg|ጥዋት|pd)$/i;
/** Where the ten digits of a script begin. */
const zeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040];

/** With plain spaces and digits, and without marks that turn the direction of writing. */
export function plainDate(text: string): string {
  return text
    .replaceAll(/[\u200e\u200f\u061c\u202a-\u202e]/g, "")
    .replaceAll(/[\s\u202f\u00a0]+/g, " ")
    .replaceAll(/\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0) as number;
      const zero = zeros.find((one) => code >= one && code < one + 10);
      return zero === undefined ? digit : String(code - zero);
    })
    .trim();
}

/**
 * A date in the short pattern of any locale, `dd-MMM-yy hh:mm tt`, ISO 8601 with a zone, or seconds or milliseconds since 1970.
 *
 * @returns undefined when it is none
 */
export function dateParts(text: string): DateParts | undefined {
  const shape = shapeOf(text);
  if (/^\d{9,11}$/.test(text)) return { shape: "unix", seconds: Number(text) };
  if (/^\d{12,14}$/.test(text)) return { shape: "unixms", seconds: Number(text) / 1000 };
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)$/.test(text)) {
    const milliseconds = Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));
    return Number.isNaN(milliseconds) ? undefined : { shape: "iso", seconds: milliseconds / 1000 };
  }
  const numbers = [...text.matchAll(/\d+/g)].map(([digits]) => digits);
  const words = [...text.matchAll(/\p{L}(?:[\p{L}\p{M}.]|\.? (?=m\b))*/gu)].map(([word]) => word.replaceAll(/[. ]/g, ""));
  const named = words.map((word) => months.indexOf(word.slice(0, 3).toLowerCase()) + 1).find((month) => month > 0);
  const dateLength = named === undefined ? 3 : 2;
  const clock = numbers.slice(dateLength).map(Number);
  if (numbers.length < dateLength + 2 || numbers.length > dateLength + 4) return undefined;
  const date = datePair(numbers.slice(0, dateLength), named);
  const [hour = 0, minute = 0, second = 0] = clock;
  const late = words.some((word) => afternoon.test(word));
  const twelve = late || words.some((word) => forenoon.test(word));
  if (date === undefined || hour > (twelve ? 12 : 23) || minute > 59 || second > 59) return undefined;
  const dots = /^\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}/.test(text) ? ({ order: "dm" } as const) : {};
  return { shape, ...dots, ...date, hour: twelve ? (hour % 12) + (late ? 12 : 0) : hour, minute, second };
}

function datePair(numbers: readonly string[], month: number | undefined): Pick<DateParts, "year" | "pair" | "order"> | undefined {
  const [first = "", second = "", third = ""] = numbers;
  if (month !== undefined) {
    const yearFirst = first.length === 4;
    const day = Number(yearFirst ? second : first);
    return valid({ year: yearOf(yearFirst ? first : second), pair: [day, month], order: "dm" as const });
  }
  if (first.length === 4) return valid({ year: yearOf(first), pair: [Number(second), Number(third)], order: "md" as const });
  return valid({ year: yearOf(third), pair: [Number(first), Number(second)] });
}

function valid<T extends Pick<DateParts, "year" | "order"> & { readonly pair: readonly [number, number] }>(
  date: T,
): T | undefined {
  const [low, high] = [Math.min(...date.pair), Math.max(...date.pair)];
  return low >= 1 && low <= 12 && high <= 31 ? date : undefined;
}

function yearOf(digits: string): number {
  const year = Number(digits);
  if (digits.length <= 2) return 2000 + year;
  // The years of the Buddhist calendar, which Thai dates have.
  return year > 2400 ? year - 543 : year;
}

/** Lengths of numbers and words are left out: they differ from date to date. */
function shapeOf(text: string): string {
  return text.replaceAll(/\d+/g, "0").replaceAll(/\p{L}[\p{L}\p{M}]*/gu, "A");
}
