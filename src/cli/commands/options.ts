import { type Command, InvalidArgumentError, Option } from "commander";

/** Options that every command takes. */
export function common(command: Command): Command {
  return command
    .option("--json", "results as JSON on stdout")
    .option("--quiet", "only results and errors")
    .option("--seed <n>", "seed of everything random", wholeNumber)
    .option("--registry <dir>", "another registry; may be repeated", collect)
    .option("--yes", "ask nothing")
    .option("--no-color", "no colours")
    .addOption(new Option("--debug", "stack traces, and every failed request").hideHelp());
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError(`${text} is no number`);
  return value;
}

export function share(text: string): number {
  const value = number(text);
  if (value > 1) throw new InvalidArgumentError(`${text} is no share: 0 to 1`);
  return value;
}

/** A chance of error. */
export function level(text: string): number {
  const value = number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError(`${text} is no chance of error: between 0 and 1, such as 0.01`);
  return value;
}

export function wholeNumber(text: string): number {
  const value = number(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError(`${text} is no whole number`);
  return value;
}

export function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError(`${text} is not at least 1`);
  return value;
}

/** No timer keeps more than 2^31 - 1 ms, and doctor waits for two of them. */
const longestSeconds = 1_000_000;

/** Of waiting. */
export function seconds(text: string): number {
  const value = positiveNumber(text);
  if (value > longestSeconds) throw new InvalidArgumentError(`${text} is more than ${longestSeconds} seconds`);
  return value;
}

export function numberOrAuto(text: string): number | "auto" {
  return text === "auto" ? text : positiveNumber(text);
}

export function commaSeparated(text: string): string[] {
  return text.split(",").flatMap((part) => part.trim() || []);
}

export function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
