import { readFile } from "node:fs/promises";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * The file that `import "<name>"` would load from a folder; undefined when the package is not installed there or above, or has no such
 * entry.
 */
export async function resolvePackage(name: string, folder: string): Promise<string | undefined> {
  const from = pathToFileURL(join(folder, "package.json")).href;
  try {
    return createRequire(from).resolve(name);
  } catch {
    return importEntry(name, from);
  }
}

/** Of a package that can be imported, but not required: its `exports` name an `import` or a `default` alone. */
async function importEntry(name: string, from: string): Promise<string | undefined> {
  try {
    const file = findPackageJSON(name, from);
    if (file === undefined) return undefined;
    const { exports } = JSON.parse(await readFile(file, "utf8")) as { exports?: unknown };
    const entry = entryOf((exports as { "."?: unknown } | undefined)?.["."] ?? exports);
    return entry === undefined ? undefined : resolve(dirname(file), entry);
  } catch {
    return undefined;
  }
}

function entryOf(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return undefined;
  const { node, import: imported, default: fallback } = target as { node?: unknown; import?: unknown; default?: unknown };
  return entryOf(node) ?? entryOf(imported) ?? entryOf(fallback);
}
