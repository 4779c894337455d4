import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LoopResult } from "./loop.ts";

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The command that users run, built. */
export const cli = here("../dist/cli/main.js");

export interface MockServer {
  /** With `/v1`. */
  readonly url: string;
  close(): void;
}

export function startMockServer(latencyMs: number): Promise<MockServer> {
  return startServer("mock-server.ts", latencyMs);
}

export function startRateServer(perSecond: number, latencyMs: number): Promise<MockServer> {
  return startServer("rate-server.ts", perSecond, latencyMs);
}

async function startServer(file: string, ...args: readonly number[]): Promise<MockServer> {
  const child = spawn(process.execPath, [here(file), ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString().trim()));
    child.once("exit", () => reject(new Error("the mock server did not start")));
  });
  return { url: `http://127.0.0.1:${port}/v1`, close: () => child.kill() };
}

export interface Finished {
  readonly stdout: string;
  readonly seconds: number;
  /** Highest resident memory, MB; NaN where /proc does not tell. */
  readonly peakMb: number;
  /** CPU of the main thread from its very start, s; NaN where /proc does not tell. */
  readonly cpuSeconds: number;
}

/** Runs Node with these arguments to its end. A failure is an error with what it wrote. */
export async function runNode(args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Finished> {
  const before = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data));
  child.stderr.on("data", (data: Buffer) => (stderr += data));
  let seen = { peakMb: Number.NaN, cpuSeconds: Number.NaN };
  const watch = setInterval(() => (seen = usageOf(child) ?? seen), 50);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearInterval(watch);
  const seconds = (performance.now() - before) / 1000;
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}\n${stderr}`);
  return { stdout, seconds, ...seen };
}

/** The kernel's own high-water mark and sums, so that looking now and then misses nothing but the last moment. */
function usageOf({ pid }: ChildProcess): { peakMb: number; cpuSeconds: number } | undefined {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // A process that has ended but not been waited for has no memory any more.
    if (kilobytes === undefined) return undefined;
    // After the name, which may hold anything: state is field 3, user and system time are 14 and 15, in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/task/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return { peakMb: Number(kilobytes) / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return undefined;
  }
}

export type LoopName = "bare" | "transport" | "http" | "sdk" | "openai";

/** One of the `*-loop.ts` programs; every answer must have been right. */
export async function runLoop(name: LoopName, url: string, samples: number, concurrency: number): Promise<LoopResult> {
  const { stdout } = await runNode([here(`${name}-loop.ts`), url, String(samples), String(concurrency)]);
  const result = JSON.parse(stdout) as LoopResult;
  if (result.wrong > 0) throw new Error(`${name}-loop: ${result.wrong} of ${samples} answers were wrong`);
  return result;
}
