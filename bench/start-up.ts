import { cli, runNode } from "./children.ts";
import { row, spreadOf } from "./numbers.ts";

/** Time from calling a command to its end, against Node doing nothing. */
export async function startUp(runs: number): Promise<void> {
  const commands: { name: string; args: string[] }[] = [
    { name: "node -e 0", args: ["-e", "0"] },
    { name: "finegauge --help", args: [cli, "--help"] },
    { name: "finegauge --version", args: [cli, "--version"] },
  ];
  const ms = commands.map((): number[] => []);
  // The first round fills caches, Node's compile cache among them, and does not count.
  for (let run = 0; run <= runs; run++) {
    for (const [i, { args }] of commands.entries()) {
      const { seconds } = await runNode(args);
      if (run > 0) ms[i]?.push(seconds * 1000);
    }
  }
  console.log(`\nstart-up, ms, ${runs} runs in turn`);
  console.log(row("", "median", "min", "max"));
  for (const [i, { name }] of commands.entries()) {
    const { median, min, max } = spreadOf(ms[i] ?? []);
    console.log(row(name, median, min, max));
  }
}
