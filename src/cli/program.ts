import { Command } from "commander";
import { FinegaugeError } from "../core/errors.ts";
import { addCompareCommands } from "./commands/compare-commands.ts";
import { addDataCommands } from "./commands/data-commands.ts";
import { addRecordCommands } from "./commands/record-commands.ts";
import { addRunCommands } from "./commands/run-commands.ts";
import { addSetupCommands } from "./commands/setup-commands.ts";
import { printError } from "./print-error.ts";
import { withoutColour } from "./terminal.ts";
import { version } from "./version.ts";

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

  addRunCommands(program);
  addCompareCommands(program);
  addRecordCommands(program);
  addDataCommands(program);
  addSetupCommands(program);

  // Set on each command too: commander does not hand it down to those made before.
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands]) command.exitOverride().configureOutput({ outputError: () => {} });
  return program;
}

/** Runs one command line; sets the exit code, never ends the process, so that pipes are drained. */
export async function runProgram(args: readonly string[]): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return readNoFurther();
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

/**
 * A reader that has seen enough (`| head`) is no error. What is left to say goes nowhere, and the command still comes to its own exit
 * code: a gate that fails has failed whoever looks.
 */
function readNoFurther(): void {
  const { stdout } = process;
  stdout.write = () => true;
  // Whoever waits for room has it.
  stdout.emit("drain");
}
