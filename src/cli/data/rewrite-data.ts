import { basename } from "node:path";
import { FinegaugeError } from "../../core/errors.ts";
import {
  type Conversation,
  type FormatName,
  formatNamed,
  formats,
  openConversations,
  type ReadOptions,
} from "../../finetune-data/index.ts";
import { isSameTarget } from "../../io/same-target.ts";
import { checkTarget } from "../check-target.ts";
import type { CommonOptions } from "../context.ts";
import { openSink } from "./data-sink.ts";
import { countUp, type RowTally, rowTally } from "./row-tally.ts";

/** What every command takes that makes one file of data out of another. */
export interface RewriteOptions extends CommonOptions, ReadOptions {
  readonly from?: string;
  /** Absent or `-`: standard output. */
  readonly output?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  /** Leave out what the format cannot say, instead of refusing it. */
  readonly lossy?: boolean;
  /** Leave out rows that cannot be read, instead of refusing them. */
  readonly skipBad?: boolean;
  /** A file that says of each row what was done to it and why. */
  readonly report?: string;
  /** false: without where each row came from. */
  readonly metadata?: boolean;
}

/** What a command makes of one conversation; `changed` says how, in words. */
export type Made =
  | { readonly conversation: Conversation; readonly changed?: readonly string[] | undefined }
  | { readonly dropped: string };

/** Makes none, one or several conversations of one. */
export type Step = (conversation: Conversation, line: number) => Iterable<Made>;

/** What was done, in numbers; each map counts rows by reason. */
export interface Rewritten extends Pick<RowTally, "unreadable" | "dropped" | "lost" | "changed"> {
  readonly input: string;
  readonly output: string;
  readonly from: FormatName;
  readonly to: FormatName;
  readonly rows: number;
  readonly written: number;
}

const waysOut = {
  unreadable: "mend them, or leave them out with --skip-bad",
  lost: "another format, or --lossy to leave out what it has no words for; --report FILE lists every row",
};

/**
 * Reads a file of conversations, row by row, makes of each what `step` does, and writes what comes out in the same pass.
 *
 * Files come to be whole or not at all. A row that cannot be read, or that the format has no words for, is an error that names it, unless
 * the options say to go on without it.
 *
 * @param to absent: as the input is
 * @throws FinegaugeError `data.invalid`, `data.missing`, `run.disk`, `cli.usage`
 */
export async function rewriteData(
  input: string,
  to: FormatName | undefined,
  options: RewriteOptions,
  step: Step,
): Promise<Rewritten> {
  const { output = "-", report: reportFile } = options;
  if (output === "-" && options.json) {
    throw new FinegaugeError("cli.usage", "--json tells what was done on standard output, where the data would go", {
      hint: "--output FILE",
    });
  }
  for (const target of [output, reportFile ?? "-"]) checkTarget(target);
  if (reportFile !== undefined) refuseSame(reportFile, { input, output });
  const source = await openConversations(input, options.from === undefined ? undefined : formatNamed(options.from), options);
  const opened: { abandon(): void }[] = [{ abandon: source.close }];
  try {
    const target = to ?? source.format;
    const { write } = await formats[target]();
    if (write === undefined) throw new FinegaugeError("cli.usage", `${target} is read, not written`);
    const writer = write({ metadata: options.metadata, compat: options.compat });
    const sink = openSink(output, options);
    opened.push(sink);
    const report = reportFile === undefined ? undefined : openSink(reportFile, options);
    if (report !== undefined) opened.push(report);

    // The name of the file alone, since folders are nobody's business.
    const origin = writer.keepsMetadata ? basename(source.name) : undefined;
    const tally = rowTally();
    let rows = 0;
    let written = 0;
    const tell = (row: object) => report?.put(`${JSON.stringify(row)}\n`);
    sink.put(writer.head ?? "");
    for (const row of source.rows) {
      rows++;
      const { line } = row;
      if ("fault" in row) {
        countUp(tally.unreadable, row.fault);
        tell({ line, dropped: row.fault });
        if (!options.skipBad) tally.refuse("unreadable", line, row.fault);
      } else {
        for (const made of step(origin === undefined ? row.conversation : withOrigin(row.conversation, origin, line), line)) {
          if ("dropped" in made) {
            countUp(tally.dropped, made.dropped);
            tell({ line, dropped: made.dropped });
            continue;
          }
          const { changed } = made;
          const { text, lost } = writer.row(made.conversation);
          for (const what of lost) countUp(tally.lost, what);
          // No reason to refuse a row: nothing that was said is in there.
          if (!writer.keepsMetadata && options.metadata !== false && isFilled(made.conversation.metadata))
            countUp(tally.lost, "metadata");
          for (const what of changed ?? []) countUp(tally.changed, what);
          if (lost.length > 0 || changed !== undefined) {
            tell({
              line,
              changed,
              ...(lost.length > 0 && { lost }),
              ...(text === undefined && { dropped: "nothing is left of it" }),
            });
          }
          if (lost.length > 0 && !options.lossy) tally.refuse("lost", line, `has ${lost.join(", ")}`);
          if (text === undefined || tally.refused > 0) continue;
          written++;
          const room = sink.put(text);
          if (room !== undefined) await room;
        }
      }
      if (tally.refused > 0 && sink.streams) break;
    }
    if (tally.refused > 0) throw tally.error(source.name, target, waysOut);
    if (rows === 0) throw new FinegaugeError("data.invalid", "the file is empty", { where: { file: source.name } });
    sink.put(writer.tail ?? "");
    sink.settle();
    report?.settle();
    sink.finish();
    report?.finish();
    const { unreadable, dropped, lost, changed } = tally;
    return { input: source.name, output, from: source.format, to: target, rows, written, unreadable, dropped, lost, changed };
  } finally {
    for (const one of opened) one.abandon();
  }
}

/** The data may replace what it was made of, being whole by then; a report would replace data. */
function refuseSame(report: string, { input, output }: { readonly input: string; readonly output: string }): void {
  if (report === "-") return;
  for (const [what, file] of [
    ["the data", output],
    ["the input", input],
  ] as const) {
    if (file === "-" || !isSameTarget(report, file)) continue;
    throw new FinegaugeError("cli.usage", `--report ${report} is the same file as ${what}`, {
      hint: "another name for the report",
    });
  }
}

/** Where a row came from, beside what it says of itself. */
function withOrigin(conversation: Conversation, file: string, line: number): Conversation {
  if ("origin" in conversation.metadata) return conversation;
  return { ...conversation, metadata: { ...conversation.metadata, origin: `${file}:${line}` } };
}

function isFilled(bag: object): boolean {
  for (const _ in bag) return true;
  return false;
}
