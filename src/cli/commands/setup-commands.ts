import { type Command, Option } from "commander";
import { common, seconds } from "./options.ts";

/** Commands about the machine, the editor and the shell. Each one's file is loaded when it is called. */
export function addSetupCommands(program: Command): void {
  common(program.command("doctor"))
    .description("check this machine and folder; models, by asking each once; or a whole registry, asking nobody")
    .argument("[targets...]", "models, as run takes them, or a registry's folder (default: machine, folder and keys)")
    .option("--offline", "ask no model")
    .option("--eval <name>", "ask the first sample of this eval (default: a small chat)")
    .option("--training-config <file>", "the Axolotl YAML that a local model was trained by: does inference write prompts alike?")
    .option("--timeout <seconds>", "for one request", seconds, 30)
    .action(async (targets, options) => (await import("../doctor.ts")).doctor(targets, options));

  common(program.command("demo"))
    .description("run two small models on three evals in this process, and say what fine-tuning changed")
    .option("--out <dir>", "where runs are written (default: reports)")
    .action(async (options) => (await import("../demo.ts")).demo(options));

  common(program.command("schema"))
    .description("write JSON Schemas of the registry's files and all others, for editors; or print one")
    .argument("[name]", "print this one: evals, completion-fns, finegauge, …")
    .option("--output <dir>", "where to write them", "registry/schemas")
    .option("--force", "replace files that it has not written itself")
    .action(async (name, options) => (await import("../schema.ts")).schema(name, options));

  common(program.command("shell-completion"))
    .description("print what a shell sources to complete commands, options, evals and models")
    .argument("[shell]", "bash, zsh or fish")
    .addOption(new Option("--names <what>", "evals or models, one a line").hideHelp())
    .action(async (shell, options) => (await import("../shell-completion.ts")).shellCompletion(shell, options, program));
}
