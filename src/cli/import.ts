import { createHash } from "node:crypto";
import { existsSync, globSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { openPromptfooConfigs } from "../bridges/index.ts";
import { primaryMetric } from "../compare/index.ts";
import { exitCodes, FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { ulid } from "../core/ulid.ts";
import { isRunFile, logsIn, openLog, unknownKind } from "../runs/index.ts";
import type { CommonOptions } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { counted, percent, percentRange } from "./numbers.ts";
import { describe } from "./print-error.ts";
import { note } from "./progress.ts";
import { readSettings } from "./settings.ts";
import { oneLine, table } from "./table.ts";
import { type WrittenRun, writeDerivedRun } from "./write-derived-run.ts";

interface Imported extends WrittenRun {
  readonly log: string;
  readonly id: string;
  readonly eval: string;
  readonly model: string;
  readonly samples: number;
  readonly notes: readonly string[];
}

interface ImportOptions extends CommonOptions {
  readonly eval?: string;
  readonly lossy?: boolean;
  readonly force?: boolean;
}

/** Writes a run file for each log of another harness; the evals of a registry for a promptfoo config. */
export async function importLogs(references: readonly string[], options: ImportOptions): Promise<void> {
  const [config, ...others] = references;
  if (config !== undefined && others.length === 0 && (await isConfig(config))) {
    return (await import("./import-promptfoo.ts")).importConfig(config, options);
  }
  if (options.lossy === true || options.force === true) {
    throw new FinegaugeError("cli.usage", "--lossy and --force are for a promptfoo config", {
      hint: "finegauge import promptfooconfig.yaml, and nothing beside it",
    });
  }
  const { out } = await readSettings(options);
  const { redact, redactLine } = readEnvironment();
  const imported: Imported[] = [];
  const refused: FinegaugeError[] = [];
  for (const file of await findLogs(references, options)) {
    try {
      const log = await openLog(file);
      const { end, notes, samples } = log;
      const run = options.eval === undefined ? log.run : called(log.run, options.eval);
      const written = await writeDerivedRun({ out, run, lines: withoutFolders(samples(), redact), end, redactLine });
      const { id, eval: name, completion_fn: model, data } = run;
      imported.push({ ...written, log: file, id, eval: name, model, samples: data.selected, notes });
    } catch (error) {
      if (!(error instanceof FinegaugeError)) throw error;
      refused.push(error);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ runs: imported.map(asJson) }, null, 2)}\n`);
  else print(imported, options);
  for (const error of refused) process.stderr.write(`${describe(error)}\n`);
  if (refused.length > 0) process.exitCode = exitCodes["run.corrupt"];
}

/** Is it the config of another harness: only a file that may be one is read. */
async function isConfig(file: string): Promise<boolean> {
  if (!/\.(ya?ml|json)$/i.test(file) || !existsSync(file) || !statSync(file).isFile()) return false;
  return (await openPromptfooConfigs()).isPromptfooConfig(file);
}

/** The run under another eval's name, so that it stands beside runs of that eval: another run, and the same one each time. */
function called(run: RunLine, name: string): RunLine {
  const [base = "", split = ""] = name.split(".");
  const spec = { ...run.spec, name, base, split };
  const id = ulid(Date.parse(run.started), createHash("sha256").update(`${run.id} ${name}`).digest());
  return { ...run, id, eval: name, spec, spec_hash: hashJson(spec) };
}

/** Files, folders, globs. A file that is named has to be a log; in a folder others are passed over. */
async function findLogs(references: readonly string[], options: CommonOptions): Promise<string[]> {
  const logs = new Set<string>();
  for (const reference of references) {
    const isThere = existsSync(reference);
    if (isThere && statSync(reference).isFile()) {
      const found = await logsIn(reference);
      if (found.length === 0) throw isRunFile(reference) ? ownRun(reference) : unknownKind(reference);
      for (const log of found) logs.add(log);
      continue;
    }
    if (isThere && !statSync(reference).isDirectory()) {
      throw new FinegaugeError("run.not-found", `${reference} is neither a file nor a folder`, {
        hint: "name files, folders or globs",
      });
    }
    const files = isThere ? filesUnder(reference) : globSync(reference).sort().flatMap(filesAt);
    let passed = 0;
    const before = logs.size;
    for (const file of files) {
      const found = await logsIn(file).catch(() => []);
      if (found.length === 0) passed++;
      for (const log of found) logs.add(log);
    }
    if (logs.size === before) {
      throw new FinegaugeError("run.not-found", `there is no log of another harness in ${reference}`, {
        hint:
          files.length === 0
            ? "name files, folders or globs"
            : `${counted(files.length, "file")} there ${files.length === 1 ? "is of another kind" : "are of other kinds"}`,
      });
    }
    if (passed > 0) note(`${reference}: passed over ${counted(passed, "file")} of other kinds`, options);
  }
  return [...logs];
}

/** Of what a glob finds, devices and pipes are passed over. */
function filesAt(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [path];
  return found?.isDirectory() ? filesUnder(path) : [];
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What went wrong elsewhere may name places of this machine. */
async function* withoutFolders(
  lines: AsyncIterable<SampleLine>,
  redact: (text: string) => string,
): AsyncGenerator<SampleLine, void, void> {
  for await (const line of lines) {
    if (line.error === undefined) yield line;
    else yield { ...line, error: { ...line.error, message: redact(line.error.message) } };
  }
}

function ownRun(file: string): FinegaugeError {
  return new FinegaugeError("cli.usage", `${file} is a run of finegauge already`, {
    hint: "every command takes it as it is; `finegauge report` shows it",
  });
}

function print(imported: readonly Imported[], options: CommonOptions): void {
  for (const { log, notes, existed, file } of imported) {
    const name = oneLine(basename(log), 80);
    if (existed) note(`${name}: imported before, and left as it is: ${shown(file)}`, options);
    else for (const text of notes) note(`${name}: ${oneLine(text, 500)}`, options);
  }
  const rows = imported.map(({ eval: name, model, end, samples, file }) => {
    const metric = end && primaryMetric(end.metrics);
    return [
      { text: oneLine(name, 80) },
      { text: oneLine(model, 80) },
      { text: metric === undefined ? "" : percent(metric.value), right: true },
      { text: metric === undefined ? "" : percentRange(metric), right: true },
      { text: String(metric?.n ?? samples), right: true },
      { text: shown(file) },
    ];
  });
  if (rows.length > 0) process.stdout.write(`${table(rows).join("\n")}\n`);
}

function asJson({ log, id, file, existed, eval: name, model, samples, end, notes }: Imported) {
  return { log, id, file, existed, eval: name, model, samples, status: end?.status, metrics: end?.metrics, notes };
}

function shown(file: string): string {
  return relative(process.cwd(), file) || file;
}
