import type { Command, Option } from "commander";

/** A word that a command line may have at some place. */
export type Completes = "models" | "evals" | "files" | readonly string[];

/** One command, as a shell has to know it. */
export interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly { readonly flags: readonly string[]; readonly description: string; readonly value?: Completes }[];
  /** By position; the last one holds for all that follow. */
  readonly words: readonly Completes[];
}

/** What stands at a place with this name. Runs are named by model too. */
const byName: { readonly [name: string]: Completes } = {
  models: "models",
  model: "models",
  completion_fn: "models",
  judge: "models",
  baseline: "models",
  candidate: "models",
  candidates: "models",
  run: "models",
  runs: "models",
  targets: "models",
  evals: "evals",
  eval: "evals",
};

/** Words of an argument that is one of few. */
const fixed: { readonly [place: string]: readonly string[] } = {
  "list what": ["evals", "models", "runs", "baselines"],
  "baseline action": ["set", "show", "list"],
  "cache action": ["list", "prune"],
  "init what": ["ci"],
  "shell-completion shell": ["bash", "zsh", "fish"],
};

/** All commands of the command line, as it is. */
export function completedCommands(program: Command): CompletedCommand[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: optionsOf(command).map(completedOption),
    words:
      command.commands.length > 0
        ? [command.commands.map((one) => one.name()), "files"]
        : command.registeredArguments.map(
            (argument) => fixed[`${command.name()} ${argument.name()}`] ?? byName[argument.name()] ?? "files",
          ),
  }));
}

/** Of a command of commands: those that any of them has. */
function optionsOf(command: Command): Option[] {
  const all = [command, ...command.commands].flatMap(({ options }) => options.filter((option) => !option.hidden));
  return [...new Map(all.map((option) => [option.flags, option])).values()];
}

function completedOption(option: Option): CompletedCommand["options"][number] {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined);
  const takesValue = option.required || option.optional;
  const isPath = /[<[](dir|file)[>\]]/.test(option.flags);
  const value = option.argChoices ?? byName[option.attributeName()] ?? (isPath ? "files" : []);
  return { flags, description: option.description, ...(takesValue && { value }) };
}
