import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { cli, type Finished, runNode } from "./children.ts";
import { question } from "./questions.ts";

export interface BenchRegistry {
  /** Runs Finegauge as a user would, and checks that every sample was answered, and rightly. */
  run(options: RunOptions): Promise<Finished>;
  remove(): Promise<void>;
}

export interface RunOptions {
  readonly model: "mock" | "mock-openai";
  readonly samples: number;
  readonly concurrency: number | "auto";
  readonly order: "file" | "shuffle";
  /** For Node, before the program. */
  readonly nodeArgs?: readonly string[];
  readonly env?: { readonly [name: string]: string };
}

/** A registry with one eval of generated questions, and the mock server as two models. */
export async function makeRegistry(url: string, sizes: readonly number[]): Promise<BenchRegistry> {
  const root = await mkdtemp(join(tmpdir(), "finegauge-bench-"));
  const folder = join(root, "registry");
  for (const room of ["evals", "completion-fns", "data/sums"]) await mkdir(join(folder, room), { recursive: true });
  await writeFile(
    join(folder, "completion-fns/mock.yaml"),
    [
      `mock: { class: http, args: { url: "${url}", model: mock } }`,
      `mock-openai: { class: openai, args: { base_url: "${url}", model: mock } }`,
      "",
    ].join("\n"),
  );
  for (const size of new Set(sizes)) {
    await writeFile(join(folder, `evals/sums-${size}.yaml`), evalOf(size));
    await pipeline(lines(size), createWriteStream(join(folder, `data/sums/${size}.jsonl`)));
  }
  return {
    async run({ model, samples, concurrency, order, nodeArgs = [], env = {} }) {
      const out = await mkdtemp(join(root, "reports-"));
      const args = ["run", model, `sums-${samples}`, "--registry", folder, "--out", out, "--concurrency", `${concurrency}`];
      const finished = await runNode([...nodeArgs, cli, ...args, "--order", order, "--quiet", "--yes", "--json"], {
        OPENAI_API_KEY: "bench",
        ...env,
      });
      check(finished.stdout, samples);
      await rm(out, { recursive: true });
      return finished;
    },
    remove: () => rm(root, { recursive: true }),
  };
}

function evalOf(size: number): string {
  return `sums-${size}: { id: sums-${size}.dev.v1 }\nsums-${size}.dev.v1: { class: match, args: { samples_jsonl: sums/${size}.jsonl } }\n`;
}

function* lines(size: number): Generator<string> {
  for (let start = 0; start < size; start += 1000) {
    let chunk = "";
    for (let i = start; i < Math.min(size, start + 1000); i++) {
      const { text, answer } = question(i);
      chunk += `${JSON.stringify({ input: [{ role: "user", content: text }], ideal: answer })}\n`;
    }
    yield chunk;
  }
}

interface RunJson {
  readonly runs: readonly {
    readonly counts: { readonly done: number; readonly errors: number };
    readonly metrics: readonly { readonly name: string; readonly value: number }[];
  }[];
}

function check(stdout: string, samples: number): void {
  const run = (JSON.parse(stdout) as RunJson).runs[0];
  const accuracy = run?.metrics.find(({ name }) => name === "accuracy")?.value;
  if (run?.counts.done !== samples || run.counts.errors !== 0 || accuracy !== 1) {
    throw new Error(`not a full run: ${JSON.stringify(run?.counts)}, accuracy ${accuracy}`);
  }
}
