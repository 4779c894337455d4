import { type LoopName, runLoop, startMockServer } from "./children.ts";
import { row, spreadOf } from "./numbers.ts";
import { type BenchRegistry, makeRegistry } from "./registry.ts";

export interface ThroughputOptions {
  readonly runs: number;
  readonly samples: number;
  readonly concurrency: number;
  readonly latencyMs: number;
}

interface Contender {
  readonly name: string;
  /** Seconds for all samples. */
  run(): Promise<number>;
  /** CPU of the main thread per sample, µs; of the command with all that comes before and after. */
  readonly cpu: number[];
}

/** Finegauge from outside, whole process and all, against the bare loop on the same server. */
export async function commandThroughput(options: ThroughputOptions): Promise<void> {
  await compare(`${options.samples} samples, the command against a bare undici.request loop`, options, "bare", (registry) => [
    command(registry, options, "mock", "file"),
    command(registry, options, "mock", "shuffle"),
  ]);
}

/** The same for the official client: what it costs is its own, what is lost beyond is ours. */
export async function openaiThroughput(options: ThroughputOptions): Promise<void> {
  await compare(
    `${options.samples} samples, the command against a bare loop over the openai client`,
    options,
    "sdk",
    (registry) => [command(registry, options, "mock-openai", "file"), command(registry, options, "mock-openai", "shuffle")],
  );
}

/** Our transport and our completion functions alone, without engine, file and scores. */
export async function transportThroughput(options: ThroughputOptions): Promise<void> {
  const loops =
    (...names: LoopName[]) =>
    (_: BenchRegistry, url: string) =>
      names.map((name) => loop(name, url, options));
  await compare(`${options.samples} samples, transport and http function alone`, options, "bare", loops("transport", "http"));
  await compare(`${options.samples} samples, openai function alone`, options, "sdk", loops("openai"));
}

async function compare(
  title: string,
  options: ThroughputOptions,
  base: LoopName,
  others: (registry: BenchRegistry, url: string) => Contender[],
): Promise<void> {
  const server = await startMockServer(options.latencyMs);
  const registry = await makeRegistry(server.url, [options.samples]);
  try {
    const contenders = [loop(base, server.url, options), ...others(registry, server.url)];
    const seconds = contenders.map((): number[] => []);
    // In turn, so that a machine that slows down slows all of them.
    for (let run = 0; run < options.runs; run++) {
      for (const [i, contender] of contenders.entries()) seconds[i]?.push(await contender.run());
    }
    print(title, options, contenders, seconds);
  } finally {
    await registry.remove();
    server.close();
  }
}

function loop(name: LoopName, url: string, { samples, concurrency }: ThroughputOptions): Contender {
  const cpu: number[] = [];
  return {
    name: `${name} loop`,
    cpu,
    run: async () => {
      const result = await runLoop(name, url, samples, concurrency);
      cpu.push(result.cpuMicros);
      return result.seconds;
    },
  };
}

function command(
  registry: BenchRegistry,
  { samples, concurrency }: ThroughputOptions,
  model: "mock" | "mock-openai",
  order: "file" | "shuffle",
): Contender {
  const cpu: number[] = [];
  return {
    name: `finegauge run --order ${order}`,
    cpu,
    run: async () => {
      const { seconds, cpuSeconds } = await registry.run({ model, samples, concurrency, order });
      cpu.push((cpuSeconds * 1e6) / samples);
      return seconds;
    },
  };
}

function print(title: string, options: ThroughputOptions, contenders: readonly Contender[], seconds: readonly number[][]): void {
  const { runs, concurrency, latencyMs } = options;
  console.log(`\n${title}; ${concurrency} wide, ${latencyMs} ms, ${runs} runs in turn`);
  console.log(row("", "median s", "min", "max", "samples/s", "CPU µs", "ratio", "worst", "best"));
  const base = seconds[0] ?? [];
  for (const [i, contender] of contenders.entries()) {
    const own = seconds[i] ?? [];
    const { median, min, max } = spreadOf(own);
    // Each run against the bare run of its own turn.
    const ratios = spreadOf(own.map((value, turn) => (base[turn] ?? Number.NaN) / value));
    const cpu = spreadOf(contender.cpu).median;
    console.log(row(contender.name, median, min, max, options.samples / median, cpu, ratios.median, ratios.min, ratios.max));
  }
}
