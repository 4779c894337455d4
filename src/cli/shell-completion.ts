import type { Command } from "commander";
import { FinegaugeError } from "../core/errors.ts";
import { type CompletedCommand, completedCommands } from "./completed-commands.ts";
import { openContext } from "./context.ts";
import { bashScript, fishScript, zshScript } from "./shell-scripts.ts";

interface CompletionOptions {
  readonly names?: string;
}

const scripts: { readonly [shell: string]: (commands: readonly CompletedCommand[]) => string } = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Prints what a shell sources to complete commands, options, evals and models; `--names` is what that asks for. */
export async function shellCompletion(shell: string | undefined, options: CompletionOptions, program: Command): Promise<void> {
  if (options.names !== undefined) return printNames(options.names);
  const script = shell === undefined ? undefined : scripts[shell];
  if (script === undefined) {
    throw new FinegaugeError(
      "cli.usage",
      shell === undefined ? "which shell?" : `there is no completion for ${JSON.stringify(shell)}`,
      {
        hint: "finegauge shell-completion bash, zsh or fish",
      },
    );
  }
  process.stdout.write(script(completedCommands(program)));
}

/** A broken registry completes nothing, and says nothing in the middle of a command line. */
async function printNames(what: string): Promise<void> {
  try {
    const { registry } = await openContext({});
    const names =
      what === "models"
        ? await registry.completionFnNames()
        : (await registry.listEvals()).flatMap(({ name, aliases }) => [...aliases, name]);
    // A name that a shell would take apart is typed by hand.
    process.stdout.write(names.flatMap((name) => (/^[\w.@+-]+$/.test(name) ? `${name}\n` : [])).join(""));
  } catch {
    // Nothing to offer.
  }
}
