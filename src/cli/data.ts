import type { Command } from "commander";

/** What program.ts gives to whoever adds commands. */
interface Parts {
  common(command: Command): Command;
  share(text: string): number;
  wholeNumber(text: string): number;
}

/** `finegauge data …`: what is done with files of training data. Each command's file is loaded when it is called. */
export function addDataCommands(program: Command, { common, share, wholeNumber }: Parts): void {
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
    .action(async (train, against, options) => (await import("./data-leaks.ts")).dataLeaks(train, against, options));
}
