import { FinegaugeError } from "../core/errors.ts";

const ageUnits: { readonly [unit: string]: number } = { min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const sizeUnits: { readonly [unit: string]: number } = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/**
 * `30d` in ms.
 *
 * @throws FinegaugeError `cli.usage`
 */
export function parseAge(text: string): number {
  return parse(text, ageUnits) ?? refuse("--older-than", text, "an age", "90min, 12h, 30d or 4w");
}

/**
 * `1gb` in bytes, by thousands.
 *
 * @throws FinegaugeError `cli.usage`
 */
export function parseSize(text: string): number {
  return parse(text, sizeUnits) ?? refuse("--max-size", text, "a size", "500kb, 200mb or 1gb");
}

function parse(text: string, units: { readonly [unit: string]: number }): number | undefined {
  const { amount, unit = "" } = /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[a-z]+)$/i.exec(text.trim())?.groups ?? {};
  const factor = Object.hasOwn(units, unit.toLowerCase()) ? units[unit.toLowerCase()] : undefined;
  return factor === undefined ? undefined : Number(amount) * factor;
}

function refuse(option: string, text: string, what: string, hint: string): never {
  throw new FinegaugeError("cli.usage", `${option} ${text} is not ${what}`, { hint });
}
