import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { checkedValue } from "./checked-value.ts";
import { showPath } from "./show-path.ts";
import { type PriceLookup, type TokenPrice, tokenPriceSchema } from "./token-price.ts";
import { readYamlFile, type YamlEntry } from "./yaml-file.ts";

/** One prices.yaml. */
interface PriceTable {
  readonly source: string;
  /** Classes of completion functions that it holds for; undefined = all. */
  readonly classes: readonly string[] | undefined;
  readonly prices: ReadonlyMap<string, TokenPrice>;
}

/**
 * The prices.yaml of every root; a later root goes before an earlier one, whatever in it fits.
 *
 * @throws FinegaugeError `registry.invalid` at line and column
 */
export function readPrices(roots: readonly string[], cwd: string): PriceLookup {
  const tables = roots.flatMap((root) => readTable(join(root, "prices.yaml"), root, cwd)).reverse();
  return (className, model) => {
    for (const { source, classes, prices } of tables) {
      if (classes !== undefined && !classes.includes(className)) continue;
      const price = findPrice(prices, model);
      if (price !== undefined) return { price, source };
    }
    return undefined;
  };
}

const datedSnapshot = /-\d{4}-\d{2}-\d{2}$/;

/** The name itself, then the model that it is a dated snapshot of, then the longest pattern that ends in `*` and fits. */
function findPrice(prices: ReadonlyMap<string, TokenPrice>, model: string): TokenPrice | undefined {
  const named = prices.get(model) ?? prices.get(model.replace(datedSnapshot, ""));
  if (named !== undefined) return named;
  let longest = "";
  for (const pattern of prices.keys()) {
    const fits = pattern.endsWith("*") && model.startsWith(pattern.slice(0, -1));
    if (fits && pattern.length > longest.length) longest = pattern;
  }
  return prices.get(longest);
}

const keys = {
  list: z.string(),
  date: z.iso.date("a day such as 2026-11-20 is expected"),
  classes: z.array(z.string()),
  prices: z.record(z.string().min(1), tokenPriceSchema),
};

/** A whole prices.yaml; no key has to be there. */
export const priceFileSchema = z.strictObject(keys).partial();

function readTable(path: string, root: string, cwd: string): PriceTable[] {
  if (!existsSync(path)) return [];
  const shown = showPath(path, cwd);
  const { entries, problem } = readYamlFile(path, root, shown);
  if (problem !== undefined) throw problem;
  const known = Object.keys(keys);
  for (const { name, place } of entries) {
    if (known.includes(name)) continue;
    throw new FinegaugeError("registry.invalid", `${shown}: unknown key "${name}"`, {
      where: place,
      nearest: nearestNames(name, known),
      hint: `known keys: ${known.join(", ")}; models stand under \`prices\``,
    });
  }
  const read = <Key extends keyof typeof keys>(key: Key) => readKey(key, entries);
  const [list, date] = [read("list"), read("date")];
  return [
    {
      source: [list ?? "own", date].filter((part) => part !== undefined).join(" "),
      classes: read("classes"),
      prices: new Map(Object.entries(read("prices") ?? {})),
    },
  ];
}

function readKey<Key extends keyof typeof keys>(
  key: Key,
  entries: readonly YamlEntry[],
): z.output<(typeof keys)[Key]> | undefined {
  const entry = entries.findLast(({ name }) => name === key);
  if (entry === undefined) return undefined;
  return checkedValue(keys[key], { entry, path: [], value: entry.value() }) as z.output<(typeof keys)[Key]>;
}
