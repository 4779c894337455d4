import { existsSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import {
  type Prepared,
  type PrepareRow,
  type PrepareTable,
  prepareData,
  preparedLine,
  readPrepareRows,
  splitPrepared,
} from "../../finetune-data/index.ts";
import { openText } from "../../io/text-source.ts";
import { applyFiles } from "../apply-files.ts";
import { checkTarget } from "../check-target.ts";
import { type Asker, terminalAsker } from "../confirm.ts";
import type { CommonOptions } from "../context.ts";
import { counted } from "../numbers.ts";
import { note } from "../progress.ts";
import { oneLine } from "../table.ts";

interface PrepareOptions extends CommonOptions {
  readonly compat?: boolean;
  readonly split: "auto" | "always" | "never";
  /** Share of rows held back. */
  readonly valid: number;
  readonly output?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
}

interface PlannedRows {
  readonly path: string;
  readonly rows: readonly PrepareRow[];
}

/** Checks prompts and completions, mends what is accepted, and writes them for models that go on writing a text. */
export async function prepareFile(input: string, options: PrepareOptions): Promise<void> {
  const { compat = false, skipBad = false } = options;
  const table = await readTable(input, compat);
  const rows = withCompletions(table, input, { compat, skipBad });
  const ask = options.yes ? undefined : terminalAsker();
  const prepared = await prepareData(rows, {
    compat,
    accept: async ({ says }) => ask === undefined || (await isWanted(says, ask)),
  });
  const isSplit =
    options.split === "always" ||
    (options.split === "auto" &&
      prepared.task === "classification" &&
      (ask === undefined || (await isWanted("split into rows to train and to validate on", ask))));
  const changed = table.fixed.length > 0 || prepared.remedies.some(({ done }) => done) || isConverted(input);
  const files = changed || isSplit || options.output !== undefined ? planFiles(input, prepared, isSplit, options) : [];
  const toPipe = files.length === 1 && files[0]?.path === "-";
  if (!options.dryRun) await write(files, compat);
  if (options.json && !toPipe) process.stdout.write(`${JSON.stringify(asJson(table, prepared, files), null, 2)}\n`);
  else for (const line of lines(table, prepared, files, options)) note(line, options);
}

async function readTable(input: string, compat: boolean): Promise<PrepareTable> {
  const source = await openText(input);
  try {
    return readPrepareRows(source, { ...(input === "-" && { ending: ".jsonl" }), guess: !compat });
  } finally {
    source.close();
  }
}

/** A completion that is not there may be a mistake in whatever wrote the file; the legacy tool took it for an empty one. */
function withCompletions(
  { rows, missing }: PrepareTable,
  file: string,
  { compat, skipBad }: { compat: boolean; skipBad: boolean },
): readonly PrepareRow[] {
  const [first] = missing;
  if (first === undefined || compat) return rows;
  if (skipBad) {
    const gone = new Set(missing);
    return rows.filter(({ line }) => !gone.has(line));
  }
  throw new FinegaugeError(
    "data.invalid",
    `${counted(missing.length, "row")} without a completion: line ${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}`,
    {
      where: { file, line: first },
      hint: "mend them, or leave them out with --skip-bad",
    },
  );
}

async function isWanted(says: string, ask: Asker): Promise<boolean> {
  return !/^n(o)?$/i.test((await ask(`${oneLine(says, 300)}? [Y/n] `)).trim());
}

function isConverted(input: string): boolean {
  return input !== "-" && ![".jsonl", ".json"].includes(extname(input).toLowerCase());
}

/** Names beside the input's, with a number where one is taken. */
function planFiles(
  input: string,
  { rows }: Prepared,
  isSplit: boolean,
  { output, valid, seed = 42, force }: PrepareOptions,
): PlannedRows[] {
  const stem =
    output === undefined || output === "-"
      ? join(dirname(input), basename(input, extname(input)))
      : output.slice(0, output.length - extname(output).length);
  const toPipe = output === "-" || (output === undefined && input === "-");
  if (toPipe && isSplit)
    throw new FinegaugeError("cli.usage", "two files do not go to standard output", { hint: "--split never, or --output FILE" });
  if (toPipe) return [{ path: "-", rows }];
  const name = output === undefined ? `${stem}_prepared` : stem;
  const parts = isSplit
    ? Object.entries(splitPrepared(rows, { valid, seed })).map(([part, some]) => ({ ending: `_${part}.jsonl`, rows: some }))
    : [{ ending: output === undefined ? ".jsonl" : extname(output) || ".jsonl", rows }];
  const isTaken = (number: string) => parts.some(({ ending }) => existsSync(`${name}${numbered(ending, number)}`));
  if (output !== undefined && isTaken("") && !force) {
    throw new FinegaugeError("cli.usage", `${name}${parts[0]?.ending} is there already`, {
      hint: "another name, or --force to replace it",
    });
  }
  let number = "";
  if (output === undefined && !force) for (let n = 1; isTaken(number); n++) number = ` (${n})`;
  return parts.map(({ ending, rows: some }) => ({ path: `${name}${numbered(ending, number)}`, rows: some }));
}

function numbered(ending: string, number: string): string {
  const dot = ending.lastIndexOf(".");
  return `${ending.slice(0, dot)}${number}${ending.slice(dot)}`;
}

async function write(files: readonly PlannedRows[], compat: boolean): Promise<void> {
  const text = (rows: readonly PrepareRow[]) => rows.map((row) => preparedLine(row, compat)).join("");
  const [only] = files;
  if (only?.path === "-") {
    process.stdout.write(text(only.rows));
    return;
  }
  for (const { path } of files) checkTarget(path);
  await applyFiles(files.map(({ path, rows }) => ({ path, text: text(rows), action: existsSync(path) ? "replace" : "create" })));
}

function lines(
  { fixed, notes }: PrepareTable,
  prepared: Prepared,
  files: readonly PlannedRows[],
  { dryRun }: PrepareOptions,
): string[] {
  const { rows, remedies, stop, separator, classes } = prepared;
  return [
    ...[...notes, ...prepared.notes].map((text) => oneLine(text, 200)),
    ...fixed.map(({ says }) => `✓ ${oneLine(says, 200)}`),
    ...remedies.map(({ says, done }) => `${done ? "✓" : "· left:"} ${oneLine(says, 200)}`),
    ...(files.length === 0 ? ["nothing to mend: no file was written"] : []),
    ...files
      .filter(({ path }) => path !== "-")
      .map(({ path, rows: some }) => `${dryRun ? "would write " : ""}${path}: ${counted(some.length, "row")}`),
    ...(rows.length > 1 && separator !== "" ? [`ask with prompts that end with ${JSON.stringify(separator)}`] : []),
    ...(stop === "" ? [] : [`ask with stop ${JSON.stringify(stop)}`]),
    ...(classes === undefined ? [] : [classesLine(classes)]),
  ];
}

function classesLine({ count, positive }: NonNullable<Prepared["classes"]>): string {
  return `${count} classes${positive === undefined ? "" : `, the commoner of the two is ${JSON.stringify(positive)}`}`;
}

function asJson(
  { fixed, notes }: PrepareTable,
  { rows, task, remedies, stop, separator, classes, notes: found }: Prepared,
  files: readonly PlannedRows[],
): object {
  return {
    task,
    rows: rows.length,
    notes: [...notes, ...found],
    remedies: [
      ...fixed.map(({ name, says }) => ({ name, kind: "necessary", says, done: true })),
      ...remedies.map(({ name, kind, says, done }) => ({ name, kind, says, done })),
    ],
    stop,
    separator,
    ...(classes !== undefined && { classes }),
    files: files.map(({ path, rows: some }) => ({ path, rows: some.length })),
  };
}
