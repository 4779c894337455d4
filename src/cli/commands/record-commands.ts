import { type Command, Option } from "commander";
import { collect, common, numberOrAuto, positiveNumber, seconds, share, wholeNumber } from "./options.ts";

/** Commands that work on what was recorded, here or by others. Each one's file is loaded when it is called. */
export function addRecordCommands(program: Command): void {
  common(program.command("record"))
    .description("an OpenAI-compatible proxy: answers pass unchanged, conversations are saved as chat fine-tune JSONL")
    .option("--upstream <url>", "where requests go (default: OPENAI_BASE_URL, else https://api.openai.com/v1)")
    .option("--output <path>", "the file (default: recorded.jsonl); with --name-by the folder (default: recorded)")
    .addOption(
      new Option("--name-by <what>", "a file for each model asked, system prompt, or x-finegauge-name header").choices([
        "model",
        "template",
        "header",
      ]),
    )
    .option("--sample <share>", "record this share of the conversations, 0 to 1; --seed says which", share, 1)
    .option("--no-redact", "keep e-mail addresses, phone numbers and embedded files; keys are taken out all the same")
    .option("--port <n>", "where to listen; 0 is any free port", wholeNumber, 8787)
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--allow-network", "listen at an address that other machines reach")
    .action(async (options) => (await import("../record.ts")).record(options));

  common(program.command("import"))
    .description("write logs of openai/evals, Inspect and lm-evaluation-harness as runs, a promptfoo config as evals")
    .argument("<logs...>", "files, folders or globs; every command that takes a run takes such a log as it is too")
    .option("--eval <name>", "call their eval so, to compare them with its runs (default: as log or config call it)")
    .option("--lossy", "a config: leave out what does not go over, instead of refusing it")
    .option("--force", "a config: replace files of the same name")
    .option("--out <dir>", "where runs are written (default: reports)")
    .action(async (logs, options) => (await import("../import.ts")).importLogs(logs, options));

  common(program.command("export"))
    .description("write a run as another harness's log")
    .argument("<run>", "a file, an id, eval@model (the newest), eval@model~1 (the one before)")
    .addOption(new Option("--to <format>", "whose log").choices(["openai-evals", "promptfoo"]).makeOptionMandatory())
    .option("--output <file>", "where to write it (default: stdout)")
    .option("--out <dir>", "where the runs are (default: reports)")
    .action(async (run, options) => (await import("../export.ts")).exportRun(run, options));

  common(program.command("rescore"))
    .description("score the recorded replies of a run again; the model is not asked")
    .argument("<run>", "a file, an id, eval@model (the newest), eval@model~1 (the one before), another harness's log")
    .option("--eval <name>", "by this eval of the registry as it is now, right answers included (default: as the run says)")
    .option(
      "--scorer <name[=args]>",
      "by this scorer, its arguments as YAML or JSON; may be repeated, the first decides",
      collect,
    )
    .option("--judge <models>", "who grades what a model has to grade: names, comma-separated; over what the eval says")
    .option("--budget <limit>", "stop judges after so much: '$5', 200ktokens, 30min; comma-separated, or repeated", collect)
    .option("--concurrency <n>", "requests to a judge at once, or auto (the default)", numberOrAuto)
    .option("--timeout <seconds>", "for one request to a judge (default: 120)", seconds)
    .option("--check", "write nothing; say how many verdicts agree, and exit with 1 if one does not")
    .option("--sweep", "write nothing; choose logprob-choice's threshold on one half, and say what it is worth on the other")
    .option(
      "--scale",
      "write nothing; fit the temperature of probabilities on one half, and say what calibration is on the other",
    )
    .option("--out <dir>", "where runs are and are written (default: reports)")
    .action(async (run, options) => (await import("../rescore.ts")).rescore(run, options));

  common(program.command("label"))
    .description("label replies that a judge has graded, blind; or, with --blind, choose between the replies of two runs")
    .argument("<runs...>", "a run; with --blind two: files, ids, eval@model, or models with --eval")
    .option("--blind", "show pairs of replies in random order and on random sides")
    .option("--eval <name>", "of this eval, so that runs can be named by their models")
    .option("--count <n>", "replies or pairs in all (default: 50)", positiveNumber)
    .option("--report", "ask nothing; say what the labels are worth so far")
    .option("--out <dir>", "where the runs are (default: reports)")
    .action(async (runs, options) => (await import("../label.ts")).label(runs, options));

  common(program.command("cache"))
    .description("list what the response cache has of each model, or prune it")
    .argument("<action>", "list or prune")
    .option("--older-than <age>", "prune: replies older than 90min, 12h, 30d or 4w")
    .option("--model <names>", "prune: only of these models, names or globs; may be repeated", collect)
    .option("--max-size <size>", "prune: the oldest, until what is left takes at most 500kb, 200mb or 1gb")
    .option("--all", "prune: everything")
    .option("--dry-run", "prune: say what would go, and keep it")
    .option("--cache-dir <dir>", "where it is (default: the user's cache folder)")
    .action(async (action, options) => (await import("../cache.ts")).cache(action, options));

  common(program.command("oaieval"))
    .description("openai/evals' command and flags: one eval on one completion function, recorded as it records")
    .argument("<completion_fn>", "as for run, or dummy; with a model-graded eval: FN,JUDGE")
    .argument("<eval>", "an eval's name")
    .option("--max_samples <n>", "only the first n of the order", positiveNumber)
    .option("--registry_path <dir>", "another registry; may be repeated", collect)
    .option("--record_path <file>", "where the record goes (default: evallogs/ in the folder for temporary files)")
    .option("--completion_args <k=v,…>", "over the completion function's arguments, or temperature, top_p, max_tokens, seed")
    .option("--extra_eval_params <k=v,…>", "over the eval's arguments")
    .option("--user <text>", "created_by in the record")
    .option("--visible", "initial_settings.visible in the record (default: without --max_samples)")
    .option("--no-visible", "the opposite")
    .option("--log_to_file <file>", "put what it logs behind what is in this file, not on stderr")
    .option("--dry-run", "ask the model, and write nothing")
    .option("--no-dry-run", "the opposite (the default)")
    .option("--dry-run-logging", "with --dry-run: log every event (the default)")
    .option("--no-dry-run-logging", "with --dry-run: log only the report")
    .option("--cache", "no effect")
    .option("--no-cache", "no effect")
    .option("--local-run", "record into a file (the default)")
    .option("--no-local-run", "refused: nothing is recorded into Snowflake")
    .option("--http-run", "refused: nothing is sent to a server")
    .option("--no-http-run", "the opposite (the default)")
    .option("--http-run-url <url>", "no effect")
    .option("--http-batch-size <n>", "no effect")
    .option("--http-fail-percent-threshold <n>", "no effect")
    .option("--no-debug", "the default")
    .option("--out <dir>", "where runs are written (default: reports)")
    .action(async (fns, name, options) => (await import("../oaieval.ts")).oaieval(fns, name, options));
}
