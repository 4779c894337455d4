import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "undici";
import { cli, startMockServer } from "./children.ts";
import { row, spreadOf } from "./numbers.ts";

export interface RecordOptions {
  /** Series of requests, taken in turn. */
  readonly runs: number;
  /** Requests of each kind in a series. */
  readonly requests: number;
}

/**
 * What the recording proxy adds to a request: the same one sent to the mock server itself and through the proxy, one after the other, each
 * over a connection that is kept.
 */
export async function recordLatency({ runs, requests }: RecordOptions): Promise<void> {
  const server = await startMockServer(0);
  const folder = mkdtempSync(join(tmpdir(), "finegauge-bench-"));
  const proxy = await startProxy(server.url, folder);
  const clients = { direct: new Client(new URL(server.url).origin), through: new Client(new URL(proxy.url).origin) };
  try {
    const body = (at: number) =>
      JSON.stringify({ model: "mock", messages: [{ role: "user", content: `What is ${at} + 1? ${"word ".repeat(200)}` }] });
    const ask = async (client: Client, at: number) => {
      const before = performance.now();
      const reply = await client.request({ method: "POST", path: "/v1/chat/completions", body: body(at) });
      await reply.body.text();
      if (reply.statusCode !== 200) throw new Error(`the mock server answered ${reply.statusCode}`);
      return performance.now() - before;
    };
    console.log(`\n${requests} requests of 1 kB directly and through \`finegauge record\`, in turn, one at a time; ms`);
    console.log(row("", "median", "p95", "p99"));
    const added: number[] = [];
    let sent = 0;
    for (let run = 0; run <= runs; run++) {
      const times = { direct: [] as number[], through: [] as number[] };
      for (let at = 0; at < requests; at++) {
        times.direct.push(await ask(clients.direct, at));
        times.through.push(await ask(clients.through, ++sent));
      }
      // The first series warms both up.
      if (run === 0) continue;
      for (const [name, list] of Object.entries(times)) {
        console.log(row(`${run} ${name}`, spreadOf(list).median, quantile(list, 0.95), quantile(list, 0.99)));
      }
      added.push(spreadOf(times.through).median - spreadOf(times.direct).median);
    }
    const { median, min, max } = spreadOf(added);
    console.log(row("added to the median, by series", "median", "least", "most"));
    console.log(row("", median, min, max));
    const lines = readFileSync(join(folder, "recorded.jsonl"), "utf8").trimEnd().split("\n").length;
    if (lines !== sent) throw new Error(`${lines} of ${sent} conversations were recorded`);
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.close()));
    proxy.child.kill();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startProxy(upstream: string, folder: string): Promise<{ url: string; child: ChildProcess }> {
  const args = [cli, "record", "--port", "0", "--upstream", upstream, "--json", "--quiet"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (data: Buffer) => resolve(data.toString()));
    child.once("exit", () => reject(new Error("the proxy did not start")));
  });
  return { url: (JSON.parse(line) as { url: string }).url, child };
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}
