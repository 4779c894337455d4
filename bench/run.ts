import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { diffs } from "./diff.ts";
import { memory } from "./memory.ts";
import { rate } from "./rate.ts";
import { recordLatency } from "./record.ts";
import { scorers } from "./scorers.ts";
import { startUp } from "./start-up.ts";
import { commandThroughput, openaiThroughput, transportThroughput } from "./throughput.ts";

const help = `npm run bench -- [options]

  --only LIST        of: command, openai, transport, memory, start, diff, scorers, rate, record (default: all but rate)
  --samples N        for throughput (default 300000; a fifth of it for the openai client)
  --runs N           of each contender, in turn (default 5)
  --concurrency N    requests at once (default 100)
  --latency MS       of the mock server (default 0)
  --memory LIST      samples at which peak memory is taken (default 200000,1000000)
  --heap LIST        samples at which the live heap is taken (default 10000,1000000)
  --rate N           requests a second that a refusing server takes (default 50); a hundred seconds' worth are asked, three times
  --diff LIST        samples of the two runs that are compared (default 1000,1000000)

Ratios are bare loop / Finegauge, run by run: above 1 Finegauge is faster. Only ratios of one series mean anything.`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    only: { type: "string", default: "command,openai,transport,memory,start,diff,scorers,record" },
    samples: { type: "string", default: "300000" },
    runs: { type: "string", default: "5" },
    concurrency: { type: "string", default: "100" },
    latency: { type: "string", default: "0" },
    memory: { type: "string", default: "200000,1000000" },
    heap: { type: "string", default: "10000,1000000" },
    rate: { type: "string", default: "50" },
    diff: { type: "string", default: "1000,1000000" },
  },
});

if (values.help) {
  console.log(help);
} else {
  const list = (text: string) => text.split(",").filter(Boolean).map(Number);
  const runs = Number(values.runs);
  const concurrency = Number(values.concurrency);
  const options = { runs, concurrency, samples: Number(values.samples), latencyMs: Number(values.latency) };
  const fewer = { ...options, samples: Math.ceil(options.samples / 5) };
  const parts: { readonly [name: string]: () => Promise<void> } = {
    command: () => commandThroughput(options),
    openai: () => openaiThroughput(fewer),
    transport: () => transportThroughput(fewer),
    memory: () => memory({ concurrency, peakAt: list(values.memory), heapAt: list(values.heap) }),
    start: () => startUp(Math.max(runs, 11)),
    diff: () => diffs({ sizes: list(values.diff), runs }),
    rate: () => rate({ perSecond: Number(values.rate), samples: 100 * Number(values.rate) }),
    record: () => recordLatency({ runs, requests: 2000 }),
    scorers: () => scorers({ runs: Math.max(runs, 9) }),
  };
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`);
  for (const name of values.only.split(",")) {
    const part = parts[name];
    if (part === undefined) throw new Error(`--only ${name}: there is ${Object.keys(parts).join(", ")}`);
    await part();
  }
}
