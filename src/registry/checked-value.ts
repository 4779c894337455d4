import type { z } from "zod";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { firstFault, pathText } from "./describe-fault.ts";
import { knownKeys, unknownKeys } from "./known-keys.ts";
import type { RegistryWarning } from "./registry.ts";
import type { YamlEntry } from "./yaml-file.ts";

/** A part of an entry that is to be checked, and where it stands in it. */
export interface Part {
  readonly entry: YamlEntry;
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
}

/**
 * A part of an entry as its schema yields it.
 *
 * @param more keys that are valid too, for the suggestion
 * @throws FinegaugeError `registry.invalid` at line and column of the first fault
 */
export function checkedValue<Schema extends z.ZodType>(
  schema: Schema,
  part: Part,
  more: readonly string[] = [],
): z.output<Schema> {
  const { entry, path, value } = part;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fault = firstFault(result.error, value);
  const at = [...path, ...fault.path];
  if (fault.unknownKey !== undefined) {
    throw unknownKey(part, fault.path, fault.unknownKey, [...(knownKeys(schema, fault.path) ?? []), ...more]);
  }
  const name = at.length === 0 ? "it" : pathText(at);
  throw new FinegaugeError("registry.invalid", `"${entry.name}": ${name} ${fault.text}`, { where: entry.placeOf(at) });
}

/** The refusal of a key that would otherwise change nothing without a word. */
export function unknownKey(
  { entry, path }: Part,
  inside: readonly PropertyKey[],
  key: string,
  known: readonly string[],
): FinegaugeError {
  const at = [...path, ...inside];
  const of = at.length === 0 ? "" : ` in ${pathText(at)}`;
  return new FinegaugeError("registry.invalid", `"${entry.name}": unknown key "${key}"${of}`, {
    where: entry.placeOf([...at, key], "key"),
    nearest: nearestNames(key, known),
    hint: known.length === 0 ? "no keys are known there" : `known keys: ${known.join(", ")}`,
  });
}

/** A mapping without the keys its schema does not know, each of which is warned about. */
export function withoutUnknownKeys(
  schema: z.ZodType,
  part: Part,
  warn: (warning: RegistryWarning) => void,
): { [key: string]: unknown } {
  const { entry, path } = part;
  const value = part.value as { readonly [key: string]: unknown };
  const unknown = unknownKeys(schema, value);
  for (const key of unknown) {
    const [nearest] = nearestNames(key, knownKeys(schema) ?? []);
    const of = path.length === 0 ? "" : ` in ${pathText(path)}`;
    warn({
      message: `"${entry.name}": unknown key "${key}"${of} has no effect${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`,
      where: entry.placeOf([...path, key], "key"),
    });
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => !unknown.includes(key)));
}

/** Warns about a key that stands twice: openai/evals takes the last one without a word, and one of its own prompts has it. */
export function warnOfRepeatedKey(entry: YamlEntry, warn: (warning: RegistryWarning) => void): void {
  const twice = entry.repeatedKey();
  if (twice !== undefined)
    warn({ message: `"${entry.name}" has the key "${twice.key}" twice; the last one counts`, where: twice.where });
}

const yaml11: { readonly [text: string]: boolean } = { yes: true, on: true, no: false, off: false };

/**
 * The value with `yes`, `no`, `on` and `off` turned into true and false, but only where the schema wants a boolean and there are no
 * quotes: openai/evals reads YAML 1.1, where they are booleans everywhere, and choices named `Yes` and `No` fall into that trap.
 */
export function withYaml11Booleans(schema: z.ZodType, { entry, path, value }: Part): unknown {
  const result = schema.safeParse(value);
  if (result.success) return value;
  const copy = structuredClone(value);
  for (const at of result.error.issues.flatMap((issue) => wantBoolean(issue, []))) {
    const holder = at
      .slice(0, -1)
      .reduce<unknown>((held, key) => (held as { [key: PropertyKey]: unknown } | undefined)?.[key], copy);
    const last = at.at(-1);
    if (last === undefined || typeof holder !== "object" || holder === null) continue;
    const text = (holder as { [key: PropertyKey]: unknown })[last];
    const known =
      typeof text === "string" && /^([a-z]+|[A-Z]?[a-z]+|[A-Z]+)$/.test(text) ? yaml11[text.toLowerCase()] : undefined;
    if (known !== undefined && entry.isPlain([...path, ...at])) (holder as { [key: PropertyKey]: unknown })[last] = known;
  }
  return copy;
}

function wantBoolean(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): readonly PropertyKey[][] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") return issue.errors.flat().flatMap((inner) => wantBoolean(inner, path));
  return issue.code === "invalid_type" && issue.expected === "boolean" ? [path] : [];
}
