import { FinegaugeError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { YamlEntry } from "./yaml-file.ts";

/**
 * A value with `${NAME}` replaced by the environment's value in every text of it; `$${NAME}` stays as `${NAME}`.
 *
 * @param path where the value stands in the entry
 * @throws FinegaugeError `registry.invalid` that names a variable which is not set
 */
export function expandEnv(
  value: Json,
  env: { readonly [name: string]: string | undefined },
  entry: YamlEntry,
  path: readonly PropertyKey[],
): Json {
  if (typeof value === "string") {
    return value.replaceAll(/\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
      if (whole.startsWith("$$")) return whole.slice(1);
      const found = env[name];
      if (found !== undefined) return found;
      throw new FinegaugeError("registry.invalid", `"${entry.name}" needs the environment variable ${name}, which is not set`, {
        where: entry.placeOf(path),
        hint: `set ${name} in the environment or in .env`,
      });
    });
  }
  if (Array.isArray(value)) return value.map((item, i) => expandEnv(item, env, entry, [...path, i]));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expandEnv(item, env, entry, [...path, key])]));
  }
  return value;
}
