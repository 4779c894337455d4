import { existsSync, statSync } from "node:fs";
import { basename, isAbsolute } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { type LeaksLine, leakFormat, leakKinds } from "../core/leakage.ts";
import type { Sample } from "../core/sample.ts";
import { findLeaks, type LeakPair, type LeakSummary, readLeakSamples, readTrainingRows } from "../finetune-data/index.ts";
import { replaceFile } from "../io/replace-file.ts";
import { isSameTarget } from "../io/same-target.ts";
import { openSamples } from "../registry/index.ts";
import { checkTarget } from "./check-target.ts";
import { openContext } from "./context.ts";
import { duplicates } from "./data-duplicates.ts";
import { type DataLeaksOptions, exceeds } from "./data-leaks-options.ts";
import { sideBySide } from "./data-pairs.ts";
import { filesHash } from "./leakage-cache.ts";
import { leakFileLines } from "./leakage-file.ts";
import { counted, percent } from "./numbers.ts";
import { note } from "./progress.ts";
import { oneLine, table } from "./table.ts";
import { wrapWords } from "./wrap-words.ts";

/** Says which samples are in training data; or, with `--within`, which rows of one file repeat others. */
export async function dataLeaks(train: string, against: string | undefined, options: DataLeaksOptions): Promise<void> {
  checkUsage(train, against, options);
  if (options.within) return duplicates(train, options);
  const opened = await openEval(against as string, options);
  const { samples, name, hash } = opened;
  if (options.write !== undefined) refuseSource(options.write, [train, ...opened.files]);
  const found = await findLeaks({ train: readTrainingRows(train), samples });
  const { leaks, pairs, summary } = found;
  if (options.write !== undefined) {
    const head: LeaksLine = {
      type: "leaks",
      format: leakFormat,
      train: isAbsolute(train) ? basename(train) : train,
      eval: name,
      train_hash: await filesHash([train]),
      eval_hash: await hash(),
      train_rows: summary.train_rows,
      samples: summary.samples,
      leaked: summary.leaked,
    };
    await replaceFile(options.write, leakFileLines({ head, leaks }));
  }
  const isTooMany = exceeds(summary.leaked, summary.samples, options);
  if (options.json) {
    const shown = pairs
      .slice(0, options.show)
      .map(({ leak: { id }, line, sample, train: row }) => ({ id, line, sample, train: row }));
    process.stdout.write(
      `${JSON.stringify({ format: 1, train, eval: name, ...summary, within_limit: !isTooMany, leaks, pairs: shown }, null, 2)}\n`,
    );
  } else print(summary, pairs, { train, name, ...options });
  if (options.write !== undefined) note(`written: ${options.write}`, options);
  if (isTooMany) process.exitCode = 1;
}

function checkUsage(train: string, against: string | undefined, { within, write, max, maxShare, force }: DataLeaksOptions): void {
  const refuse = (message: string, hint: string) => {
    throw new FinegaugeError("cli.usage", message, { hint });
  };
  if (within && against !== undefined) refuse("--within looks into one file", `finegauge data leaks --within ${train}`);
  if (!within && against === undefined) {
    refuse("against which samples?", "finegauge data leaks TRAIN EVAL: an eval's name, or a file; or --within FILE");
  }
  if (train === "-" && against === "-") refuse("both sides cannot come from standard input", "name one of them");
  if (max !== undefined && maxShare !== undefined) refuse("--max and --max-share are two limits", "give one of them");
  if (write === undefined) return;
  if (within) refuse("--write keeps leaks; there are none without EVAL", "--json has the rows that repeat others");
  if (train === "-" || against === "-")
    refuse("a leak file names the files by their contents", "write standard input to a file first");
  for (const file of [train, against ?? "-"]) {
    const entry = statSync(file, { throwIfNoEntry: false });
    // It could be read only once, and is read again for its hash.
    if (entry !== undefined && !entry.isFile() && !entry.isDirectory())
      refuse(`a leak file names the files by their contents, and ${file} is a pipe or a device`, "write it to a file first");
  }
  if (existsSync(write) && !force) refuse(`${write} is there already`, "--force replaces it");
  checkTarget(write);
}

/** `--force` replaces findings, never what they were found in. */
function refuseSource(write: string, sources: readonly string[]): void {
  const same = sources.find((file) => isSameTarget(write, file));
  if (same === undefined) return;
  throw new FinegaugeError("cli.usage", `--write ${write} would replace ${same}, which was to be looked through`, {
    hint: "another name for the leak file",
  });
}

interface OpenEval {
  readonly name: string;
  /** What its samples come from. */
  readonly files: readonly string[];
  readonly samples: readonly Sample[];
  /** As a run of this eval has it, if it is a registered one. */
  hash(): Promise<string>;
}

/** A file if there is one, else an eval's name. */
async function openEval(against: string, options: DataLeaksOptions): Promise<OpenEval> {
  if (against === "-" || statSync(against, { throwIfNoEntry: false }) !== undefined) {
    const samples: Sample[] = [];
    for await (const sample of readLeakSamples(against)) samples.push(sample);
    const name = isAbsolute(against) ? basename(against) : against;
    return { name, files: [against], samples, hash: () => filesHash([against]) };
  }
  const { registry } = await openContext(options);
  const resolved = await registry.eval(against);
  const source = await openSamples({ eval: resolved, order: "file" });
  try {
    const { dataHash } = source;
    const samples = Array.from({ length: source.selected }, (_, position) => source.at(position));
    return { name: resolved.spec.name, files: resolved.dataPaths, samples, hash: async () => dataHash };
  } finally {
    source.close();
  }
}

function print(
  summary: LeakSummary,
  pairs: readonly LeakPair[],
  { train, name, show, write }: DataLeaksOptions & { readonly train: string; readonly name: string },
): void {
  const { samples, train_rows, leaked, kinds, marked, conflicts, shared_answers, too_short } = summary;
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const prose = (text: string) => wrapWords(text, process.stdout.columns).join("\n");
  const shown = (text: string) => oneLine(text === "-" ? "standard input" : text, 200);
  const are = leaked === 1 ? "is" : "are";
  const where = `${shown(name)} ${are} in ${shown(train)}, ${counted(train_rows, "row")}`;
  say(prose(`${leaked} of ${counted(samples, "sample")} of ${where}`));
  const row = (kind: string, n: number) => [
    { text: kind },
    { text: String(n), right: true },
    { text: percent(n / samples), right: true },
  ];
  const rows = [...leakKinds.map((kind) => row(kind, kinds[kind])), row("leaked", leaked)];
  say(`\n${table([[{ text: "kind" }, { text: "samples", right: true }, { text: "share", right: true }], ...rows]).join("\n")}`);
  const bySureness = [...pairs].sort((a, b) => leakKinds.indexOf(a.leak.kind) - leakKinds.indexOf(b.leak.kind)).slice(0, show);
  for (const { leak, line, sample, train: text } of bySureness) {
    const place = line === undefined ? `row ${leak.train_row}` : `${shown(train)}:${line}`;
    const like = leak.kind === "exact" || leak.kind === "normalised" ? leak.kind : `${leak.kind} ${percent(leak.similarity)}`;
    say(`\n${sideBySide([`${leak.id}, ${like}`, sample], [place, text]).join("\n")}`);
  }
  const more = leaked - bySureness.length;
  if (more > 0)
    say(`\n${more} more; ${write === undefined ? "--write FILE keeps all of them, --show N shows more" : "--show N shows more"}`);
  const warnings = [
    [marked, "have 13 words in a row in one training row"],
    [conflicts, "have another answer in the training data: one of the two is wrong"],
    [shared_answers, "have a long answer that several training rows or samples share; that alone is no leak"],
    [too_short, "have fewer than 8 words of their own, and were only compared as a whole"],
  ] as const;
  const said = warnings.filter(([n]) => n > 0);
  if (said.length > 0)
    say(
      `\n${said.map(([n, what]) => prose(`${counted(n, "sample")} ${n === 1 ? what.replace("have", "has") : what}`)).join("\n")}`,
    );
}
