import { relative } from "node:path";
import { styleText } from "node:util";
import { CommanderError } from "commander";
import { exitCodeOf, FinegaugeError, messageOf } from "../core/errors.ts";
import { redactor } from "../core/redact.ts";
import { tame, withoutControls } from "./table.ts";

/**
 * Prints what went wrong on stderr: code, what, where, what to do next.
 *
 * @returns the exit code that goes with it
 */
export function printError(error: unknown, debug = false): number {
  // `--help` and `--version` come as errors too, after they were printed.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message = error.message.replace(/^error: /, "").replace(/\n\(Did you mean (.+)\?\)/, "; did you mean $1?");
    if (error.code === "commander.help") return 2;
    write(describe(new FinegaugeError("cli.usage", message, { hint: "finegauge --help, or finegauge <command> --help" })));
    return 2;
  }
  if (error instanceof FinegaugeError) {
    write(describe(error));
    if (debug && error.stack !== undefined) write(withoutControls(error.stack));
    return exitCodeOf(error);
  }
  write(`${label("internal")} ${withoutControls(messageOf(error))}`);
  write("  this is a defect of finegauge; please report it with the lines below");
  write(withoutControls(redactor([])(error instanceof Error && error.stack !== undefined ? error.stack : String(error))));
  return exitCodeOf(error);
}

/** An error in lines: the code and what happened, where, nearest names, what to do next. A server's words may be among them. */
export function describe(error: FinegaugeError): string {
  const { where, nearest, hint } = error.more;
  const lines: string[] = [];
  if (where !== undefined) {
    const place = [shown(where.file), where.line, where.column].filter((part) => part !== undefined);
    lines.push(`  ${place.join(":")}`);
  }
  if (nearest !== undefined && nearest.length > 0) {
    lines.push(`  did you mean ${nearest.map((name) => `"${name}"`).join(" or ")}?`);
  }
  if (hint !== undefined) lines.push(`  ${hint}`);
  return [`${label(error.code)} ${tame(error.message)}`, ...lines.map(tame)].join("\n");
}

function label(code: string): string {
  return styleText(["red", "bold"], `error ${code}:`, { stream: process.stderr });
}

function shown(file: string): string {
  const near = relative(process.cwd(), file);
  return near === "" || near.startsWith("..") ? file : near;
}

function write(text: string): void {
  process.stderr.write(`${text}\n`);
}
