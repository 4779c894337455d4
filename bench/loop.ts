import { question } from "./questions.ts";

export interface LoopOptions {
  readonly url: string;
  readonly samples: number;
  readonly concurrency: number;
}

/** What a loop reports on stdout. */
export interface LoopResult {
  readonly seconds: number;
  readonly wrong: number;
  /** CPU of the main thread per sample, µs: steadier than the clock on a shared machine. */
  readonly cpuMicros: number;
}

type Ask = (text: string) => Promise<string | undefined>;

/** The request that all loops send, and Finegauge too. */
export function bodyOf(text: string): string {
  return JSON.stringify({ model: "mock", temperature: 0, messages: [{ role: "user", content: text }] });
}

/** Asks all questions, so many at once, as the command line says (`URL SAMPLES CONCURRENCY`), and prints a LoopResult. */
export async function measure(open: (options: LoopOptions) => Ask | Promise<Ask>): Promise<void> {
  const [url = "", samples, concurrency] = process.argv.slice(2);
  const options: LoopOptions = { url, samples: Number(samples), concurrency: Number(concurrency) };
  const ask = await open(options);
  let next = 0;
  let wrong = 0;
  async function worker(): Promise<void> {
    while (next < options.samples) {
      const { text, answer } = question(next++);
      if ((await ask(text)) !== answer) wrong++;
    }
  }
  const cpuBefore = process.threadCpuUsage();
  const before = performance.now();
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  const seconds = (performance.now() - before) / 1000;
  const cpu = process.threadCpuUsage(cpuBefore);
  const result: LoopResult = { seconds, wrong, cpuMicros: (cpu.user + cpu.system) / options.samples };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
