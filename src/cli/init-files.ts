import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import type { PlannedFile } from "./apply-files.ts";
import { type SchemaName, schemaFiles, schemaLine } from "./schema-files.ts";

/** Where `init` writes, all as messages show it. */
export interface InitPlace {
  readonly registry: string;
  /** Where runs are written: kept out of git. */
  readonly out: string;
}

/** A file of the registry that is being made. */
export interface OwnFile {
  /** Below the registry. */
  readonly path: string;
  readonly text: string;
  /** Of a YAML file: what an editor checks it by. */
  readonly schema?: SchemaName;
  /** There already: `refuse`, or let it be. */
  readonly taken: "refuse" | "keep";
}

/**
 * What `init` would write: its own files, finegauge.yaml, the schemas that they name, and a line in .gitignore.
 *
 * @throws FinegaugeError `cli.usage` where a file of its own is there already, and `force` is not given
 */
export async function initFiles(
  own: readonly OwnFile[],
  settings: string,
  { registry, out }: InitPlace,
  force: boolean,
): Promise<PlannedFile[]> {
  const taken = own.filter((file) => file.taken === "refuse" && existsSync(join(registry, file.path)));
  if (taken.length > 0 && !force) {
    throw new FinegaugeError("cli.usage", `${taken.map((file) => join(registry, file.path)).join(", ")}: there already`, {
      hint: "--name gives the eval another name, --force replaces the files",
    });
  }
  const schemas = await schemaFiles();
  const used = new Set<SchemaName>(["finegauge", ...own.flatMap(({ schema }) => schema ?? [])]);
  const files = own.map(({ path, text, schema, taken: when }): PlannedFile => {
    const whole = `${schema === undefined ? "" : schemaLine(`../schemas/${schema}.json`)}${text}`;
    const exists = existsSync(join(registry, path));
    return { path: join(registry, path), text: whole, action: exists ? (when === "keep" ? "keep" : "replace") : "create" };
  });
  for (const name of used) files.push(unlessThere(join(registry, "schemas", `${name}.json`), schemas[name]));
  const line = schemaLine(`./${join(registry, "schemas/finegauge.json").replaceAll("\\", "/")}`);
  files.push(unlessThere("finegauge.yaml", `${line}${settings}`), ignored(out));
  return files;
}

function unlessThere(path: string, text: string): PlannedFile {
  return { path, text, action: existsSync(path) ? "keep" : "create" };
}

/** Runs hold prompts and replies: nothing to commit. */
function ignored(out: string): PlannedFile {
  const folder = relative(process.cwd(), resolve(out)).replaceAll("\\", "/");
  const path = ".gitignore";
  const exists = existsSync(path);
  const text = exists ? readFileSync(path, "utf8") : "";
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\/|\/$/g, ""));
  const isOutside = folder === "" || folder.startsWith("..");
  if (isOutside || lines.includes(folder)) return { path, text, action: "keep" };
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  return { path, text: `${text}${gap}${folder}/\n`, action: exists ? "append" : "create" };
}
