import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startMockServer } from "./children.ts";
import { row } from "./numbers.ts";
import { makeRegistry } from "./registry.ts";

export interface MemoryOptions {
  readonly concurrency: number;
  /** Sizes at which the peak of resident memory is taken. */
  readonly peakAt: readonly number[];
  /** Sizes at which the live heap is taken; slower, since it collects garbage again and again. */
  readonly heapAt: readonly number[];
}

/** Memory of the whole command: what the machine must have, and what the program really holds. */
export async function memory({ concurrency, peakAt, heapAt }: MemoryOptions): Promise<void> {
  const server = await startMockServer(0);
  const registry = await makeRegistry(server.url, [...peakAt, ...heapAt]);
  const folder = await mkdtemp(join(tmpdir(), "finegauge-heap-"));
  const probe = fileURLToPath(new URL("./heap-probe.ts", import.meta.url));
  try {
    console.log(`\nmemory, ${concurrency} wide, shuffled`);
    console.log(row("samples", "peak MB", "heap MB", "buffers MB"));
    for (const samples of peakAt) {
      const { peakMb } = await registry.run({ model: "mock", samples, concurrency, order: "shuffle" });
      console.log(row(String(samples), peakMb, "-", "-"));
    }
    for (const samples of heapAt) {
      const file = join(folder, String(samples));
      const nodeArgs = ["--expose-gc", "--import", probe];
      await registry.run({ model: "mock", samples, concurrency, order: "shuffle", nodeArgs, env: { HEAP_PROBE_FILE: file } });
      const [heap = Number.NaN, buffers = Number.NaN] = (await readFile(file, "utf8")).split(" ").map(Number);
      console.log(row(String(samples), "-", heap, buffers));
    }
  } finally {
    await registry.remove();
    await rm(folder, { recursive: true });
    server.close();
  }
}
