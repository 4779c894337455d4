import { startRateServer } from "./children.ts";
import { row } from "./numbers.ts";
import { makeRegistry } from "./registry.ts";

export interface RateOptions {
  readonly samples: number;
  readonly perSecond: number;
}

/** The command against a server that refuses what comes too fast: how much longer a run takes than it would have to. */
export async function rate({ samples, perSecond }: RateOptions): Promise<void> {
  console.log(`\n${samples} samples from a server that takes ${perSecond} a second; ideal ${(samples / perSecond).toFixed(0)} s`);
  console.log(
    row("latency of the server", "seconds", "of ideal", "refused", "pauses", "paused s", "narrowest", "widest", "last", "per s"),
  );
  for (const latencyMs of [20, 200, 1000]) {
    const server = await startRateServer(perSecond, latencyMs);
    const registry = await makeRegistry(server.url, [samples]);
    try {
      const finished = await registry.run({ model: "mock", samples, concurrency: "auto", order: "file" });
      const { width, wall_ms } = (JSON.parse(finished.stdout) as { runs: [RunJson] }).runs[0];
      const { refused, pauses, paused_ms, least, most, last, per_second = Number.NaN } = width;
      const seconds = wall_ms / 1000;
      console.log(
        row(
          `${latencyMs} ms`,
          seconds,
          (seconds * perSecond) / samples,
          refused,
          pauses,
          paused_ms / 1000,
          least,
          most,
          last,
          per_second,
        ),
      );
    } finally {
      await registry.remove();
      server.close();
    }
  }
}

interface RunJson {
  readonly wall_ms: number;
  readonly width: {
    readonly refused: number;
    readonly pauses: number;
    readonly paused_ms: number;
    readonly least: number;
    readonly most: number;
    readonly last: number;
    readonly per_second?: number;
  };
}
