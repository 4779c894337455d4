import { type Command, Option } from "commander";
import { collect, commaSeparated, common, level, number, numberOrAuto, positiveNumber, seconds, share } from "./options.ts";

/** Commands that make evals and runs. Each one's file is loaded when it is called. */
export function addRunCommands(program: Command): void {
  common(program.command("init"))
    .description("make a registry from a file of examples, or the smallest that runs; init ci: a GitHub workflow that gates")
    .argument("[what]", "ci: a workflow; nothing: a registry")
    .option("--from <file>", "chats or samples as JSONL, or a table: CSV, TSV, JSONL with other keys")
    .option("--name <name>", "what the eval is called (default: as the file)")
    .option("--train <file>", "what a model was trained on: samples in it, or nearly so, are left out")
    .option("--keep-similar", "with --train: leave in samples that are nearly the same as a training row")
    .option("--input <column>", "of a table: the question (default: guessed, and shown)")
    .option("--ideal <column>", "of a table: the right answer (default: guessed, and shown)")
    .option("--id <column>", "of a table: names of the samples (default: guessed, and shown)")
    .option("--metadata <columns>", "of a table: what is kept beside, comma-separated (default: all others)", commaSeparated)
    .option("--no-header", "of CSV and TSV: the first line is a row; columns are called 1, 2, 3")
    .option("--system <text>", "put before questions without a system prompt; '' for none")
    .option("--model <name>", "ci: the model to judge (default: the first of finegauge.yaml)")
    .option("--eval <names>", "ci: on these evals; may be repeated (default: those of finegauge.yaml)", collect)
    .option("--baseline <name>", "ci: the committed baseline to judge by (default: main)")
    .option("--install <command>", "ci: what installs Finegauge there (default: npm ci, where package.json names it)")
    .option("--key-env <names>", "ci: secrets that the model needs, comma-separated (default: as the model says)", commaSeparated)
    .option("--force", "replace files of the same name")
    .option("--dry-run", "say what would be written, and write nothing")
    .action(async (what, options) => (await import("../init.ts")).init(what, options));

  common(program.command("run"))
    .description("run models on evals: names, globs, files, comma-separated; every model on every eval")
    .argument(
      "[models]",
      "registry names, openai:<model>, azure:<deployment>, file.gguf, llama-server:<url>, replay:<file>, file.ts",
    )
    .argument("[evals]", "eval names, globs or sets")
    .option("--out <dir>", "where runs are written (default: reports)")
    .option("--concurrency <n>", "requests at once, or auto: what server and model turn out to take (the default)", numberOrAuto)
    .option("--max-samples <n>", "only the first n of the order", positiveNumber)
    .addOption(
      new Option("--order <order>", "shuffle: openai/evals' fixed order (the default); file: as they stand").choices([
        "shuffle",
        "file",
      ]),
    )
    .option("--baseline <side>", "say what changed since this run, model or baseline")
    .option("--baselines <dir>", "where baselines are (default: baselines)")
    .option("--fail-fast [alpha]", "stop once it is worse than the baseline by more than the margin (wrong at most 0.01)", level)
    .option("--margin <m>", "with --fail-fast: how much worse is acceptable (default: the eval's)", share)
    .option("--attempts <k>", "replies to each sample", positiveNumber)
    .option("--temperature <t>", "over the eval's", number)
    .option("--top-p <p>", "over the eval's", share)
    .option("--max-tokens <n>", "over the eval's", positiveNumber)
    .option("--judge <models>", "who grades what a model has to grade: names, comma-separated; over what evals say")
    .option("--aa", "ask everything twice, and say how far two runs of one model lie apart by chance")
    .option("--resume [run]", "go on with an unfinished run; without a name: the newest that fits")
    .option("--no-resume", "start anew even if an unfinished run fits")
    .option("--budget <limit>", "stop after so much: '$5', 200ktokens, 30min; comma-separated, or repeated", collect)
    .addOption(
      new Option(
        "--cache <mode>",
        "replies of earlier runs: on, refresh (ask anew, keep), only (ask nothing), off (the default)",
      ).choices(["on", "refresh", "only", "off"]),
    )
    .option("--cache-dir <dir>", "where they are (default: the user's cache folder)")
    .option("--timeout <seconds>", "for one request (default: 120)", seconds)
    .option("--max-errors <share>", "share of errors above which a run is no result (default: 0.01)", share)
    .option("--no-inputs", "keep prompts and ideals out of the run file")
    .option("--no-report", "write no HTML page")
    .option("--dry-run", "say what would be asked, and ask nothing")
    .action(async (models, evals, options) => (await import("../run.ts")).run(models, evals, options));

  common(program.command("list"))
    .description("list evals, models, runs or baselines")
    .argument("[what]", "evals, models, runs or baselines")
    .option("--check", "evals: sort the registry into what runs and what does not, asking no model")
    .option("--model <names>", "runs: only of these models, names or globs; may be repeated", collect)
    .option("--eval <names>", "runs, baselines: only of these evals; may be repeated", collect)
    .option("--last <n>", "runs: only the newest n", positiveNumber)
    .option("--trend", "runs: complete runs of each eval over time; with --model, of all these models together")
    .option("--out <dir>", "runs: where they are (default: reports)")
    .option("--baselines <dir>", "baselines: where they are (default: baselines)")
    .action(async (what, options) => (await import("../list.ts")).list(what, options));
}
