import { type Command, Option } from "commander";
import { collect, common, number, positiveNumber, share, wholeNumber } from "./options.ts";

/** Commands that say what runs tell. Each one's file is loaded when it is called. */
export function addCompareCommands(program: Command): void {
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
    .action(async (runs, options) => (await import("../report.ts")).report(runs, options));

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
    .action(async (baseline, candidates, options) => (await import("../diff.ts")).diff(baseline, candidates, options));

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
    .action(async (baseline, candidates, options) => (await import("../gate.ts")).gate(baseline, candidates, options));

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
    .action(async (action, name, runs, options) => (await import("../baseline.ts")).baseline(action, name, runs, options));

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
    .action(async (runs, options) => (await import("../leaderboard.ts")).leaderboard(runs, options));

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
    .action(async (name, options) => (await import("../plan.ts")).plan(name, options));
}
