import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built command, as users run it. */
const bin = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const guard = new URL("./no-network.mjs", import.meta.url).href;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is running. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  stderr(): string;
  readonly ended: Promise<Outcome>;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: { readonly [name: string]: string | undefined };
  /** What somebody types; absent = nobody is there. */
  readonly input?: string;
}

/** Starts `finegauge …` in a process of its own, without a terminal and without a network. */
export function startFinegauge(args: readonly string[], options: CommandOptions = {}): Running {
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, ["--import", guard, bin, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { PATH, HOME, TMPDIR, ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  // Whoever has heard enough hangs up.
  child.stdin?.on("error", () => {}).end(options.input);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, stderr: () => stderr, ended };
}

export function finegauge(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return startFinegauge(args, options).ended;
}

/** A folder of a test's own, gone when the test is. Use with `using`. */
export function scratchFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "finegauge-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
