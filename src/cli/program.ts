import { Command, InvalidArgumentError, Option } from "commander";
import { FinegaugeError } from "../core/errors.ts";
import { addDataCommands } from "./data.ts";
import { printError } from "./print-error.ts";
import { withoutColour } from "./terminal.ts";
import { version } from "./version.ts";

/** Options that every command takes. */
function common(command: Command): Command {
  return command
    .option("--json", "results as JSON on stdout")
    .option("--quiet", "only results and errors")
    .option("--seed <n>", "seed of everything random", wholeNumber)
    .option("--registry <dir>", "another registry; may be repeated", collect)
    .option("--yes", "ask nothing")
    .option("--no-color", "no colours")
    .addOption(new Option("--debug", "stack traces, and every failed request").hideHelp());
}

/** The command line, without doing anything yet; each command's file is loaded when it is called. */
export function buildProgram(): Command {
  const program = new Command("finegauge")
    .description("Is this model better than that one on my data, and how sure are we?")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      `
Start here:
  finegauge demo                              two small models, three evals, no key, no network
  finegauge init --from support.csv           an eval from your own examples
  finegauge list evals                        what there is to run
  finegauge run gpt-4.1-mini tickets          one model on one eval
  finegauge report tickets@tickets-tuned      an HTML page of the newest such run

Exit codes: 0 done · 1 findings, or a gate failed · 2 usage or configuration · 3 provider failure, run incomplete or budget spent
            4 gate inconclusive · 70 a defect of finegauge · 130 interrupted`,
    );

  common(program.command("init"))
    .description("make a registry from a file of examples, or the smallest that runs; init ci: a GitHub workflow that gates")
    .argument("[what]", "ci: a workflow; nothing: a registry")
    .option("--from <file>", "chats or samples as JSONL, or a table: CSV, TSV, JSONL with other keys")
    .option("--name <name>", "what the eval is called (default: as the file)")
    .option("--train <file>", "what a model was trained on: samples in it are left out")
    .option("--input <column>", "of a table: the question (default: guessed, and shown)")
    .option("--ideal <column>", "of a table: the right answer (default: guessed, and shown)")
    .option("--id <column>", "of a table: names of the samples (default: guessed, and shown)")
    .option("--metadata <columns>", "of a table: what is kept beside, comma-separated (default: all others)", commaSeparated)
    .option("--no-header", "of CSV and TSV: the first line is a row; columns are called 1, 2, 3")
    .option("--system <text>", "put before questions without a system prompt; '' for none")
    .option("--model <name>", "ci: the model to judge (default: the first of finegauge.yaml)")
    .option("--eval <names>", "ci: on these evals; may be repeated (default: those of finegauge.yaml)", collect)
    .option("--baseline <name>", "ci: the committed baseline to judge by (default: main)")
    .option("--key-env <names>", "ci: secrets that the model needs, comma-separated (default: as the model says)", commaSeparated)
    .option("--force", "replace files of the same name")
    .option("--dry-run", "say what would be written, and write nothing")
    .action(async (what, options) => (await import("./init.ts")).init(what, options));

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
    .option("--timeout <seconds>", "for one request (default: 120)", positiveNumber)
    .option("--max-errors <share>", "share of errors above which a run is no result (default: 0.01)", share)
    .option("--no-inputs", "keep prompts and ideals out of the run file")
    .option("--no-report", "write no HTML page")
    .option("--dry-run", "say what would be asked, and ask nothing")
    .action(async (models, evals, options) => (await import("./run.ts")).run(models, evals, options));

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
    .action(async (what, options) => (await import("./list.ts")).list(what, options));

  common(program.command("report"))
    .description("a report of one run, or of several side by side")
    .argument("<runs...>", "files, ids, eval@model (the newest), eval@model~1 (the one before)")
    .addOption(
      new Option("--format <format>", "which kind of report (default: by the ending of --output, else html)").choices([
        "html",
        "md",
        "csv",
        "junit",
        "json",
      ]),
    )
    .option("--output <file>", "where to write it; - is stdout (default: a page under reports/, other formats on stdout)")
    .option("--no-samples", "only numbers: no input, no reply")
    .option("--redact", "placeholders for e-mail addresses, phone numbers, keys and embedded files")
    .option(
      "--leaks <file>",
      "a leak file of `finegauge data leaks --write`, for runs made without train:; may be repeated",
      collect,
    )
    .option("--out <dir>", "where the runs are (default: reports)")
    .action(async (runs, options) => (await import("./report.ts")).report(runs, options));

  common(program.command("diff"))
    .description("what changed between a baseline and candidates, how sure that is, and which samples flipped")
    .argument("<baseline>", "a run, eval@model, a model (all its evals), a baseline, a glob, a file or folder")
    .argument("<candidates...>", "the same; each is compared with the baseline, eval by eval")
    .option("--eval <names>", "only these evals; may be repeated", collect)
    .option(
      "--leaks <file>",
      "a leak file of `finegauge data leaks --write`, for runs made without train:; may be repeated",
      collect,
    )
    .option("--margin <m>", "how much worse is acceptable, 0.02 for 2 points (default: the eval's)", number)
    .option("--all", "every metric, also what did not change")
    .option("--flips <n>", "samples that flipped to name (default: 5 in the terminal, 1000 elsewhere)", wholeNumber)
    .addOption(
      new Option("--format <format>", "default: by the ending of --output, else terminal").choices([
        "terminal",
        "html",
        "md",
        "csv",
        "junit",
        "json",
      ]),
    )
    .option("--output <file>", "where to write it; - is stdout (default: a page under reports/, other formats on stdout)")
    .option("--no-samples", "only numbers: no input, no reply")
    .option("--redact", "placeholders for e-mail addresses, phone numbers, keys and embedded files")
    .option("--out <dir>", "where the runs are (default: reports)")
    .option("--baselines <dir>", "where baselines are (default: baselines)")
    .action(async (baseline, candidates, options) => (await import("./diff.ts")).diff(baseline, candidates, options));

  common(program.command("gate"))
    .description("judge rules about candidates against a baseline: exit code 0 pass, 1 fail, 4 inconclusive, 2 no baseline")
    .argument("<baseline>", "a baseline, a model (all its evals), a run, eval@model, a file or folder")
    .argument("<candidates...>", "the same; each is judged against the baseline, eval by eval")
    .option("--rule <rule>", "such as 'delta.accuracy >= -0.02', in place of the evals' own; may be repeated", collect)
    .option("--gate <file>", "a YAML file with margin, rules, inconclusive and quarantine, in place of the evals' own")
    .option("--margin <metric=m>", "how much worse is acceptable, 0.02 for 2 points; may be repeated", collect)
    .addOption(
      new Option("--inconclusive <end>", "what an inconclusive gate ends as (default: the eval's, else fail)").choices([
        "fail",
        "warn",
        "pass",
      ]),
    )
    .option("--settle <n>", "ask up to n unused samples more where the first look settles nothing", positiveNumber)
    .option("--no-ask", "ask no model; first replies of samples that must pass count as they are")
    .option("--eval <names>", "only these evals; may be repeated", collect)
    .option(
      "--leaks <file>",
      "a leak file of `finegauge data leaks --write`, for runs made without train:; may be repeated",
      collect,
    )
    .addOption(
      new Option("--format <format>", "default: by the ending of --output, else terminal").choices([
        "terminal",
        "html",
        "md",
        "csv",
        "junit",
        "json",
      ]),
    )
    .option("--output <file>", "where to write it; - is stdout (default: stdout)")
    .option("--no-samples", "only numbers: no input, no reply")
    .option("--redact", "placeholders for e-mail addresses, phone numbers, keys and embedded files")
    .option("--out <dir>", "where the runs are (default: reports)")
    .option("--baselines <dir>", "where baselines are (default: baselines)")
    .action(async (baseline, candidates, options) => (await import("./gate.ts")).gate(baseline, candidates, options));

  common(program.command("baseline"))
    .description("set NAME RUN…: keep runs as a small committed file for each eval; show NAME; list")
    .argument("<action>", "set, show or list")
    .argument("[name]", "what the baseline is called, e.g. main")
    .argument("[runs...]", "set: runs, or a model: its newest complete run of every eval")
    .option("--eval <names>", "only these evals; may be repeated", collect)
    .option("--force", "set: replace a baseline of another run")
    .option("--with-replies", "set: keep prompts, right answers and replies in it too")
    .option("--out <dir>", "where the runs are (default: reports)")
    .option("--baselines <dir>", "where baselines are (default: baselines)")
    .action(async (action, name, runs, options) => (await import("./baseline.ts")).baseline(action, name, runs, options));

  common(program.command("leaderboard"))
    .description("models side by side over one eval or many: ranks as far as the samples tell, duels, prices, trends")
    .argument("<runs...>", "runs, eval@model, models (all their evals), baselines, globs, files or folders")
    .option("--eval <names>", "only these evals; may be repeated", collect)
    .option("--trend", "also up to 10 runs of each model, newest last, with the change at each")
    .option("--parent <model>", "which local model is the smallest that is not worse than this one")
    .option("--margin <metric=m>", "with --parent: how much worse is acceptable (default: the evals'); may be repeated", collect)
    .addOption(
      new Option("--format <format>", "default: by the ending of --output, else terminal").choices([
        "terminal",
        "html",
        "md",
        "csv",
        "json",
      ]),
    )
    .option("--output <file>", "where to write it; - is stdout (default: a page under reports/, other formats on stdout)")
    .option("--out <dir>", "where the runs are (default: reports)")
    .option("--baselines <dir>", "where baselines are (default: baselines)")
    .action(async (runs, options) => (await import("./leaderboard.ts")).leaderboard(runs, options));

  common(program.command("plan"))
    .description("what it takes to see a difference on an eval, and what its present samples can tell; asks no model")
    .argument("<eval>", "an eval's name")
    .requiredOption("--mde <d>", "the difference to be seen, 0.03 for 3 points", number)
    .option("--baseline <run>", "plan from this run, model or baseline (default: the newest run of another model)")
    .option("--candidate <run>", "and this one (default: the newest run)")
    .option("--attempts <k>", "replies to each sample (default: what is cheapest)", positiveNumber)
    .option("--power <p>", "how often the difference is to be seen", share, 0.8)
    .option("--margin <m>", "how much worse is acceptable (default: the eval's)", number)
    .option("--out <dir>", "where the runs are (default: reports)")
    .option("--baselines <dir>", "where baselines are (default: baselines)")
    .action(async (name, options) => (await import("./plan.ts")).plan(name, options));

  common(program.command("import"))
    .description("write logs of openai/evals, Inspect and lm-evaluation-harness as runs, a promptfoo config as evals")
    .argument("<logs...>", "files, folders or globs; every command that takes a run takes such a log as it is too")
    .option("--eval <name>", "call their eval so, to compare them with its runs (default: as log or config call it)")
    .option("--lossy", "a config: leave out what does not go over, instead of refusing it")
    .option("--force", "a config: replace files of the same name")
    .option("--out <dir>", "where runs are written (default: reports)")
    .action(async (logs, options) => (await import("./import.ts")).importLogs(logs, options));

  common(program.command("export"))
    .description("write a run as another harness's log")
    .argument("<run>", "a file, an id, eval@model (the newest), eval@model~1 (the one before)")
    .addOption(new Option("--to <format>", "whose log").choices(["openai-evals", "promptfoo"]).makeOptionMandatory())
    .option("--output <file>", "where to write it (default: stdout)")
    .option("--out <dir>", "where the runs are (default: reports)")
    .action(async (run, options) => (await import("./export.ts")).exportRun(run, options));

  common(program.command("cache"))
    .description("list what the response cache has of each model, or prune it")
    .argument("<action>", "list or prune")
    .option("--older-than <age>", "prune: replies older than 90min, 12h, 30d or 4w")
    .option("--model <names>", "prune: only of these models, names or globs; may be repeated", collect)
    .option("--max-size <size>", "prune: the oldest, until what is left takes at most 500kb, 200mb or 1gb")
    .option("--all", "prune: everything")
    .option("--dry-run", "prune: say what would go, and keep it")
    .option("--cache-dir <dir>", "where it is (default: the user's cache folder)")
    .action(async (action, options) => (await import("./cache.ts")).cache(action, options));

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
    .option("--timeout <seconds>", "for one request to a judge (default: 120)", positiveNumber)
    .option("--check", "write nothing; say how many verdicts agree, and exit with 1 if one does not")
    .option("--sweep", "write nothing; choose logprob-choice's threshold on one half, and say what it is worth on the other")
    .option("--scale", "write nothing; fit the temperature of probabilities on one half, and say what calibration is on the other")
    .option("--out <dir>", "where runs are and are written (default: reports)")
    .action(async (run, options) => (await import("./rescore.ts")).rescore(run, options));

  common(program.command("label"))
    .description("label replies that a judge has graded, blind; or, with --blind, choose between the replies of two runs")
    .argument("<runs...>", "a run; with --blind two: files, ids, eval@model, or models with --eval")
    .option("--blind", "show pairs of replies in random order and on random sides")
    .option("--eval <name>", "of this eval, so that runs can be named by their models")
    .option("--count <n>", "replies or pairs in all (default: 50)", positiveNumber)
    .option("--report", "ask nothing; say what the labels are worth so far")
    .option("--out <dir>", "where the runs are (default: reports)")
    .action(async (runs, options) => (await import("./label.ts")).label(runs, options));

  common(program.command("doctor"))
    .description("check this machine and folder; models, by asking each once; or a whole registry, asking nobody")
    .argument("[targets...]", "models, as run takes them, or a registry's folder (default: machine, folder and keys)")
    .option("--offline", "ask no model")
    .option("--eval <name>", "ask the first sample of this eval (default: a small chat)")
    .option("--training-config <file>", "the Axolotl YAML that a local model was trained by: does inference write prompts alike?")
    .option("--timeout <seconds>", "for one request", positiveNumber, 30)
    .action(async (targets, options) => (await import("./doctor.ts")).doctor(targets, options));

  common(program.command("demo"))
    .description("run two small models on three evals in this process, and say what fine-tuning changed")
    .option("--out <dir>", "where runs are written (default: reports)")
    .action(async (options) => (await import("./demo.ts")).demo(options));

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
    .action(async (fns, name, options) => (await import("./oaieval.ts")).oaieval(fns, name, options));

  common(program.command("schema"))
    .description("write JSON Schemas of the registry's files and all others, for editors; or print one")
    .argument("[name]", "print this one: evals, completion-fns, finegauge, …")
    .option("--output <dir>", "where to write them", "registry/schemas")
    .option("--force", "replace files that it has not written itself")
    .action(async (name, options) => (await import("./schema.ts")).schema(name, options));

  common(program.command("shell-completion"))
    .description("print what a shell sources to complete commands, options, evals and models")
    .argument("[shell]", "bash, zsh or fish")
    .addOption(new Option("--names <what>", "evals or models, one a line").hideHelp())
    .action(async (shell, options) => (await import("./shell-completion.ts")).shellCompletion(shell, options, program));

  addDataCommands(program, { common, share, wholeNumber });

  // Set on each command too: commander does not hand it down to those made before.
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands]) command.exitOverride().configureOutput({ outputError: () => {} });
  return program;
}

/** Runs one command line; sets the exit code, never ends the process, so that pipes are drained. */
export async function runProgram(args: readonly string[]): Promise<void> {
  // A reader that has seen enough (`| head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.exit(printError(new FinegaugeError("run.disk", `the results could not be written: ${error.message}`)));
  });
  // Nobody reads what is said beside the results: no reason to lose them.
  process.stderr.on("error", () => {});
  // A program that breaks elsewhere than in its command is a defect as well: Node's own exit code would say that a gate failed.
  process.on("uncaughtException", (error) => process.exit(printError(error, args.includes("--debug"))));
  try {
    await buildProgram().parseAsync(withoutColour(args), { from: "user" });
  } catch (error) {
    process.exitCode = printError(error, args.includes("--debug"));
  }
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError(`${text} is no number`);
  return value;
}

function share(text: string): number {
  const value = number(text);
  if (value > 1) throw new InvalidArgumentError(`${text} is no share: 0 to 1`);
  return value;
}

/** A chance of error. */
function level(text: string): number {
  const value = number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError(`${text} is no chance of error: between 0 and 1, such as 0.01`);
  return value;
}

function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(`${text} is no whole number`);
  return value;
}

function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError(`${text} is not at least 1`);
  return value;
}

function numberOrAuto(text: string): number | "auto" {
  return text === "auto" ? text : positiveNumber(text);
}

function commaSeparated(text: string): string[] {
  return text.split(",").flatMap((part) => part.trim() || []);
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
