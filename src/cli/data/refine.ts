import { basename, dirname, extname, join } from "node:path";
import { z } from "zod";
import { usageSchema } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import type { Message } from "../../core/message.ts";
import { exampleOf, type FormatName, formats, refinePrompt, refineShots } from "../../finetune-data/index.ts";
import { counted, dollars } from "../numbers.ts";
import { note } from "../progress.ts";
import type { RowQuestion, Spent } from "./ask-each.ts";
import { type AskOptions, openRowAsker, promptBytes } from "./ask-rows.ts";
import { openJournal } from "./journal.ts";
import { openRows, type ReadRow, type RowOptions } from "./open-rows.ts";
import { refuseTaken } from "./taken.ts";
import { type OnUnparsed, questionHash, type Refined, type Replies, writeRefined } from "./write-refined.ts";

export interface RefineOptions extends AskOptions, RowOptions {
  readonly strong: string;
  readonly weak: string;
  readonly model: string;
  readonly pairs: number;
  readonly maxTokens: number;
  /** What a weak example is answered with. */
  readonly nil: string;
  readonly onUnparsed: OnUnparsed;
  readonly balance?: boolean;
  readonly output?: string;
  readonly force?: boolean;
}

const answerSchema = z.object({
  type: z.literal("answer"),
  /** Hash of what was asked about. */
  row: z.string(),
  reply: z.string(),
  usage: usageSchema.optional(),
  cost: z.number().optional(),
});

/** A model says of each example whether it is a strong or a weak one, after some that a person marked; weak ones get an empty answer. */
export async function refineData(file: string, options: RefineOptions): Promise<void> {
  const rows = await openRows(file, options);
  const files = await filesOf(file, rows.format, options);
  if (options.json && files.output === "-") {
    throw new FinegaugeError("cli.usage", "--json tells what was done on standard output, where the data would go", {
      hint: "--output FILE",
    });
  }
  if (!options.dryRun) refuseTaken([files.output, files.unparsed], options);
  const shots = refineShots(await questionsOf(options.strong), await questionsOf(options.weak), options.pairs);
  if (shots.length === 1) {
    throw new FinegaugeError("cli.usage", "there is no pair of a strong and a weak example", {
      hint: "finegauge data mark makes them",
    });
  }
  const found: Replies = { replies: new Map(), refused: new Map() };
  const asker = await openRowAsker(
    { label: `refine ${basename(file)}`, model: options.model, sampling: { temperature: 0, max_tokens: options.maxTokens } },
    options,
  );
  try {
    const head = { type: "refine", hash: asker.hash(JSON.stringify(shots)), model: options.model };
    const saw = ({ row, reply }: z.infer<typeof answerSchema>) => found.replies.set(row, reply);
    const setup = { file: files.journal, head, line: answerSchema, saw };
    const journal = options.dryRun ? undefined : openJournal(setup, asker.redactLine);
    try {
      const { left, total } = await lookAhead(rows.read(), shots, found.replies);
      if (!(await asker.plan(left)) || journal === undefined) return;
      const before = total - left.requests;
      if (before > 0) note(`${before} of ${total} are answered already`, options);
      const spent = await asker.each(
        unanswered(rows.read(), shots, found.replies),
        { items: total, before },
        async (question, ask) => {
          const reply = await ask(question);
          if (reply === undefined) return;
          if ("refused" in reply) {
            found.refused.set(question.id, reply.refused);
            return;
          }
          const { text, usage, cost } = reply;
          found.replies.set(question.id, text);
          journal.put({
            type: "answer",
            row: question.id,
            reply: text,
            ...(usage && { usage }),
            ...(cost !== undefined && { cost }),
          });
        },
      );
      await journal.close();
      tell(file, files, await writeRefined(rows, found, files, options), spent, options);
    } finally {
      await journal?.close();
    }
  } finally {
    await asker.close();
  }
}

interface Files {
  readonly output: string;
  readonly unparsed: string;
  readonly journal: string;
}

/** In the input's own format where that can be written; else chats. */
async function filesOf(file: string, format: FormatName, { output }: RefineOptions): Promise<Files> {
  const plain = basename(file).replace(/\.(gz|zst)$/i, "");
  const ending = extname(plain);
  const stem = join(dirname(file), ending === "" ? plain : plain.slice(0, -ending.length));
  const own = (await formats[format]()).write === undefined ? ".jsonl" : ending || ".jsonl";
  const target = output ?? `${stem}_refined${own}`;
  const base = target === "-" ? `${stem}_refined` : target.slice(0, target.length - extname(target).length);
  return {
    output: target,
    unparsed: `${base}_unparsed${target === "-" ? own : extname(target)}`,
    journal: `${base}.journal.jsonl`,
  };
}

async function questionsOf(file: string): Promise<string[]> {
  const questions: string[] = [];
  for await (const { conversation } of (await openRows(file, {})).read()) questions.push(exampleOf(conversation).question);
  return questions;
}

/** Each question once, however many rows ask it, and none that is answered. */
async function* unanswered(
  rows: AsyncIterable<ReadRow>,
  shots: readonly Message[],
  replies: ReadonlyMap<string, string>,
): AsyncGenerator<RowQuestion, void, void> {
  const seen = new Set<string>();
  for await (const row of rows) {
    const id = questionHash(row);
    if (replies.has(id) || seen.has(id)) continue;
    seen.add(id);
    yield { id, attempt: 0, prompt: refinePrompt(shots, exampleOf(row.conversation).question) };
  }
}

/** Reads every row before anything is paid for. */
async function lookAhead(rows: AsyncIterable<ReadRow>, shots: readonly Message[], replies: ReadonlyMap<string, string>) {
  const seen = new Set<string>();
  const shown = promptBytes(shots);
  const left = { requests: 0, bytes: 0 };
  for await (const row of rows) {
    const id = questionHash(row);
    if (seen.has(id)) continue;
    seen.add(id);
    if (replies.has(id)) continue;
    left.requests++;
    left.bytes += shown + Buffer.byteLength(exampleOf(row.conversation).question);
  }
  return { left, total: seen.size };
}

function tell(file: string, files: Files, refined: Refined, spent: Spent, options: RefineOptions): void {
  if (options.json) {
    const { journal, output } = files;
    process.stdout.write(`${JSON.stringify({ file, output, journal, ...refined, ...spent }, null, 2)}\n`);
    return;
  }
  const { rows, strong, weak, unparsed, written, unparsed_file } = refined;
  const cost = spent.cost === undefined ? "" : ` · ${dollars(spent.cost)}`;
  note(`${basename(file)}: ${counted(rows, "row")}, ${strong} strong, ${weak} weak, ${unparsed} unparsed${cost}`, options);
  note(`${files.output === "-" ? "standard output" : files.output}: ${counted(written, "row")}`, options);
  if (unparsed_file !== undefined) note(`${unparsed_file}: what the model said neither yes nor no to`, options);
}
