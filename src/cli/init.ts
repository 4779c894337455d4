import { basename, extname, relative } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { applyFiles, type PlannedFile } from "./apply-files.ts";
import { openContext } from "./context.ts";
import { type InitData, initData } from "./init-data.ts";
import { emptyRegistry } from "./init-empty.ts";
import { type InitPlace, initFiles } from "./init-files.ts";
import { fileLines, initLines } from "./init-lines.ts";
import type { InitOptions } from "./init-options.ts";
import { evalYaml, modelsYaml, settingsYaml } from "./init-yaml.ts";
import { readSettings } from "./settings.ts";
import { shellWord } from "./shell-word.ts";
import { version } from "./version.ts";

/** A registry from the user's own data, or the smallest that runs. */
export async function init(what: string | undefined, options: InitOptions): Promise<void> {
  if (what === "ci") return (await import("./init-ci.ts")).initCi(options);
  if (what !== undefined) {
    throw new FinegaugeError("cli.usage", `there is no init ${what}`, {
      hint: "finegauge init --from FILE, or finegauge init ci",
    });
  }
  const place = await placeOf(options);
  const data = options.from === undefined ? undefined : await initData(options.from, options);
  if (data === undefined && options.train !== undefined) {
    throw new FinegaugeError("cli.usage", "--train goes with --from", { hint: "--from names the data that is asked" });
  }
  if (options.keepSimilar && options.train === undefined) {
    throw new FinegaugeError("cli.usage", "--keep-similar goes with --train", {
      hint: "--train names what a model was trained on",
    });
  }
  const name = await nameOf(options, data, place);
  const files = data === undefined ? await emptyFiles(name, place, options) : await dataFiles(name, data, place, options);
  const next =
    data === undefined ? "finegauge run example" : `finegauge run gpt-4.1-mini,gpt-4.1-nano ${shellWord(name)} --dry-run`;
  if (!options.dryRun) await applyFiles(files);
  if (options.json) return printJson(name, data, files, next, options);
  const shown = [...(data === undefined ? [] : initLines(name, data)), ...fileLines(files, options.dryRun ?? false)];
  process.stdout.write(`${[...shown, "", `next     ${options.dryRun ? "the same without --dry-run" : next}`].join("\n")}\n`);
}

/** The first registry that later commands read, else `registry/`. */
async function placeOf(options: InitOptions): Promise<InitPlace> {
  const settings = await readSettings({});
  const [first = "registry"] = options.registry ?? settings.roots.map((root) => relative(process.cwd(), root));
  return { registry: first, out: settings.out };
}

async function nameOf(options: InitOptions, data: InitData | undefined, { registry }: InitPlace): Promise<string> {
  const { name } = options;
  if (name !== undefined && !/^[A-Za-z0-9][\w-]*$/.test(name)) {
    throw new FinegaugeError("cli.usage", `${JSON.stringify(name)} is no name of an eval`, { hint: "letters, digits, - and _" });
  }
  const context = await openContext({});
  const known = await context.registry.listEvals();
  const holder = (wanted: string) => known.find((one) => one.aliases.includes(wanted) || one.name === wanted);
  const stem = data === undefined ? "capitals" : slug(basename(data.from, extname(data.from)));
  const isOwn = (wanted: string) => relative(registry, holder(wanted)?.place.file ?? registry).split(/[\\/]/)[0] === "evals";
  // What comes with the package is not taken over without being asked to.
  const chosen = name ?? (holder(stem) !== undefined && !isOwn(stem) ? `my-${stem}` : stem);
  const found = holder(chosen);
  if (found !== undefined && isOwn(chosen) && basename(found.place.file) !== `${chosen}.yaml`) {
    throw new FinegaugeError("cli.usage", `there is an eval ${chosen} already`, {
      where: found.place,
      hint: "--name gives it another name",
    });
  }
  return chosen;
}

function slug(text: string): string {
  const plain = text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "-");
  return plain.replaceAll(/^[-_]+|-+$/g, "").slice(0, 60) || "mine";
}

async function dataFiles(name: string, data: InitData, place: InitPlace, { force = false }: InitOptions): Promise<PlannedFile[]> {
  return initFiles(
    [
      { path: `data/${name}/test.jsonl`, text: data.samplesJsonl, taken: "refuse" },
      ...(data.train === undefined
        ? []
        : [{ path: `data/${name}/train.jsonl`, text: data.train.jsonl, taken: "refuse" } as const]),
      { path: `evals/${name}.yaml`, text: evalYaml(name, data), schema: "evals", taken: "refuse" },
      { path: "completion-fns/models.yaml", text: modelsYaml, schema: "completion-fns", taken: "keep" },
    ],
    settingsYaml(place.registry, name),
    place,
    force,
  );
}

async function emptyFiles(name: string, place: InitPlace, { force = false }: InitOptions): Promise<PlannedFile[]> {
  return initFiles(emptyRegistry(name), settingsYaml(place.registry, name, "example"), place, force);
}

function printJson(
  name: string,
  data: InitData | undefined,
  files: readonly PlannedFile[],
  next: string,
  options: InitOptions,
): void {
  const made = data && {
    from: data.from,
    format: data.format,
    ...(data.columns && { columns: data.columns }),
    rows: data.rows,
    samples: data.chosen.samples.length,
    dropped: data.chosen.dropped,
    merged: data.chosen.merged,
    ...(data.similar > 0 && { similar: data.similar }),
    scorer: data.scorer.class,
    ...(data.system && { system: data.system }),
    ...(data.train && { train: { file: data.train.file, rows: data.train.rows } }),
    ...data.outlook,
    notes: data.scorer.notes,
  };
  const value = {
    format: 1,
    tool: `finegauge ${version()}`,
    eval: name,
    ...(made && { data: made }),
    files: files.map(({ path, action }) => ({ path, action })),
    dry_run: options.dryRun ?? false,
    next,
  };
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
