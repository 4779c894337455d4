import type { PythonJson } from "./python-json.ts";

/**
 * A text that is the same for equal values and no others: keys in any order, numbers by value, whole numbers exactly; `true` is not 1, null
 * is null.
 */
export function jsonKey(value: PythonJson): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isInteger(value)) return String(BigInt(value));
  if (Array.isArray(value)) return `[${value.map(jsonKey).join(",")}]`;
  if (!(value instanceof Map)) return String(value);
  const members = [...value].map(([name, member]) => `${JSON.stringify(name)}:${jsonKey(member)}`);
  return `{${members.sort().join(",")}}`;
}
