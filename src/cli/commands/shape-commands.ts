import type { Command } from "commander";
import { collect, common, share } from "./options.ts";

/** `finegauge data split` and `finegauge data clean`. */
export function addShapeCommands(data: Command): void {
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
}
