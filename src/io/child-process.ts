import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import type { Readable, Writable } from "node:stream";
import { FinegaugeError, messageOf } from "../core/errors.ts";

type Environment = { readonly [name: string]: string | undefined };

export interface ChildOptions {
  /** Program and arguments; no shell reads them. */
  readonly argv: readonly string[];
  readonly cwd?: string | undefined;
  readonly env: Environment;
}

/** A running program of the user's. */
export interface Child {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The last lines that it wrote to standard error. */
  stderrTail(): string;
  /** Resolves once it is gone, with how: `ended with code 1`, `was ended by SIGKILL`. */
  readonly gone: Promise<string>;
  /** Asks it to end, then makes it; harmless when it is gone. */
  stop(graceMs?: number): Promise<void>;
}

const tailBytes = 4096;
const defaultGraceMs = 3000;

/**
 * Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches us alone and its own children end with it.
 * It is killed when this process ends in any way but SIGKILL.
 *
 * @throws FinegaugeError `provider.unreachable` when it cannot be started
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const [program = "", ...args] = options.argv;
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let tail = "";
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => {
    tail = (tail + text).slice(-tailBytes);
  });
  // A program that ends with requests unread breaks the pipe; `gone` says so better.
  child.stdin.on("error", () => {});
  const gone = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      living.delete(child);
      if (living.size === 0) stopWatching();
      const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
      // What it wrote last may still be in the pipe, which a program of its own may hold open for long.
      const timer = setTimeout(() => resolve(how), 200);
      child.once("close", () => {
        clearTimeout(timer);
        resolve(how);
      });
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", () => {
      if (living.size === 0) startWatching();
      living.add(child);
      resolve();
    });
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const missing = cause.code === "ENOENT";
      reject(
        new FinegaugeError(
          "provider.unreachable",
          `cannot start ${program}: ${missing ? "there is no such program or folder" : messageOf(cause)}`,
          {
            hint: missing ? "check argv, cwd and PATH" : undefined,
            cause,
          },
        ),
      );
    });
  });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderrTail: () => tail.trim().split("\n").slice(-10).join("\n"),
    gone,
    stop: async (graceMs = defaultGraceMs) => {
      if (!living.has(child)) return;
      signalGroup(child, "SIGTERM");
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Of an environment, what a program of the user's may see: all but what looks like a secret, and the secrets that are named. */
export function childEnvironment(env: Environment, names: readonly string[] = []): Environment {
  const secret = /key|token|secret|passw|credential/i;
  // By name first: reading a value may mark it as a secret in use.
  const seen = Object.keys(env).filter((name) => names.includes(name) || !secret.test(name));
  return Object.fromEntries(seen.map((name) => [name, env[name]]));
}

/** A port of this machine that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const living = new Set<ChildProcess>();
const deadly = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function killAll(): void {
  for (const child of living) signalGroup(child, "SIGKILL");
}

/** Node ends without an `exit` event when nobody listens to a signal: then we do, and pass it on. */
function onSignal(signal: NodeJS.Signals): void {
  // Somebody else decides what the signal means, and closes what it opened.
  if (process.listenerCount(signal) > 1) return;
  killAll();
  stopWatching();
  process.kill(process.pid, signal);
}

function startWatching(): void {
  process.on("exit", killAll);
  for (const signal of deadly) process.on(signal, onSignal);
}

function stopWatching(): void {
  process.off("exit", killAll);
  for (const signal of deadly) process.off(signal, onSignal);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === "win32" || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // Gone already.
  }
}
