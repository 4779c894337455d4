import { basename, dirname, extname, join } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import {
  type FormatName,
  formatNamed,
  formats,
  isJsonLines,
  openConversations,
  planSplit,
  readSplitRows,
  type SplitPlan,
} from "../../finetune-data/index.ts";
import { openText } from "../../io/text-source.ts";
import { checkTarget } from "../check-target.ts";
import type { CommonOptions } from "../context.ts";
import { note } from "../progress.ts";
import { type DataSink, openSink } from "./data-sink.ts";
import { splitJson, splitLines } from "./split-lines.ts";
import { spooledInput } from "./spooled-input.ts";

interface SplitOptions extends CommonOptions {
  readonly from?: string;
  /** Share of rows. */
  readonly valid: number;
  readonly test?: number;
  readonly by?: readonly string[];
  readonly stratify?: string;
  readonly time?: string;
  /** false: rows that say nearly the same may be in two parts. */
  readonly near?: boolean;
  /** What the names of the files begin with. */
  readonly output?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly skipBad?: boolean;
  /** A file that says of each row where it went, and with which others. */
  readonly report?: string;
}

/** Formats whose rows are lines of JSON, which go into the parts as they stand, to the letter. */
const ofLines: ReadonlySet<FormatName> = new Set(["chat", "samples", "completions", "sharegpt", "alpaca", "preference"]);
const endings: { readonly [Format in FormatName]?: string } = { csv: ".csv", tsv: ".tsv", text: ".txt", tinytext: ".txt" };

/** Splits a file into rows to train on, to validate on and to test on. */
export async function splitFile(input: string, options: SplitOptions): Promise<void> {
  checkUsage(input, options);
  const { valid, test = 0, by = [], stratify, time, near = true, skipBad = false, seed = 42 } = options;
  const held = [
    { name: "valid", share: valid },
    { name: "test", share: test },
  ].filter(({ share }) => share > 0);
  const spooled = await spooledInput(input);
  const opened: { abandon(): void }[] = [{ abandon: spooled.release }];
  try {
    const source = await openConversations(spooled.path, options.from === undefined ? undefined : formatNamed(options.from));
    opened.push({ abandon: source.close });
    const { format } = source;
    const write = (await formats[format]()).write;
    if (write === undefined) {
      throw new FinegaugeError("cli.usage", `${format} is read, not written`, {
        hint: "finegauge data convert --to chat makes rows of it",
      });
    }
    const paths = ["train", ...held.map(({ name }) => name)].map(
      (part) => `${stemOf(input, options)}_${part}${endings[format] ?? ".jsonl"}`,
    );
    for (const path of [...paths, options.report ?? "-"]) checkTarget(path);
    // Opened before the work is done, so that a file that is there already is no surprise at its end.
    const sinks = paths.map((path) => openSink(path, options));
    opened.push(...sinks);
    const report = options.report === undefined ? undefined : openSink(options.report, options);
    if (report !== undefined) opened.push(report);

    const fields = { by: by.flatMap((one) => one.split(",").map((field) => field.trim())), stratify, time, near, skipBad };
    const plan = planSplit(readSplitRows(spooled.name, source.rows, fields), { held, seed, file: spooled.name });
    source.close();
    if (!options.dryRun) {
      await distribute(rowsAgain(spooled.path, format, paths.length), plan, sinks, spooled.name);
      if (report !== undefined) tell(report, plan);
      const all = [...sinks, ...(report === undefined ? [] : [report])];
      for (const sink of all) sink.settle();
      for (const sink of all) sink.finish();
    }
    const facts = { input: spooled.name, format, paths, plan };
    if (options.json) process.stdout.write(`${JSON.stringify(splitJson(facts), null, 2)}\n`);
    else for (const line of splitLines(facts, options)) note(line, options);
  } finally {
    for (const one of opened) one.abandon();
  }
}

function checkUsage(input: string, { valid, test = 0, time, stratify, output }: SplitOptions): void {
  const refuse = (message: string, hint: string): never => {
    throw new FinegaugeError("cli.usage", message, { hint });
  };
  if (valid + test <= 0) refuse("nothing is to be held back", "--valid 0.2");
  if (valid + test >= 1) refuse("nothing is left to train on", "--valid and --test together are less than 1");
  if (time !== undefined && stratify !== undefined) refuse("--time decides alone which rows go where", "leave out --stratify");
  if (output === "-") refuse("several files do not go to standard output", "--output NAME begins their names");
  if (input === "-" && output === undefined)
    refuse("standard input has no name that the files could have", "--output NAME begins their names");
}

function stemOf(input: string, { output }: SplitOptions): string {
  const given = output ?? join(dirname(input), basename(input).replace(/\.(gz|zst)$/i, ""));
  return /\.(jsonl|ndjson|json|csv|tsv|txt)$/i.test(given) ? given.slice(0, -extname(given).length) : given;
}

/** A row as it is written in a part; undefined for one that cannot be read. */
type PlacedRow = ((part: number) => string) | undefined;

/** The rows in the order of the file, read a second time. */
async function* rowsAgain(path: string, format: FormatName, parts: number): AsyncGenerator<PlacedRow, void, void> {
  if (ofLines.has(format)) {
    const source = await openText(path);
    try {
      if (isJsonLines(source)) {
        for (const { text } of source.lines()) if (text.trim() !== "") yield () => `${text}\n`;
        return;
      }
    } finally {
      source.close();
    }
  }
  const { write } = await formats[format]();
  const source = await openConversations(path, format);
  try {
    // One for each part, since a table's first row brings the names of its columns.
    const writers = Array.from({ length: parts }, () => write?.({}));
    for (const row of source.rows) {
      if ("fault" in row) yield undefined;
      else yield (part) => textOf(writers[part]?.row(row.conversation), { format, file: source.name, line: row.line });
    }
  } finally {
    source.close();
  }
}

function textOf(
  written: { readonly text: string | undefined; readonly lost: readonly string[] } | undefined,
  { format, ...where }: { readonly format: FormatName; readonly file: string; readonly line: number },
): string {
  if (written?.text !== undefined && written.lost.length === 0) return written.text;
  throw new FinegaugeError(
    "data.invalid",
    `line ${where.line} cannot be written as ${format}: it has ${written?.lost.join(", ")}`,
    {
      where,
      hint: "finegauge data convert --to chat first",
    },
  );
}

async function distribute(
  rows: AsyncIterable<PlacedRow>,
  plan: SplitPlan,
  sinks: readonly DataSink[],
  file: string,
): Promise<void> {
  let at = 0;
  let written = 0;
  for await (const textIn of rows) {
    const part = plan.partOf(at++);
    if (part < 0 || textIn === undefined) continue;
    sinks[part]?.put(textIn(part));
    written++;
  }
  if (written !== plan.rows)
    throw new FinegaugeError("data.invalid", "the file was changed while it was read", { where: { file } });
}

function tell(report: DataSink, plan: SplitPlan): void {
  for (const { line, part, group } of plan.places()) {
    const name = plan.parts[part]?.name;
    report.put(`${JSON.stringify(name === undefined ? { line, dropped: "it cannot be read" } : { line, part: name, group })}\n`);
  }
}
