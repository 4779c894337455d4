import { type Command, Option } from "commander";
import { collect, common, number, numberOrAuto, positiveNumber } from "./options.ts";

/** Of `finegauge data …` what has people and models say which examples are good, and models write some. */
export function addExampleCommands(data: Command): void {
  common(data.command("mark"))
    .description("say of each example whether it is one to learn from; --write makes files of that")
    .argument("<file>", "in any format, recognised")
    .option("--from <format>", "how to read it (default: recognised)")
    .option("--skip-bad", "leave out rows that cannot be read; otherwise they are an error")
    .option("--write [folder]", "write strong.jsonl and weak.jsonl there (default: beside the file), and ask nothing")
    .option("--force", "replace files of the same name")
    .option("--dry-run", "say what would be written, and write nothing")
    .action(async (file, options) => (await import("../data/mark.ts")).markData(file, options));

  asking(common(data.command("refine")))
    .description("a model says which examples are worth learning from, after some that a person marked")
    .argument("<file>", "in any format, recognised")
    .requiredOption("--strong <file>", "examples that are, as data mark writes them")
    .requiredOption("--weak <file>", "examples that are not")
    .requiredOption("--model <name>", "who is asked: as finegauge run names models")
    .option("--pairs <n>", "of examples shown, at most (default: 50)", positiveNumber, 50)
    .option("--max-tokens <n>", "of a reply (default: 16)", positiveNumber, 16)
    .option("--nil <text>", "what a weak example is answered with", " nil")
    .addOption(
      new Option("--on-unparsed <what>", "with a row of which the model says neither yes nor no")
        .choices(["keep", "nil", "drop"])
        .default("drop", "out of the output, in a file of its own"),
    )
    .option("--balance", "as many strong as weak ones, drawn by the seed")
    .option("--from <format>", "how to read it (default: recognised)")
    .option("--skip-bad", "leave out rows that cannot be read; otherwise they are an error")
    .option("--output <file>", "default: beside the input, as NAME_refined; - is standard output")
    .option("--force", "replace files of the same name")
    .action(async (file, options) => (await import("../data/refine.ts")).refineData(file, options));

  asking(common(data.command("generate")))
    .description("a model writes conversations about the words of a chat-builder config")
    .argument("<config>", "JSON; - is standard input")
    .option("--model <name>", "who is asked: as finegauge run names models (default: the config's)")
    .option("--count <n>", "conversations (default: one about each word)", positiveNumber)
    .addOption(
      new Option("--order <order>", "of the words: shuffled by the seed, or as they are listed")
        .choices(["shuffled", "listed"])
        .default("shuffled"),
    )
    .option("--tries <n>", "replies about one word before it is given up (default: 3)", positiveNumber, 3)
    .option("--min-turns <n>", "lines that a conversation has at least (default: 2)", positiveNumber, 2)
    .option("--max-turns <n>", "lines behind which it is cut off (default: none)", positiveNumber)
    .option("--stop <text>", "where the model is to end; may be repeated", collect)
    .option("--temperature <t>", "default: left to the model", number)
    .option("--max-tokens <n>", "of a reply (default: 1000)", positiveNumber, 1000)
    .addOption(
      new Option("--format <format>", "chat-builder's text, or chats to train on")
        .choices(["chat-builder", "chat"])
        .default("chat-builder"),
    )
    .option("--output <file>", "default: beside the config, as NAME_conversations; - is standard output")
    .option("--rejects <file>", "what was thrown away and why, as JSONL")
    .option("--force", "replace files of the same name")
    .action(async (config, options) => (await import("../data/generate.ts")).generateData(config, options));
}

/** Options of every command that asks a model about many rows. */
function asking(command: Command): Command {
  return command
    .option("--budget <limit>", "spend no more: $5, 200ktokens, 30min; may be repeated", collect)
    .option("--concurrency <n>", "requests at once, or auto", numberOrAuto)
    .option("--dry-run", "say what would be asked, and ask nothing");
}
