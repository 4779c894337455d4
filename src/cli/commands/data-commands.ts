import { type Command, Option } from "commander";
import { addExampleCommands } from "./example-commands.ts";
import { common, number, positiveNumber, share, wholeNumber } from "./options.ts";
import { addShapeCommands } from "./shape-commands.ts";

/** `finegauge data …`: what is done with files of training data. Each command's file is loaded when it is called. */
export function addDataCommands(program: Command): void {
  const data = program.command("data").description("look after the data that models are trained on and evals are made of");

  common(data.command("leaks"))
    .description(
      "which samples of an eval are in training data; --within: which rows of a file repeat others; exit code 1 if any",
    )
    .argument("<train>", "training data: chats, tables, lines, and what else data.md names; - is standard input, as JSONL")
    .argument("[eval]", "an eval's name, or a file of samples or chats")
    .option("--within", "look for rows of the one file that repeat others")
    .option("--write <file>", "keep what was found, for reports and diff")
    .option("--force", "replace a file of that name")
    .option("--max-share <share>", "exit code 0 up to this share of samples, 0.01 for 1 % (default: none)", share)
    .option("--max <n>", "exit code 0 up to so many samples (default: 0)", wholeNumber)
    .option("--show <n>", "how many pairs to show (default: 5)", wholeNumber, 5)
    .action(async (train, against, options) => (await import("../data-leaks.ts")).dataLeaks(train, against, options));

  addExampleCommands(data);

  rewriting(common(data.command("convert")))
    .description("write conversations of one format in another, row by row")
    .argument("<file>", "in any format, recognised; - is standard input")
    .option("--to <format>", "chat, samples, completions, sharegpt, alpaca, preference, csv, tsv, text, tinytext, chat-builder")
    .option("--input <column>", "of a table: the question (default: guessed)")
    .option("--ideal <column>", "of a table: the answer (default: guessed)")
    .option("--id <column>", "of a table: names of the rows (default: guessed)")
    .option("--no-header", "of CSV and TSV: the first line is a row; columns are called 1, 2, 3")
    .addOption(oldWay())
    .action(async (file, options) => (await import("../data/convert.ts")).convertData(file, options));

  rewriting(common(data.command("import")))
    .description("chats among people, and conversations that programs saved, as data to train on; people get other names")
    .argument("<path>", "an export of DiscordChatExporter, a Slack export, or what else data.md names: a file or a folder")
    .option("--to <format>", "how to write it (default: chat)")
    .option("--me <name>", "whose messages are the assistant's, by name or id")
    .option("--keep-names", "people keep their names; otherwise they get pseudonyms, in texts too")
    .option("--pseudonym-key <file>", "a secret that pseudonyms are made with")
    .option("--gap <seconds>", "silence that ends a conversation (default: 3600; of Slack 600)", wholeNumber)
    .option("--join <seconds>", "what one person writes within is one message (default: 300)", wholeNumber)
    .addOption(
      new Option("--date-order <order>", "of dates such as 3/4/2024 (default: told by the dates)").choices(["dmy", "mdy", "ymd"]),
    )
    .option("--time-zone <zone>", "IANA name, of dates without a zone (default: UTC)")
    .option("--labels <file>", "of a Slack export: rows that ask who replies, with people as numbers; the file lists them")
    .addOption(
      new Option("--order <order>", "with --labels: which message of a prompt stands first")
        .choices(["oldest-first", "newest-first"])
        .default("oldest-first"),
    )
    .addOption(oldWay())
    .action(async (path, options) => (await import("../data/import.ts")).importData(path, options));

  common(data.command("validate"))
    .description("check a training file, count its tokens and say what it would cost; exit code 1 if anything is wrong")
    .argument("<file>", "JSONL of chats, preference pairs, or prompts and completions; - is standard input")
    .addOption(
      new Option("--mode <rules>", "of today's API, or of a script of 2023")
        .choices(["current", "cookbook", "tools"])
        .default("current"),
    )
    .option("--model <name>", "what is tuned: tells the encoding and the limit of a row")
    .option("--encoding <name>", "how tokens are counted (default: the model's; else o200k_base, of the old rules cl100k_base)")
    .option(
      "--max-tokens <n>",
      "of a row, above which it is cut (default: the model's; else 65536, of the old rules 4096)",
      positiveNumber,
    )
    .option("--epochs <n>", "how often training goes through the rows (default: as the API chooses)", positiveNumber)
    .option("--price <dollars>", "of a million trained tokens", number)
    .option("--strict", "exit code 1 on warnings as well")
    .option("--show <n>", "how many findings to show", wholeNumber, 10)
    .option("--report <file>", "every finding with its row, as JSONL")
    .option("--force", "replace a file of that name")
    .action(async (file, options) => (await import("../data/validate.ts")).validateFile(file, options));

  common(data.command("prepare"))
    .description("check prompts and completions for a model that goes on writing a text, and mend what is accepted")
    .argument("<file>", "JSONL, JSON, CSV, TSV or TXT; - is standard input, as JSONL")
    .option("--compat", "as the legacy tool did, its slips included")
    .addOption(
      new Option("--split <when>", "rows to train on and rows to validate on")
        .choices(["auto", "always", "never"])
        .default("auto", "classification only"),
    )
    .option("--valid <share>", "of the rows, held back to validate on: at most 1,000", share, 0.2)
    .option("--output <file>", "default: beside the input, as NAME_prepared.jsonl; - is standard output")
    .option("--force", "replace files of the same name")
    .option("--skip-bad", "leave out rows without a completion")
    .option("--dry-run", "say what would be done, and write nothing")
    .action(async (file, options) => (await import("../data/prepare.ts")).prepareFile(file, options));

  addShapeCommands(data, rewriting);
}

function oldWay(): Option {
  return new Option("--compat <program>", "as that program did, its slips included").choices(["selfchatbot", "chat-builder"]);
}

/** Options of every command that makes one file of data out of another. */
function rewriting(command: Command): Command {
  return command
    .option("--from <format>", "how to read it (default: recognised)")
    .option("--output <file>", "default: standard output")
    .option("--force", "replace a file of that name")
    .option("--lossy", "leave out what the format has no words for, and count it; otherwise it is an error")
    .option("--skip-bad", "leave out rows that cannot be read, and count them; otherwise they are an error")
    .option("--report <file>", "what was done to which row and why, as JSONL")
    .option("--no-metadata", "without metadata, and without where each row came from")
    .option("--dry-run", "say what would be done, and write nothing");
}
