import { lockFile } from "../../src/io/file-lock.ts";

/**
 * A process that takes locks and holds them until it is killed or its input ends.
 *
 *     node take-lock.ts FILE                  takes one, prints `held`
 *     node take-lock.ts --race START FILE...  takes one every 5 ms from START (ms since 1970) on, prints those it got as JSON
 */
const [first = "", start, ...files] = process.argv.slice(2);
if (first === "--race") {
  const got: string[] = [];
  for (const [at, file] of files.entries()) {
    // Waiting without sleep, so that all racers are awake when it begins.
    while (Date.now() < Number(start) + at * 5);
    try {
      lockFile(file);
      got.push(file);
    } catch (error) {
      if ((error as { code?: string }).code !== "run.locked") throw error;
    }
  }
  process.stdout.write(`${JSON.stringify(got)}\n`);
} else {
  lockFile(first);
  process.stdout.write("held\n");
}
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
