import type { z } from "zod";
import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { checkedValue, withoutUnknownKeys } from "./checked-value.ts";
import { followAlias } from "./follow-alias.ts";
import type { RegistryWarning } from "./registry.ts";
import type { Tables } from "./tables.ts";
import type { YamlEntry } from "./yaml-file.ts";

/** A grading prompt that an eval names. */
export interface GradingPrompt {
  readonly entry: YamlEntry;
  readonly value: Bag;
}

/** The grading prompt that `args.modelgraded_spec` names; undefined when it names none, or stands there itself. */
export function findGradingPrompt(
  args: Bag,
  entry: YamlEntry,
  tables: Tables,
  path: readonly PropertyKey[] = [],
): GradingPrompt | undefined {
  const name = args.modelgraded_spec;
  if (typeof name !== "string") return undefined;
  const found = followAlias(tables.modelgraded, name);
  if (found !== undefined) return { entry: found, value: found.read() };
  const error = tables.modelgraded.unknown(name);
  throw new FinegaugeError(error.code, error.message, {
    where: entry.placeOf([...path, "args", "modelgraded_spec"]),
    ...error.more,
  });
}

/**
 * The prompt itself in place of its name, so that the run file holds all that it takes to grade again. Keys that nobody knows are left
 * out, with a warning: openai/evals ignores them too.
 *
 * @throws FinegaugeError `registry.invalid` at the line and column of the prompt's own file
 */
export function withGradingPrompt(
  args: Bag,
  { entry, value }: GradingPrompt,
  schema: z.ZodType,
  warn: (warning: RegistryWarning) => void,
): Bag {
  const known = withoutUnknownKeys(schema, { entry, path: [], value }, warn) as Bag;
  checkedValue(schema, { entry, path: [], value: known });
  return { ...args, modelgraded_spec: { key: entry.name, ...known } };
}
