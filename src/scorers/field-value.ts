import { z } from "zod";
import { jsonKey } from "./json-key.ts";
import { similarity } from "./levenshtein.ts";
import { type FoundNumber, numbersIn } from "./numbers-in.ts";
import { isNear } from "./numeric.ts";
import type { PythonJson } from "./python-json.ts";

const comparisons = z.enum(["exact", "numeric", "similarity", "set"]);

/** How one field of an object is compared. */
const fieldSchema = z.strictObject({
  compare: comparisons.optional(),
  /** Of `numeric`. */
  tolerance: z.number().nonnegative().optional(),
  relative_tolerance: z.number().nonnegative().optional(),
  /** Of texts. */
  ignore_case: z.boolean().optional(),
  /** How much the field counts beside the others. */
  weight: z.number().positive().optional(),
});
export type Field = z.infer<typeof fieldSchema>;

/** A field's comparison alone, or with all that belongs to it. */
export const fieldOrNameSchema = z.union([comparisons.transform((compare): Field => ({ compare })), fieldSchema]);

/** How right a field is, 0 to 1. What the ideal does not have, or has as null, the reply must not have either. */
export function fieldValue(said: PythonJson | undefined, wanted: PythonJson | undefined, field: Field = {}): number {
  if (wanted === undefined || wanted === null) return said === undefined || said === null ? 1 : 0;
  if (said === undefined || said === null) return 0;
  switch (field.compare) {
    case "numeric":
      return isSameNumber(said, wanted, field) ? 1 : 0;
    case "similarity":
      return typeof said === "string" && typeof wanted === "string"
        ? similarity(said, wanted, field)
        : isEqual(said, wanted, field);
    case "set":
      return Array.isArray(said) && Array.isArray(wanted) ? setF1(said, wanted, field) : 0;
    default:
      return isEqual(said, wanted, field);
  }
}

function isEqual(said: PythonJson, wanted: PythonJson, field: Field): number {
  return key(said, field) === key(wanted, field) ? 1 : 0;
}

function key(value: PythonJson, { ignore_case: ignoreCase }: Field): string {
  return ignoreCase ? jsonKey(value).toLowerCase() : jsonKey(value);
}

/** Of a number, or of a text that says one. */
function isSameNumber(said: PythonJson, wanted: PythonJson, field: Field): boolean {
  const [a, b] = [numberOf(said), numberOf(wanted)];
  return a !== undefined && b !== undefined && isNear(a, b, field);
}

function numberOf(value: PythonJson): FoundNumber | undefined {
  if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "string") return undefined;
  const found = numbersIn(String(value));
  return found.length === 1 ? found[0] : undefined;
}

/** F1 of two lists as sets: an item counts once, wherever it stands. */
function setF1(said: readonly PythonJson[], wanted: readonly PythonJson[], field: Field): number {
  const mine = new Set(said.map((item) => key(item, field)));
  const theirs = new Set(wanted.map((item) => key(item, field)));
  if (mine.size + theirs.size === 0) return 1;
  const shared = [...mine].filter((item) => theirs.has(item)).length;
  return (2 * shared) / (mine.size + theirs.size);
}
