import type { Command } from "commander";
import { collect, common, share } from "./options.ts";

/** `finegauge data split` and `finegauge data clean`. */
export function addShapeCommands(data: Command, rewriting: (command: Command) => Command): void {
  common(data.command("split"))
    .description("rows to train on, to validate on and to test on, none of which repeats one of another part")
    .argument("<file>", "in any format, recognised; - is standard input")
    .option("--valid <share>", "of the rows, to validate on", share, 0.2)
    .option("--test <share>", "of the rows, to test on (default: none)", share)
    .option("--by <field>", "rows with the same id, metadata.author, … stay together; may be repeated", collect)
    .option("--no-near", "rows that say nearly the same may be in two parts")
    .option(
      "--stratify <field>",
      "each part has its values as often as the whole: answer, metadata.label, …, none (default: answers that are labels)",
    )
    .option("--time <field>", "the earliest rows to train on, the latest to test on: time, metadata.time, …")
    .option("--output <name>", "what the files' names begin with (default: the input's)")
    .option("--from <format>", "how to read it (default: recognised)")
    .option("--force", "replace files of these names")
    .option("--skip-bad", "leave out rows that cannot be read, and count them; otherwise they are an error")
    .option("--report <file>", "which row went where, and with which others, as JSONL")
    .option("--dry-run", "say what would be done, and write nothing")
    .action(async (file, options) => (await import("../data/split.ts")).splitFile(file, options));

  rewriting(common(data.command("clean")))
    .description("take out what nobody should learn, and give prompts and answers the form that training wants")
    .argument("<file>", "in any format that can be written, recognised; - is standard input")
    .option("--chat", "what chats among people need: --links --mentions --emoji --whitespace --redact")
    .option("--all", "that, --code-blocks and --ids")
    .option("--links", "take out addresses of pages; what a link is called stays")
    .option("--code-blocks", "take out code between three backticks")
    .option("--ids", "take out UUIDs, long hexadecimal numbers, and what Slack and Discord call people and messages by")
    .option("--mentions", "take out @names, and what Slack and Discord make of them")
    .option("--emoji", "take out emoji, also :names: of them")
    .option("--whitespace", "one space for several, no more than one empty line")
    .option("--redact", "placeholders such as [email-1] for addresses, numbers of phones, cards and accounts, keys, passwords")
    .option("--redact-map <file>", "keep what each placeholder stands for")
    .option("--labels", "answers become numbers from 0, listed in NAME.labels.json beside the output")
    .option("--decode-labels <file>", "numbers become the answers that this file lists")
    .option("--separator <text>", "end prompts with it; auto: one that stands in none")
    .option("--leading-space", "begin answers with a space")
    .option("--end-marker <text>", "end answers with it; auto: one that stands in none")
    .action(async (file, options) => (await import("../data/clean.ts")).cleanData(file, options));
}
