import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finegauge } from "./finegauge.ts";
import { type MockOptions, startMockOpenai } from "./mock-openai.ts";
import { answerSums, writeSumsRegistry } from "./sums-registry.ts";

/** What must never be kept. */
export const key = "CANARY-key/1+2==";
const pricesOfMock = "date: 2026-11-01\nprices: { mock-1: { input: 100, output: 5000 } }\n";

/** A registry of sums on a mock that needs a key, and a cache beside it. */
export async function begin(folder: string, more: { samples?: number; mock?: MockOptions; evalMore?: string } = {}) {
  const { samples = 30, mock: options, evalMore = "" } = more;
  const mock = await startMockOpenai({ answer: answerSums, ...options });
  const root = writeSumsRegistry(folder, { samples, url: mock.url, functionArgs: ", api_key_env: MOCK_KEY", evalMore });
  writeFileSync(join(root, "prices.yaml"), pricesOfMock);
  const env = { MOCK_KEY: key, FINEGAUGE_CACHE: join(folder, "cache") };
  const command = (...args: string[]) => finegauge(args, { cwd: folder, env });
  const run = (...args: string[]) => command("run", "mock", "sums", "--no-report", ...args);
  return { mock, command, run, env, file: join(folder, "cache/replies.db") };
}

interface SampleLine {
  readonly type: string;
  readonly id: string;
  readonly attempt: number;
  readonly completion?: { readonly text: string; readonly cached?: true; readonly cached_at?: string; readonly ms: number };
  readonly error?: { readonly code: string };
}

/** The lines of the newest run. */
export function newest(folder: string): { samples: SampleLine[]; end: { [key: string]: unknown } } {
  const file = globSync("reports/**/*.jsonl", { cwd: folder }).sort().at(-1) ?? "";
  const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as SampleLine & { [key: string]: unknown });
  return { samples: parsed.filter(({ type }) => type === "sample"), end: parsed.findLast(({ type }) => type === "end") ?? {} };
}
