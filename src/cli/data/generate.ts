import { basename, dirname, extname, join } from "node:path";
import type { Sampling } from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import {
  type ChatBuilderConfig,
  chatAboutWord,
  chatBuilderText,
  formats,
  readChatBuilderConfig,
} from "../../finetune-data/index.ts";
import { openText } from "../../io/text-source.ts";
import { counted, dollars } from "../numbers.ts";
import { note } from "../progress.ts";
import { oneLine } from "../table.ts";
import type { Spent } from "./ask-each.ts";
import { type AskOptions, openRowAsker, promptBytes } from "./ask-rows.ts";
import { openSink } from "./data-sink.ts";
import { openJournal } from "./journal.ts";
import { countUp } from "./row-tally.ts";
import { refuseTaken } from "./taken.ts";
import {
  openWordConversations,
  type TryLine,
  tryLineSchema,
  type WordConversations,
  type WordJob,
  wordJobs,
} from "./word-conversations.ts";

interface GenerateOptions extends AskOptions {
  readonly model?: string;
  readonly count?: number;
  readonly order: "shuffled" | "listed";
  /** Replies about one word before it is given up. */
  readonly tries: number;
  readonly minTurns: number;
  readonly maxTurns?: number;
  readonly stop?: readonly string[];
  readonly temperature?: number;
  readonly maxTokens: number;
  readonly format: "chat" | "chat-builder";
  readonly output?: string;
  readonly rejects?: string;
  readonly force?: boolean;
}

/** A model writes a conversation about each word of a list; what breaks the rules is thrown away and asked for again. */
export async function generateData(file: string, options: GenerateOptions): Promise<void> {
  const config = await readConfig(file);
  const files = filesOf(file, options);
  const model = options.model ?? config.model;
  if (model === undefined)
    throw new FinegaugeError("cli.usage", "no model is named", { hint: "--model NAME, or model in the config" });
  const { rejects } = options;
  if (!options.dryRun) refuseTaken([files.output, ...(rejects === undefined ? [] : [rejects])], options);
  const { seed = 0, order, minTurns, maxTurns } = options;
  const jobs = wordJobs(config.words, { count: options.count ?? config.words.length, seed, order });
  const found = openWordConversations(config, { exclude: config.exclude, minTurns, maxTurns });
  const asker = await openRowAsker({ label: `generate ${basename(file)}`, model, sampling: samplingOf(options) }, options);
  try {
    const head = { type: "generate", hash: asker.hash(config.template), model };
    const setup = { file: files.journal, head, line: tryLineSchema, saw: found.saw };
    const journal = options.dryRun ? undefined : openJournal(setup, asker.redactLine);
    try {
      const isOpen = (job: WordJob) => found.lines(job) === undefined && found.tries(job) < options.tries;
      const open = jobs.filter(isOpen);
      const bytes = open.reduce((sum, { word }) => sum + promptBytes(config.promptFor(word)), 0);
      if (!(await asker.plan({ requests: open.length, bytes })) || journal === undefined) return;
      const before = jobs.length - open.length;
      if (before > 0) note(`${before} of ${jobs.length} are done already`, options);
      const spent = await asker.each(inTurn(open), { items: jobs.length, before }, async (job, ask) => {
        const { word, round } = job;
        const prompt = [{ role: "user" as const, content: config.promptFor(word) }];
        while (isOpen(job)) {
          const attempt = found.tries(job);
          const reply = await ask({ id: `${seed}:${round}:${word}`, attempt, prompt });
          if (reply === undefined) return;
          if ("refused" in reply) {
            found.refused(job, reply.refused);
            return;
          }
          const { text, finish, usage, cost } = reply;
          const line: TryLine = {
            type: "try",
            word,
            round,
            try: attempt,
            reply: text,
            finish,
            ...(usage && { usage }),
            ...(cost !== undefined && { cost }),
          };
          found.saw(line);
          journal.put(line);
        }
      });
      await conclude({ file, output: files.output, jobs, found, spent }, options);
    } finally {
      await journal?.close();
    }
  } finally {
    await asker.close();
  }
}

async function readConfig(file: string): Promise<ChatBuilderConfig> {
  const source = await openText(file);
  try {
    return readChatBuilderConfig(source.text(), source.name);
  } finally {
    source.close();
  }
}

function filesOf(file: string, { output, format, json }: GenerateOptions): { readonly output: string; readonly journal: string } {
  if (output === "-" && json) {
    throw new FinegaugeError("cli.usage", "--json tells what was done on standard output, where the data would go", {
      hint: "--output FILE",
    });
  }
  const named = output !== undefined && output !== "-";
  if (file === "-" && !named) {
    throw new FinegaugeError("cli.usage", "a config from standard input does not say how files are to be called", {
      hint: "--output FILE",
    });
  }
  const stem = named
    ? output.slice(0, output.length - extname(output).length)
    : `${join(dirname(file), basename(file, extname(file)))}_conversations`;
  return { output: output ?? `${stem}${format === "chat" ? ".jsonl" : ".txt"}`, journal: `${stem}.journal.jsonl` };
}

function samplingOf({ temperature, maxTokens, stop }: GenerateOptions): Sampling {
  return { max_tokens: maxTokens, ...(temperature !== undefined && { temperature }), ...(stop && { stop: [...stop] }) };
}

async function* inTurn<Item>(items: readonly Item[]): AsyncGenerator<Item, void, void> {
  yield* items;
}

interface Concluding {
  readonly file: string;
  readonly output: string;
  readonly jobs: readonly WordJob[];
  readonly found: WordConversations;
  readonly spent: Spent;
}

/** The files, and what is to be said of them; exit code 1 where every word was given up. */
async function conclude({ file, output, jobs, found, spent }: Concluding, options: GenerateOptions): Promise<void> {
  const rejects = found.rejects(jobs);
  const reasons = new Map<string, number>();
  for (const { reason } of rejects) countUp(reasons, reason);
  if (options.rejects !== undefined) writeRejects(rejects, options.rejects, options);
  const written = jobs.flatMap((job) => {
    const lines = found.lines(job);
    return lines === undefined ? [] : [{ word: job.word, lines }];
  });
  const givenUp = [...new Set(jobs.filter((job) => found.lines(job) === undefined).map(({ word }) => word))];
  if (written.length > 0) await writeConversations(written, output, options);
  else process.exitCode = 1;
  if (options.json) {
    const facts = { file, output: written.length > 0 ? output : null, conversations: written.length, given_up: givenUp };
    process.stdout.write(`${JSON.stringify({ ...facts, rejects: Object.fromEntries(reasons), ...spent }, null, 2)}\n`);
    return;
  }
  const cost = spent.cost === undefined ? "" : ` · ${dollars(spent.cost)}`;
  const where = written.length === 0 ? "nothing to write" : output === "-" ? "standard output" : output;
  note(`${basename(file)}: ${counted(written.length, "conversation")} of ${jobs.length}${cost} · ${where}`, options);
  for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a)) note(`  thrown away: ${count} × ${reason}`, options);
  if (givenUp.length > 0) note(`  given up: ${oneLine(givenUp.join(", "), 200)}`, options);
}

function writeRejects(rejects: readonly object[], file: string, options: GenerateOptions): void {
  const sink = openSink(file, options);
  try {
    for (const reject of rejects) sink.put(`${JSON.stringify(reject)}\n`);
    sink.finish();
  } finally {
    sink.abandon();
  }
}

async function writeConversations(
  written: readonly { readonly word: string; readonly lines: readonly string[] }[],
  output: string,
  options: GenerateOptions,
): Promise<void> {
  const asChat = options.format === "chat" ? (await formats.chat()).write?.({ metadata: true }) : undefined;
  const sink = openSink(output, options);
  try {
    for (const { word, lines } of written) {
      await sink.put(asChat?.row(chatAboutWord(lines, word)).text ?? chatBuilderText(lines, word));
    }
    sink.finish();
  } finally {
    sink.abandon();
  }
}
