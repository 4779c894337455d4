import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, runNode } from "./children.ts";
import { row, spreadOf } from "./numbers.ts";
import { writeRun } from "./write-run.ts";

/** Reads each file line by line and parses it: what any comparison of two run files must do at least. */
const readBoth = `
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
let n = 0;
for (const file of process.argv.slice(1)) {
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) if (JSON.parse(line).id) n++;
}
console.log(n);`;

/** `finegauge diff` of two runs against reading and parsing both, in turn; and its peak memory. */
export async function diffs({ sizes, runs }: { sizes: readonly number[]; runs: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "finegauge-bench-"));
  try {
    console.log(`\ndiff of two runs, s, ${runs} runs in turn, whole processes`);
    console.log(row("samples", "diff", "read+parse", "ratio", "min", "max", "peak MB"));
    for (const samples of sizes) {
      const files = ["before", "now"].map((name, at) => writeRun(join(folder, `${name}.jsonl`), { samples, seed: at + 1 }));
      const ratios: number[] = [];
      const seconds: { diff: number[]; bare: number[] } = { diff: [], bare: [] };
      let peak = 0;
      for (let run = 0; run <= runs; run++) {
        const bare = await runNode(["--input-type=module", "-e", readBoth, ...files]);
        const diff = await runNode([cli, "diff", ...files]);
        // The first round fills caches and does not count.
        if (run === 0) continue;
        ratios.push(diff.seconds / bare.seconds);
        seconds.diff.push(diff.seconds);
        seconds.bare.push(bare.seconds);
        peak = Math.max(peak, diff.peakMb);
      }
      const { median, min, max } = spreadOf(ratios);
      console.log(row(String(samples), spreadOf(seconds.diff).median, spreadOf(seconds.bare).median, median, min, max, peak));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
