import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Outcome } from "../support/finegauge.ts";

export const here = fileURLToPath(new URL(".", import.meta.url));
const installed = join(here, "node_modules");
const finegauge = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const promptfoo = join(installed, "promptfoo/dist/src/entrypoint.js");
const recorder = new URL("./record-network.mjs", import.meta.url).href;

if (!existsSync(promptfoo))
  throw new Error("promptfoo is not installed: npm ci --omit=optional --ignore-scripts in test/promptfoo");

/** A folder with the real package in it, and a home of its own that ought to stay empty. */
export function projectIn(folder: string): void {
  symlinkSync(installed, join(folder, "node_modules"));
  mkdirSync(join(folder, "home"), { recursive: true });
}

interface Call {
  readonly folder: string;
  readonly env?: { readonly [name: string]: string };
}

/** Runs our command, or promptfoo's, where the network ends at this machine. */
export function call(program: "finegauge" | "promptfoo", args: readonly string[], { folder, env = {} }: Call): Promise<Outcome> {
  const file = program === "finegauge" ? finegauge : promptfoo;
  const child = spawn(process.execPath, ["--import", recorder, file, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: join(folder, "home"), NETWORK_LOG: join(folder, "network.log"), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr })));
}

/** Hosts that were reached for so far, this machine aside. */
export function reachedFor(folder: string): readonly string[] {
  const file = join(folder, "network.log");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
