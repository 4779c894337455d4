import { withoutCodeFence } from "./code-fence.ts";

/** How a text says a list. */
export interface ListFormat {
  /** What stands between items; by default it is found out. */
  readonly separator?: string | undefined;
}

/**
 * The items that a text lists, trimmed, without those that are empty: members of a JSON list, else lines without their bullets and
 * numbers when there are several, else what stands between commas or semicolons.
 */
export function itemsIn(text: string, { separator }: ListFormat = {}): string[] {
  if (separator !== undefined) return clean(text.split(separator));
  const json = jsonItems(text);
  if (json !== undefined) return json;
  const lines = clean(text.split("\n"));
  if (lines.length > 1) return clean(lines.map((line) => line.replace(/^(?:[-*+•]|\d{1,6}[.)])\s+/, "")));
  const line = text.trim().replace(/\.$/, "");
  return clean(line.includes(";") ? line.split(";") : line.split(","));
}

function clean(items: readonly string[]): string[] {
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

/** The members of a JSON list; undefined for any other text. */
export function jsonItems(text: string): string[] | undefined {
  const inner = withoutCodeFence(text).trim();
  if (!inner.startsWith("[")) return undefined;
  try {
    const list: unknown = JSON.parse(inner);
    if (!Array.isArray(list)) return undefined;
    return clean(list.map((item) => (typeof item === "string" ? item : JSON.stringify(item))));
  } catch {
    return undefined;
  }
}
