import { FinegaugeError } from "../core/errors.ts";

/** What a command may use up at most, over all its runs. */
export interface Budget {
  readonly usd?: number;
  readonly tokens?: number;
  readonly ms?: number;
}

const units = new Map<string, readonly [keyof Budget, number]>([
  ["$", ["usd", 1]],
  ["usd", ["usd", 1]],
  ["tokens", ["tokens", 1]],
  ["ktokens", ["tokens", 1e3]],
  ["mtokens", ["tokens", 1e6]],
  ["s", ["ms", 1000]],
  ["min", ["ms", 60_000]],
  ["h", ["ms", 3_600_000]],
]);

/**
 * @param texts such as `$5`, `200ktokens` or `5usd,30min`; of two in one unit the smaller counts
 * @throws FinegaugeError `cli.usage`
 */
export function parseBudget(texts: readonly string[]): Budget {
  const budget: { -readonly [Unit in keyof Budget]: Budget[Unit] } = {};
  for (const text of texts.flatMap((list) => list.split(","))) {
    const [unit, amount] = parseLimit(text);
    budget[unit] = Math.min(budget[unit] ?? Number.POSITIVE_INFINITY, amount);
  }
  return budget;
}

function parseLimit(text: string): [keyof Budget, number] {
  const pattern = /^(?<sign>\$?)\s*(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[a-z]*|\$)$/i;
  const { sign = "", amount, unit = "" } = pattern.exec(text.trim())?.groups ?? {};
  const found = sign !== "" && unit !== "" ? undefined : units.get((sign || unit).toLowerCase());
  if (found === undefined || !(Number(amount) > 0)) {
    throw new FinegaugeError("cli.usage", `--budget ${text} is no budget`, {
      hint: "$5, 0.50usd, 200ktokens, 2mtokens, 90s, 30min or 2h; in single quotes, so that the shell leaves $ alone",
    });
  }
  return [found[0], Number(amount) * found[1]];
}
