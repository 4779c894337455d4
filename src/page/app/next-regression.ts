import type { PageData, PageRow } from "../page-data.ts";
import { isRegression } from "./lookup.ts";

/**
 * The place of the next regression in a list, or of the one before.
 *
 * @param from where the reader is; −1 = not yet in the list
 * @returns undefined when there is none that way
 */
export function nextRegression(data: PageData, rows: readonly PageRow[], from: number, by: 1 | -1): number | undefined {
  for (let at = from + by; at >= 0 && at < rows.length; at += by) {
    const row = rows[at];
    if (row !== undefined && isRegression(data, row)) return at;
  }
  return undefined;
}
