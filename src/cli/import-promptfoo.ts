import { existsSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { type ConvertedEval, type Left, openPromptfooConfigs } from "../bridges/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { applyFiles, type PlannedFile } from "./apply-files.ts";
import type { CommonOptions } from "./context.ts";
import { fileLines } from "./init-lines.ts";
import { counted } from "./numbers.ts";
import { schemaFiles, schemaLine } from "./schema-files.ts";
import { readSettings } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import { oneLine } from "./table.ts";

export interface ConfigOptions extends CommonOptions {
  readonly eval?: string;
  readonly lossy?: boolean;
  readonly force?: boolean;
}

/** So many of what does not go over are shown; `--json` has all. */
const mostShown = 20;

/**
 * Writes a promptfoo config as evals of a registry.
 *
 * @throws FinegaugeError `registry.not-portable` where something of it does not go over, unless `lossy`
 */
export async function importConfig(file: string, options: ConfigOptions): Promise<void> {
  const { convert, convertProviders, readConfig, shownPath, slug } = await openPromptfooConfigs();
  const read = readConfig(file);
  const base = nameOf(options.eval, slug(read.config.description ?? "") || slug(basename(dirname(resolve(file)))) || "promptfoo");
  const { evals, left: kept } = convert(read);
  const providers = convertProviders(read.config, base);
  const left = [...kept, ...providers.left];
  const lines = left.map((one) => {
    const { line } = read.placeOf(one.at);
    return `${file}${line === undefined ? "" : `:${line}`}  ${shownPath(one.at)}: ${oneLine(one.why, 300)}`;
  });
  refuse(file, left, lines, evals, options);

  const registry = await registryOf(options);
  const { description } = read.config;
  const files = await planned(registry, base, evals, { description, entries: providers.entries }, options);
  await applyFiles(files);
  const names = evals.map(({ split }) => `${base}.${split}.v1`);
  const next = `finegauge run ${shellWord(providers.names[0] ?? "gpt-4.1-mini")} ${shellWord(base)} --dry-run`;
  if (options.json) {
    const shown = left.map(({ at, why, matters }) => ({ at: shownPath(at), why, matters }));
    const made = evals.map(({ rows, class: scorer }, at) => ({ eval: names[at], class: scorer, samples: rows.length }));
    const value = {
      config: file,
      evals: made,
      models: providers.names,
      left: shown,
      files: files.map(({ path, action }) => ({ path, action })),
      next,
    };
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return;
  }
  if (options.quiet !== true) for (const line of capped(lines)) process.stderr.write(`left out  ${line}\n`);
  const about = evals.map(({ rows, class: scorer }, at) => `eval     ${names[at]}: ${counted(rows.length, "sample")}, ${scorer}`);
  const models = providers.names.length === 0 ? [] : [`models   ${oneLine(providers.names.join(", "), 300)}`];
  process.stdout.write(`${[...about, ...models, ...fileLines(files, false), "", `next     ${next}`].join("\n")}\n`);
}

function nameOf(given: string | undefined, guessed: string): string {
  const name = given ?? guessed;
  if (/^[A-Za-z0-9][\w-]*$/.test(name)) return name;
  throw new FinegaugeError("cli.usage", `${JSON.stringify(name)} is no name of an eval`, {
    hint: "--eval NAME: letters, digits, - and _",
  });
}

/** The first registry that later commands read, else `registry/`. */
async function registryOf(options: ConfigOptions): Promise<string> {
  const settings = await readSettings({});
  return options.registry?.[0] ?? settings.roots.map((root) => relative(process.cwd(), root))[0] ?? "registry";
}

function refuse(
  file: string,
  left: readonly Left[],
  lines: readonly string[],
  evals: readonly ConvertedEval[],
  { lossy }: ConfigOptions,
): void {
  const lost = lines.filter((_, at) => left[at]?.matters === true);
  if (evals.length === 0) {
    throw new FinegaugeError("registry.not-portable", `nothing of ${file} can be an eval here:\n  ${capped(lost).join("\n  ")}`, {
      hint: "promptfoo's own assertions can score here: class: promptfoo:<type>",
    });
  }
  if (lost.length === 0 || lossy === true) return;
  throw new FinegaugeError(
    "registry.not-portable",
    `${counted(lost.length, "part")} of ${file} would be lost:\n  ${capped(lost).join("\n  ")}`,
    {
      hint: "--lossy leaves them out; promptfoo's own assertions can score here: class: promptfoo:<type>",
    },
  );
}

function capped(lines: readonly string[]): readonly string[] {
  if (lines.length <= mostShown) return lines;
  return [...lines.slice(0, mostShown), `and ${lines.length - mostShown} more: --json has all`];
}

async function planned(
  registry: string,
  base: string,
  evals: readonly ConvertedEval[],
  { description, entries }: { readonly description: string | undefined; readonly entries: object },
  { force }: ConfigOptions,
): Promise<PlannedFile[]> {
  const schemas = await schemaFiles();
  const files: PlannedFile[] = [];
  const add = (path: string, text: string, schema?: keyof typeof schemas) => {
    const whole = `${schema === undefined ? "" : schemaLine(`../schemas/${schema}.json`)}${text}`;
    const there = existsSync(join(registry, path));
    files.push({ path: join(registry, path), text: whole, action: there ? "replace" : "create" });
  };
  for (const { split, rows } of evals) add(dataPath(base, split), `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
  add(`evals/${base}.yaml`, evalsYaml(base, evals, description), "evals");
  if (evals.length > 1) {
    add(`eval_sets/${base}.yaml`, stringify({ [base]: { evals: evals.map(({ split }) => `${base}.${split}.v1`) } }), "eval_sets");
  }
  if (Object.keys(entries).length > 0) add(`completion-fns/${base}.yaml`, stringify(entries), "completion-fns");
  const taken = files.filter(({ action }) => action === "replace").map(({ path }) => path);
  if (taken.length > 0 && force !== true) {
    throw new FinegaugeError("cli.usage", `${taken.join(", ")}: there already`, {
      hint: "--eval gives the eval another name, --force replaces the files",
    });
  }
  const used = [
    "evals",
    ...(evals.length > 1 ? ["eval_sets"] : []),
    ...(Object.keys(entries).length > 0 ? ["completion-fns"] : []),
  ] as const;
  for (const name of used as readonly (keyof typeof schemas)[]) {
    const path = join(registry, "schemas", `${name}.json`);
    files.push({ path, text: schemas[name], action: existsSync(path) ? "keep" : "create" });
  }
  return files;
}

function dataPath(base: string, split: string): string {
  return `data/${base}/${split}.jsonl`;
}

function evalsYaml(base: string, evals: readonly ConvertedEval[], description: string | undefined): string {
  const about = description === undefined ? {} : { description };
  const alias = evals.length === 1 ? { [base]: { id: `${base}.${evals[0]?.split}.v1`, ...about } } : {};
  const entries = evals.map(({ split, class: scorer, args }) => {
    const entry = {
      class: scorer,
      args: { samples_jsonl: `${base}/${split}.jsonl`, ...args },
      ...(evals.length > 1 ? about : {}),
    };
    return [`${base}.${split}.v1`, entry];
  });
  return stringify({ ...alias, ...Object.fromEntries(entries) }, { lineWidth: 0 });
}
