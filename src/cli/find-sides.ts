import { existsSync, globSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { nearestNames } from "../core/nearest.ts";
import {
  findRun,
  isBaselineFile,
  isRunFile,
  type ListedBaseline,
  type ListedRun,
  listBaselines,
  listedBaseline,
  listRuns,
  logsIn,
  namedRun,
  runNames,
  safeName,
} from "../runs/index.ts";
import type { LeakCover } from "./leakage-over.ts";
import { type ListedSide, sideOfBaseline, sideOfRun } from "./listed-side.ts";
import { evalGlob, isGlob, nameGlob } from "./name-glob.ts";
import { newestRuns } from "./newest-runs.ts";
import { counted } from "./numbers.ts";
import { note } from "./progress.ts";
import { shellWord } from "./shell-word.ts";

export type { ListedSide } from "./listed-side.ts";

export interface FindOptions {
  /** Where runs and baselines are. */
  readonly out: string;
  readonly baselines: string;
  /** Only these evals: names, their beginnings, or globs; several with commas. Absent or empty = all. */
  readonly evals?: readonly string[] | undefined;
  /** Models that could be run: one that was not yet says so. */
  readonly models?: (() => Promise<readonly string[]>) | undefined;
  /** Put over each run when it is opened. */
  readonly cover?: LeakCover | undefined;
  /** Told of a baseline that cannot be read and is not needed; absent = said on stderr. */
  readonly tell?: ((text: string) => void) | undefined;
}

/**
 * The sides that references name, each file once, in the order in which they were named. A reference is a file (a run, a baseline, or
 * another harness's log), a folder or a glob of such files, `eval@model`, `eval@model~1`, a run's id, or one name for every eval: a
 * baseline, a model, `model~1`, or a glob of models. Several stand with commas. `baseline:` and `model:` before a name say which it is;
 * without, a baseline goes before a model of the same name. What is called exactly so goes before what a comma, a `~` or a `*` would mean.
 *
 * A model stands for its newest complete run of each eval, one that asked every sample where there is one.
 *
 * @throws FinegaugeError `run.not-found` with what is near; what reading a named file throws
 */
export function findSides(references: string | readonly string[], options: FindOptions): Promise<ListedSide[]> {
  return sideFinder(options)(references);
}

/** `findSides` for several references, looking through the folders once. */
export function sideFinder(options: FindOptions): (references: string | readonly string[]) => Promise<ListedSide[]> {
  const known = knownSides(options);
  return (references) => findAmong(references, known);
}

async function findAmong(references: string | readonly string[], known: Known): Promise<ListedSide[]> {
  const { options } = known;
  const found = new Map<string, ListedSide>();
  const texts = typeof references === "string" ? [references] : references;
  for (const reference of texts.flatMap((text) => partsOf(text, known))) {
    for (const side of await resolve(reference, known))
      if (!found.has(side.file)) found.set(side.file, coveredBy(options.cover, side));
  }
  const wanted = (options.evals ?? []).flatMap(parts);
  if (wanted.length === 0) return [...found.values()];
  const globs = wanted.map(evalGlob);
  const kept = [...found.values()].filter((side) => globs.some((fits) => fits(side.eval)));
  if (kept.length > 0) return kept;
  const names = new Set([...found.values()].map((side) => side.eval));
  throw new FinegaugeError("run.not-found", `${texts.join(", ")} has nothing of ${wanted.join(", ")}`, {
    nearest: wanted.flatMap((one) => nearestNames(one, names)),
    hint: `it has ${listed([...names])}`,
  });
}

function coveredBy(cover: LeakCover | undefined, side: ListedSide): ListedSide {
  return cover === undefined ? side : { ...side, open: async () => cover(await side.open()) };
}

/** A comma divides, unless there is a file, a model or a run of that name. */
function partsOf(reference: string, known: Known): string[] {
  if (!reference.includes(",") || existsSync(reference)) return [reference];
  const name = reference.replace(/^model:/, "");
  const isOne = known.runs().some(({ run }) => run.completion_fn === name) || namedRun(name, known.runs()) !== undefined;
  return isOne ? [reference] : parts(reference);
}

function parts(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** What there is, listed when it is first asked for. */
interface Known {
  readonly options: FindOptions;
  /** Newest first. */
  runs(): readonly ListedRun[];
  baselines(): readonly ListedBaseline[];
  /** Baseline files that cannot be read, with why. */
  broken(): ReadonlyMap<string, unknown>;
}

function knownSides(options: FindOptions): Known {
  let runs: readonly ListedRun[] | undefined;
  let baselines: readonly ListedBaseline[] | undefined;
  const broken = new Map<string, unknown>();
  const known: Known = {
    options,
    runs: () => {
      runs ??= listRuns(options.out);
      return runs;
    },
    baselines: () => {
      baselines ??= listBaselines(options.baselines, (file, error) => broken.set(file, error));
      return baselines;
    },
    broken: () => {
      known.baselines();
      return broken;
    },
  };
  return known;
}

async function resolve(reference: string, known: Known): Promise<ListedSide[]> {
  const forced = /^(baseline|model):(.*)$/s.exec(reference);
  if (forced !== null) {
    const name = forced[2] as string;
    const sides = forced[1] === "baseline" ? ofBaselines(reference, name, known) : ofModels(reference, name, known);
    if (sides.length > 0) return sides;
    throw notFound(reference, name, known);
  }
  const local = reference.endsWith(".gguf") ? ofModelFiles(reference, known) : [];
  if (local.length > 0) return local;
  const sides = await ofFiles(reference).catch((error: unknown) => {
    // A model is called by its file's name: `model.gguf` may lie here too, and is no run.
    const models = error instanceof FinegaugeError && error.code === "run.corrupt" ? ofModels(reference, reference, known) : [];
    if (models.length > 0) return models;
    throw error;
  });
  if (sides !== undefined) return sides;
  const ways = isGlob(reference) ? [ofEvalsAndModels, ofModels] : [ofBaselines, ofRun, ofModels];
  for (const way of ways) {
    const named = way(reference, reference, known);
    if (named.length > 0) return named;
  }
  if ((await known.options.models?.())?.includes(reference)) throw notRun(reference, known.options);
  throw notFound(reference, reference, known);
}

function notRun(model: string, { evals = [] }: FindOptions): FinegaugeError {
  const on = evals.length === 0 ? "<eval>" : shellWord(evals.join(","));
  return new FinegaugeError("run.not-found", `${model} has no run here`, { hint: `finegauge run ${shellWord(model)} ${on}` });
}

/** undefined: the reference names no file. */
async function ofFiles(reference: string): Promise<ListedSide[] | undefined> {
  const entry = existsSync(reference) ? statSync(reference) : undefined;
  if (entry?.isFile()) return ofFile(reference, reference);
  if (entry?.isDirectory()) return ofFolder(reference);
  if (!isGlob(reference)) return undefined;
  const files = globSync(reference).filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (files.length === 0) return undefined;
  return (await Promise.all(files.sort().map((file) => ofFile(reference, file)))).flat();
}

/** Model files, or a glob of them, as `run` takes them: a run calls its model by the file's name. */
function ofModelFiles(reference: string, known: Known): ListedSide[] {
  const files = existsSync(reference) ? [reference] : isGlob(reference) ? globSync(reference).sort() : [];
  return files.flatMap((file) => ofModels(reference, basename(file), known));
}

/** One side, or one for each log that the file lists. */
async function ofFile(reference: string, file: string): Promise<ListedSide[]> {
  if (isBaselineFile(file)) return [sideOfBaseline(reference, listedBaseline(file))];
  const logs = isRunFile(file) ? [] : await logsIn(file);
  return Promise.all((logs.length > 0 ? logs : [file]).map(async (one) => sideOfRun(reference, await findRun(one, ""))));
}

/** Baselines and logs as they are; of each model's runs of one eval, the newest complete one. */
async function ofFolder(folder: string): Promise<ListedSide[]> {
  const others: string[] = [];
  const runs = listRuns(folder, (file) => others.push(file));
  const files = globSync("**/*.{json,eval}", { cwd: folder }).map((file) => join(folder, file));
  const sides = newestRuns(runs).map((run) => sideOfRun(folder, run));
  for (const file of [...others, ...files].sort()) {
    const isOne = isBaselineFile(file) || (await logsIn(file)).includes(file);
    if (isOne) sides.push(...(await ofFile(folder, file)));
  }
  if (sides.length > 0) return sides;
  const hint = runs.length === 0 ? "finegauge list runs --out <dir>" : "only complete runs of a folder are taken; name the file";
  throw new FinegaugeError("run.not-found", `${folder} has no complete run, baseline or log in it`, { hint });
}

function ofBaselines(reference: string, name: string, known: Known): ListedSide[] {
  const fits = nameGlob(name);
  for (const [file, error] of known.broken()) {
    if (!fits(basename(file, ".jsonl"))) continue;
    if (isWanted(basename(dirname(file)), known.options)) throw error;
    const tell = known.options.tell ?? ((text: string) => note(text, {}));
    tell(`left out: ${messageOf(error)}`);
  }
  return known.baselines().flatMap((one) => (fits(one.name) ? [sideOfBaseline(reference, one)] : []));
}

/** One run; an unfinished one counts, since no other is meant. */
function ofRun(reference: string, text: string, known: Known): ListedSide[] {
  const found = namedRun(text, known.runs());
  return found === undefined ? [] : [sideOfRun(reference, found)];
}

/** `eval@model~1` with a glob in it: of all evals and models that fit, the newest complete run but one. */
function ofEvalsAndModels(reference: string, text: string, known: Known): ListedSide[] {
  const named = /^(?<evals>.+?)@(?<model>.+?)(?:~(?<back>\d{1,6}))?$/s.exec(text)?.groups;
  if (named === undefined) return [];
  const { evals = "", model = "", back = "0" } = named;
  const [ofEval, ofModel] = [evalGlob(evals), nameGlob(model)];
  const fitting = known.runs().filter(({ run }) => ofEval(run.eval) && ofModel(run.completion_fn));
  return newestRuns(fitting, { back: Number(back), known: known.runs() }).map((run) => sideOfRun(reference, run));
}

/** Could a file in the folder of this eval be one that was asked for: its own name of the eval cannot be read. */
function isWanted(folder: string, { evals = [] }: FindOptions): boolean {
  const wanted = evals.flatMap(parts);
  return wanted.length === 0 || wanted.some((one) => evalGlob(one)(folder) || safeName(one) === folder);
}

function ofModels(reference: string, text: string, known: Known): ListedSide[] {
  const exact = known.runs().filter(({ run }) => run.completion_fn === text);
  const { model = text, back = "0" } = exact.length > 0 ? {} : (/^(?<model>.+)~(?<back>\d{1,6})$/s.exec(text)?.groups ?? {});
  const fits = nameGlob(model);
  const runs = exact.length > 0 ? exact : known.runs().filter(({ run }) => fits(run.completion_fn));
  const chosen = newestRuns(runs, { back: Number(back), known: known.runs() }).map((run) => sideOfRun(reference, run));
  if (chosen.length > 0 || runs.length === 0) return chosen;
  const complete = newestRuns(runs, { known: known.runs() }).length;
  throw new FinegaugeError(
    "run.not-found",
    complete > 0
      ? `no eval has ${Number(back) + 1} complete runs of ${model}`
      : `${model} has no complete run, and ${counted(runs.length, "other")}`,
    { hint: "finegauge list runs; eval@model names a run that is not complete" },
  );
}

function notFound(reference: string, name: string, known: Known): FinegaugeError {
  const runs = known.runs();
  const baselines = known.baselines();
  const names = new Set([
    ...baselines.map((one) => one.name),
    ...runs.flatMap((one) => [one.run.completion_fn, ...runNames(one)]),
  ]);
  const evals = runs.filter(({ run }) => evalGlob(name)(run.eval));
  const [first] = evals;
  return new FinegaugeError("run.not-found", `nothing is called "${reference}": no file, baseline, run or model`, {
    nearest: nearestNames(name, names).filter((one) => one !== reference),
    hint:
      first !== undefined
        ? `${name} is an eval; a run of it is called ${name}@${first.run.completion_fn}`
        : `${counted(runs.length, "run")} in ${known.options.out} (finegauge list runs), ${counted(baselines.length, "baseline")} in ${known.options.baselines} (finegauge list baselines)`,
  });
}

/** The first few of many names. */
export function listed(names: readonly string[], most = 5): string {
  return `${names.slice(0, most).join(", ")}${names.length > most ? ` and ${names.length - most} more` : ""}`;
}
