import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import { applyFiles, type PlannedFile } from "./apply-files.ts";
import type { CommonOptions } from "./context.ts";
import { note } from "./progress.ts";
import { type SchemaName, schemaComment, schemaFiles, schemaLine } from "./schema-files.ts";
import { withoutControls } from "./table.ts";

interface SchemaOptions extends CommonOptions {
  readonly output: string;
  readonly force?: boolean;
}

/** Writes JSON Schemas for an editor, or prints one. */
export async function schema(name: string | undefined, options: SchemaOptions): Promise<void> {
  const texts = await schemaFiles();
  if (name !== undefined) {
    const names = Object.keys(texts);
    if (!names.includes(name)) {
      throw new FinegaugeError("cli.usage", `there is no schema of ${JSON.stringify(name)}`, {
        nearest: nearestNames(name, names),
        hint: names.join(", "),
      });
    }
    process.stdout.write(texts[name as SchemaName]);
    return;
  }
  const files = Object.entries(texts).map(([one, text]): PlannedFile => {
    const path = join(options.output, `${one}.json`);
    return { path, text, action: existsSync(path) ? "replace" : "create" };
  });
  const foreign = files.find(({ path, action }) => action === "replace" && !readFileSync(path, "utf8").includes(schemaComment));
  if (foreign !== undefined && !options.force) {
    throw new FinegaugeError("cli.usage", `${foreign.path} was not written by finegauge schema`, {
      hint: "--output names another folder, --force replaces it",
    });
  }
  await applyFiles(files);
  if (options.json) process.stdout.write(`${JSON.stringify(files.map(({ path }) => path))}\n`);
  else process.stdout.write(files.map(({ path }) => `${withoutControls(path)}\n`).join(""));
  const fromEvals = relative("registry/evals", join(options.output, "evals.json")).replaceAll("\\", "/");
  note(`a YAML file names its own on its first line; those in registry/evals: ${schemaLine(fromEvals).trimEnd()}`, options);
}
