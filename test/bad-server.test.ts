import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { chatReply, errorReply, type MockAnswer, type MockRequest, replyTo, startMockOpenai } from "./support/mock-openai.ts";
import { questionIn, writeSumsRegistry } from "./support/sums-registry.ts";

/** Ways to fail in which a server may well work the next time. */
const faults: { readonly [name: string]: MockAnswer } = {
  "a reset before the reply": { fault: "reset" },
  "a closed connection": { fault: "close" },
  "half a body": { fault: "half-body" },
  "half of the JSON": {
    text: '{"id":"c","choices":[{"message":{"content":"the su',
    headers: { "content-type": "application/json" },
  },
  "a page instead of JSON": { text: "<html><body>the sum is 5</body></html>" },
  "plain text instead of JSON": { text: "the sum is 5", headers: { "content-type": "text/plain" } },
  "an empty body": { text: "" },
  "a slow drip": { fault: "drip", everyMs: 50 },
  "an error in a success": { json: { error: { message: "overloaded", type: "server_error" } } },
  "no choices": { json: chatReply("x", { reply: { choices: [] } }) },
  "a choice of another shape": { json: { choices: [{ message: { content: 5 } }] } },
  "a choice that ends in an error": { json: chatReply("", { choice: { finish_reason: "error" } }) },
  "a 500": errorReply(500, { message: "oops" }),
  "a gateway's page": { status: 502, text: "<html>Bad gateway</html>" },
  "a 503": errorReply(503, { message: "overloaded" }, { "retry-after-ms": "100" }),
  "a 529": errorReply(529, { message: "overloaded" }),
  "a refusal without a word": { status: 429, text: "" },
  silence: { fault: "hang" },
  "something that is not HTTP": { fault: "not-http" },
};

const names = Object.keys(faults);
const samples = 8 * names.length;

/** Always right, so that whatever is scored wrong was never said. */
function rightSum(request: MockRequest): MockAnswer {
  const [a = 0, b = 0] = (questionIn(request).match(/\d+/g) ?? []).map(Number);
  return replyTo(request, `the sum is ${a + b}`);
}

// biome-ignore lint/suspicious/noExplicitAny: lines of any type, looked into by the test
function linesIn(folder: string): any[] {
  const files = globSync("reports/**/*.jsonl", { cwd: folder });
  expect(files).toHaveLength(1);
  return readFileSync(join(folder, files[0] as string), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

test("against a server that fails in every way every sample ends as a reply or an error, none is scored wrong, and a resume finishes", async () => {
  using scratch = scratchFolder();
  let ill = true;
  let burst = 0;
  const askedOf = new Map<number, number>();
  const mock = await startMockOpenai({
    delayMs: 5,
    answer: (request) => {
      if (request.method === "GET") return { json: { data: [] } };
      const number = Number(/\d+/.exec(questionIn(request))?.[0]);
      const times = (askedOf.get(number) ?? 0) + 1;
      askedOf.set(number, times);
      if (!ill) return rightSum(request);
      // Once in a while nobody gets anything for some time.
      if (request.index % 100 === 99) burst = 8;
      if (burst-- > 0) return errorReply(500, { message: "burst" });
      const name = names[number % names.length] as string;
      const fault = faults[name] as MockAnswer;
      // One of eight never gets a reply as long as the server is ill, one at the second time, the others at once.
      const round = Math.floor(number / names.length);
      return round === 7 || (round === 6 && times === 1) ? fault : rightSum(request);
    },
  });
  writeSumsRegistry(scratch.path, { samples, url: mock.url, functionArgs: ", timeout_s: 0.5" });
  const run = () => finegauge(["run", "mock", "sums", "--no-report", "--yes"], { cwd: scratch.path });

  const { code, stderr } = await run();
  expect(code).toBe(3);
  expect(stderr).not.toContain("defect");
  const lines = linesIn(scratch.path);
  const asked = lines.filter(({ type }) => type === "sample");
  expect(asked).toHaveLength(samples);
  expect(new Set(asked.map(({ id }) => id)).size).toBe(samples);
  for (const { completion, error, scores } of asked) {
    if (error === undefined) {
      expect(scores[0]).toMatchObject({ name: "accuracy", value: 1, passed: true });
      expect(completion.text).toMatch(/^the sum is \d+$/);
    } else {
      expect([completion, scores]).toEqual([undefined, undefined]);
      expect(error.code).toMatch(/^provider\.(unreachable|reply|server|rate|timeout)$/);
      expect(error.tries.length).toBeGreaterThan(0);
    }
  }
  const errors = asked.filter(({ error }) => error !== undefined).length;
  expect(errors).toBeGreaterThanOrEqual(names.length);
  expect(errors).toBeLessThan(samples / 2);
  expect(lines.at(-1)).toMatchObject({
    type: "end",
    status: "failed",
    reason: "run.too-many-errors",
    counts: { selected: samples, done: samples, errors, unscored: 0 },
  });
  expect(lines.at(-1).metrics[0]).toMatchObject({ name: "accuracy", value: 1, n: samples - errors });

  ill = false;
  const before = mock.asked.length;
  expect(await run()).toMatchObject({ code: 0 });
  expect(mock.asked.length - before).toBe(errors);
  const finished = linesIn(scratch.path);
  expect(finished.at(-1)).toMatchObject({ status: "complete", counts: { done: samples, errors: 0 } });
  expect(finished.at(-1).metrics[0]).toMatchObject({ value: 1, n: samples });
  await mock.close();
}, 180_000);
