import { FinegaugeError } from "../core/errors.ts";
import type { Bag, Json } from "../core/json.ts";

/**
 * `key=value,key=value` as `oaieval` reads it: whole numbers and others become numbers, the rest is text.
 *
 * @param flag that it stands behind, for messages
 * @throws FinegaugeError `cli.usage` for a part that is no pair; there is no way to write `,` or `=` in a value
 */
export function oaievalValues(text: string, flag: string): Bag {
  const values = new Map<string, Json>();
  for (const part of text === "" ? [] : text.split(",")) {
    const [key = "", value, ...more] = part.split("=");
    if (key.trim() === "" || value === undefined || more.length > 0) {
      throw new FinegaugeError("cli.usage", `${flag}: "${part}" is no key=value`, {
        hint: `${flag} max_tokens=64,top_p=0.5; a value with a comma or = in it has to stand in the registry`,
      });
    }
    values.set(key.trim(), numberIn(value) ?? value);
  }
  return Object.fromEntries(values);
}

/** As Python's `int` and `float` take it, save for what no JSON can say. */
function numberIn(text: string): number | undefined {
  if (!/^\s*[+-]?(\d[\d_]*)?\.?\d*(e[+-]?\d+)?\s*$/i.test(text) || !/\d/.test(text)) return undefined;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}
