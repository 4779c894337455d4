import { spawnSync } from "node:child_process";

/** Is there a Python 3 to run programs of users with. CI always has one. */
export const hasPython: boolean = spawnSync("python3", ["--version"], { encoding: "utf8" }).status === 0;

/** Says in the log that something was not tested, so that nobody takes silence for success. */
export function warnWithoutPython(what: string): void {
  if (hasPython) return;
  const line = (text: string) => `*  ${text.padEnd(66)}*`;
  const stars = "*".repeat(70);
  console.warn(
    ["", stars, line(`NO PYTHON: ${what} NOT TESTED.`), line("Install one (Debian: apt-get install python3)."), stars, ""].join(
      "\n",
    ),
  );
}
