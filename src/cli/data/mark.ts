import { basename, dirname, join } from "node:path";
import {
  type Conversation,
  type Example,
  exampleHash,
  exampleOf,
  type FormatName,
  type MarkLine,
  type Marks,
  markLineSchema,
  openMarks,
} from "../../finetune-data/index.ts";
import type { CommonOptions } from "../context.ts";
import { holdSession, terminalDesk } from "../label-session.ts";
import { counted } from "../numbers.ts";
import { note } from "../progress.ts";
import { heading } from "../shown-sample.ts";
import { withoutControls } from "../table.ts";
import { type JournalSetup, openJournal, readJournal } from "./journal.ts";
import { openRows, type RowOptions } from "./open-rows.ts";
import { jsonLinesFor, openRowSink } from "./row-sink.ts";

interface MarkOptions extends CommonOptions, RowOptions {
  /** Write what is marked, into the folder of this name or the file's own, and show nothing. */
  readonly write?: true | string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

interface Item {
  readonly hash: string;
  readonly conversation: Conversation;
  readonly example: Example;
}

/** A person says of each example whether it is one to learn from; `--write` makes of that what `data refine` shows a model. */
export async function markData(file: string, options: MarkOptions): Promise<void> {
  const rows = await openRows(file, options);
  // Rows that are the same to the letter are asked about once.
  const items = new Map<string, Item>();
  for await (const { conversation } of rows.read()) {
    const example = exampleOf(conversation);
    const hash = exampleHash(example);
    if (!items.has(hash)) items.set(hash, { hash, conversation, example });
  }
  const all = [...items.values()];
  const found = openMarks();
  const journal = { file: `${file}.marks.jsonl`, head: { type: "marks" }, line: markLineSchema, saw: found.saw };
  const written = options.write === undefined ? undefined : filesIn(options.write === true ? dirname(file) : options.write);
  if (written === undefined) await session(all, found, journal);
  else {
    readJournal(journal);
    await writeMarked(all, found, written, jsonLinesFor(rows.format), options);
  }
  const of = (mark: string) => all.filter(({ hash }) => found.of(hash) === mark).length;
  const counts = { examples: all.length, strong: of("strong"), weak: of("weak") };
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ file, marks: journal.file, ...counts, ...(written && { written }) }, null, 2)}\n`);
    return;
  }
  const { strong, weak, examples } = counts;
  note(`${basename(file)}: ${strong} strong, ${weak} weak of ${counted(examples, "example")} · ${journal.file}`, options);
  if (written !== undefined && !options.dryRun) note(`${written.strong}, ${written.weak}`, options);
  else if (written === undefined && strong + weak < examples) note("the same command goes on", options);
}

async function session(items: readonly Item[], found: Marks, setup: JournalSetup<MarkLine>): Promise<void> {
  // The examples are the user's own file; what is kept of them here is a hash.
  const journal = openJournal(setup, (line) => line);
  const places = new Map(items.map(({ hash }, at) => [hash, at]));
  const put = (line: MarkLine) => {
    found.saw(line);
    journal.put(line);
  };
  const desk = terminalDesk();
  try {
    await holdSession(
      {
        size: items.length,
        show: (at) => shown(items[at] as Item),
        said: (at) => found.of((items[at] as Item).hash),
        choices: { y: "strong", n: "weak" },
        help: "Is it an example to learn from?  y yes · n no · u undo · q stop, and go on later",
        record: (at, mark) => put({ type: "mark", row: (items[at] as Item).hash, mark, at: new Date().toISOString() }),
        undo() {
          const row = found.last();
          const place = row === undefined ? undefined : places.get(row);
          if (row !== undefined && place !== undefined) put({ type: "undo", row, at: new Date().toISOString() });
          return place;
        },
      },
      desk,
    );
  } finally {
    desk.close();
    await journal.close();
  }
}

function shown({ example: { question, answer } }: Item): string {
  const parts = [...(question === "" ? [] : [heading("asked"), question]), heading("answer"), answer];
  return withoutControls(parts.join("\n"));
}

function filesIn(folder: string) {
  return { strong: join(folder, "strong.jsonl"), weak: join(folder, "weak.jsonl") };
}

async function writeMarked(
  items: readonly Item[],
  found: Marks,
  files: ReturnType<typeof filesIn>,
  format: FormatName,
  options: MarkOptions,
): Promise<void> {
  const sinks = {
    strong: await openRowSink(files.strong, format, options),
    weak: await openRowSink(files.weak, format, options),
  };
  try {
    for (const { hash, conversation } of items) {
      const mark = found.of(hash);
      if (mark !== undefined) sinks[mark].put(conversation);
    }
    sinks.strong.finish();
    sinks.weak.finish();
  } finally {
    sinks.strong.abandon();
    sinks.weak.abandon();
  }
}
