import { FinegaugeError } from "../core/errors.ts";
import { safeName } from "../runs/index.ts";

/**
 * The name becomes a file's, and has to be the same on every machine.
 *
 * @throws FinegaugeError `cli.usage`
 */
export function checkBaselineName(name: string): void {
  if (typeof name === "string" && /^[A-Za-z0-9]/.test(name) && safeName(name) === name) return;
  throw new FinegaugeError("cli.usage", `${JSON.stringify(name)} cannot be the name of a baseline`, {
    hint: "take up to 80 of A-Z a-z 0-9 . _ - beginning with a letter or digit, e.g. main",
  });
}
