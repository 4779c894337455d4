import type { z } from "zod";
import { withoutUnknownKeys } from "./checked-value.ts";
import type { RegistryWarning } from "./registry.ts";
import type { YamlEntry } from "./yaml-file.ts";

/**
 * Warns about what an alias says in vain: an entry with `id` is another name for an entry, and no copy of it to be changed.
 *
 * @param kept keys that do mean something beside `id`
 */
export function warnOfIdleKeys(
  entry: YamlEntry,
  schema: z.ZodType,
  kept: ReadonlySet<string>,
  warn: (warning: RegistryWarning) => void,
): void {
  for (const key of Object.keys(withoutUnknownKeys(schema, { entry, path: [], value: entry.read() }, warn))) {
    if (kept.has(key)) continue;
    warn({
      message: `"${entry.name}": ${key} has no effect beside id; put it into the entry that the name stands for`,
      where: entry.placeOf([key], "key"),
    });
  }
}
