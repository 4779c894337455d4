// What npm would publish, installed into an empty folder without optional peers: it must be small, start, run an eval, and be a library
// whose types ask for nothing that is not there.
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fencesOf } from "../support/markdown.ts";
import { startMockOpenai } from "../support/mock-openai.ts";
import { answerSums, writeSumsRegistry } from "../support/sums-registry.ts";

const mostMegabytes = 90;
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "finegauge-package-"));

function call(command: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    ...options,
  }) as string;
}

/** Starts a command without blocking the mock server that lives in this process. */
async function callAside(command: string, args: readonly string[]): Promise<string> {
  const { spawn } = await import("node:child_process");
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const piece of child.stdout) text += String(piece);
  return text;
}

function demand(holds: boolean, what: string): void {
  process.stdout.write(`${holds ? "ok  " : "FAIL"} ${what}\n`);
  if (!holds) process.exitCode = 1;
}

try {
  const [packed] = JSON.parse(
    call("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root }),
  ) as { filename: string }[];
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  call("npm", ["install", "--no-audit", "--no-fund", join(folder, packed?.filename ?? "")]);
  const kilobytes = Number(call("du", ["-sk", "node_modules"]).split("\t")[0]);
  demand(kilobytes / 1024 <= mostMegabytes, `installed ${(kilobytes / 1024).toFixed(1)} MB, at most ${mostMegabytes}`);
  demand(call("npx", ["finegauge", "--help"]).includes("finegauge demo"), "npx finegauge --help");

  const mock = await startMockOpenai({ answer: answerSums });
  writeSumsRegistry(folder, { samples: 50, url: mock.url });
  const said = await callAside("npx", ["finegauge", "run", "mock", "sums", "--json"]);
  const { runs, report } = JSON.parse(said) as { runs: { status: string; counts: { done: number } }[]; report: string };
  demand(runs[0]?.status === "complete" && runs[0].counts.done === 50, "an eval against an OpenAI-compatible server");
  demand(readFileSync(join(folder, report), "utf8").includes("Content-Security-Policy"), "its report");
  await mock.close();

  const fences = fencesOf(readFileSync(join(root, "docs/library.md"), "utf8"));
  const textOf = (info: string) => fences.find((fence) => fence.info === info)?.text ?? "";
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  writeFileSync(join(folder, "capitals.ts"), textOf("ts capitals.ts"));
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const strict = ["--noEmit", "--strict", "--target", "es2023", "--module", "nodenext", "capitals.ts", ...types];
  demand(call(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...strict]) === "", "its types, all of them");
  demand(call(process.execPath, ["capitals.ts"]) === textOf("text"), "the example of docs/library.md");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
