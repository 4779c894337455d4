import type { Command } from "commander";
import { common } from "./options.ts";

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
}
