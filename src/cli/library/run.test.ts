import { expect, test } from "vitest";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import type { GivenEval } from "./given-evals.ts";
import { run } from "./run.ts";

const model = { name: "echo", complete: () => "4" };
const sums = (samples: unknown[]): GivenEval => ({ name: "sums", samples: samples as GivenEval["samples"], scorers: "exact" });
const good = { input: "2+2?", ideal: "4" };
const cycle: { input: string; self?: unknown } = { input: "?" };
cycle.self = cycle;

test.each([
  ["a cycle", cycle],
  ["a BigInt", { input: "?", ideal: 4n }],
])("a sample with %s is told with its place", async (_, bad) => {
  using scratch = scratchFolder();
  await expect(run(model, sums([good, bad]), { out: scratch.path })).rejects.toMatchObject({
    code: "data.invalid",
    message: expect.stringMatching(/^sample 2 is no JSON/),
    more: { where: { file: "samples of sums.given.v1", line: 2 } },
  });
});

const broken = () => {
  throw new Error("the bar is broken");
};
test.each([
  ["throws", broken],
  ["rejects", async () => broken()],
])("a listener that %s ends the run with its error", async (_, onProgress) => {
  using scratch = scratchFolder();
  await expect(run(model, sums([good, good]), { out: scratch.path, onProgress })).rejects.toThrow("the bar is broken");
});

test("an aborted run does not wait for a model that ignores the signal", async () => {
  using scratch = scratchFolder();
  const stop = new AbortController();
  const deaf = {
    name: "deaf",
    complete: () => {
      stop.abort();
      return new Promise<string>(() => {});
    },
  };
  const runs = await run(deaf, sums([good]), { out: scratch.path, signal: stop.signal });
  expect(runs).toMatchObject([{ status: "stopped", reason: "run.interrupted" }]);
});
