import { z } from "zod";

/** The keys that a schema names for the mapping at a path; undefined where any key will do. */
export function knownKeys(schema: unknown, path: readonly PropertyKey[] = []): readonly string[] | undefined {
  const inner = unwrapped(schema);
  const [key, ...rest] = path;
  if (inner instanceof z.ZodUnion) {
    const all = inner.options.map((option) => knownKeys(option, path)).filter((keys) => keys !== undefined);
    return all.length === 0 ? undefined : [...new Set(all.flat())];
  }
  if (key === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : undefined;
  if (inner instanceof z.ZodObject) return knownKeys(inner.shape[String(key)], rest);
  if (inner instanceof z.ZodRecord) return knownKeys(inner.valueType, rest);
  if (inner instanceof z.ZodArray) return knownKeys(inner.element, rest);
  return undefined;
}

/** The keys of a mapping that the schema would drop without a word, or refuse. */
export function unknownKeys(schema: unknown, value: { readonly [key: string]: unknown }): readonly string[] {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  const { catchall } = inner.def;
  if (catchall !== undefined && !(catchall instanceof z.ZodNever)) return [];
  return Object.keys(value).filter((key) => !Object.hasOwn(inner.shape, key));
}

/** Without what only says that it may be absent, or what becomes of it. */
function unwrapped(schema: unknown): unknown {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap());
  }
  return schema;
}
