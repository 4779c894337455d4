import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../src/core/random.ts";
import { finegauge, scratchFolder, startFinegauge } from "./support/finegauge.ts";
import {
  chatReply,
  errorReply,
  type MockAnswer,
  type MockOpenai,
  type MockRequest,
  promptText,
  startMockOpenai,
} from "./support/mock-openai.ts";

const separator = "\n\n###\n\n";
const row = (n: number) => ({ prompt: `row ${n}${separator}`, completion: ` ${n % 3}` });
const jsonl = (rows: readonly object[]) => rows.map((one) => `${JSON.stringify(one)}\n`).join("");
const numberIn = (request: MockRequest) => Number(/row (\d+)/.exec(promptText(request))?.[1]);
/** Every seventh is neither yes nor no. */
const verdict = (n: number) => (n % 7 === 6 ? "That depends" : n % 2 === 0 ? "Yes." : " no\n");
const answered = (request: MockRequest): MockAnswer => ({
  json: chatReply(verdict(numberIn(request)), {
    reply: { usage: { prompt_tokens: 490, completion_tokens: 10, total_tokens: 500 } },
  }),
});

async function inScratch(
  rows: number,
  work: (folder: {
    path: string;
    args: (...more: string[]) => string[];
    read: (name: string) => object[];
    mock: MockOpenai;
  }) => Promise<void>,
  { answer = answered, delayMs = 0 }: { answer?: (request: MockRequest) => MockAnswer; delayMs?: number } = {},
) {
  using scratch = scratchFolder();
  const mock = await startMockOpenai({
    answer: (request) => (request.method === "GET" ? { json: { data: [] } } : answer(request)),
    delayMs,
  });
  const { path } = scratch;
  mkdirSync(join(path, "registry/completion-fns"), { recursive: true });
  writeFileSync(
    join(path, "registry/completion-fns/mock.yaml"),
    `mock: { class: http, args: { url: "${mock.url}", model: mock-1 }, price: { input: 1, output: 1 } }\n`,
  );
  writeFileSync(join(path, "rows.jsonl"), jsonl(Array.from({ length: rows }, (_, n) => row(n))));
  writeFileSync(join(path, "strong.jsonl"), jsonl([1000, 1002].map(row)));
  writeFileSync(join(path, "weak.jsonl"), jsonl([1001, 1003, 1005].map(row)));
  const args = (...more: string[]) => [
    ...["data", "refine", "rows.jsonl", "--strong", "strong.jsonl", "--weak", "weak.jsonl", "--model", "mock"],
    ...more,
  ];
  const read = (name: string) =>
    readFileSync(join(path, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as object);
  try {
    await work({ path, args, read, mock });
  } finally {
    await mock.close();
  }
}

const weakRow = (n: number, nil = " nil") => ({ ...row(n), completion: nil });
const refined = (rows: number) =>
  Array.from({ length: rows }, (_, n) => n)
    .filter((n) => n % 7 !== 6)
    .map((n) => (n % 2 === 0 ? row(n) : weakRow(n)));

describe("finegauge data refine", () => {
  test("shows the model pairs, asks about each row once, and keeps apart what it cannot read", () =>
    inScratch(20, async ({ path, args, read, mock }) => {
      // The same question twice is one question.
      writeFileSync(join(path, "rows.jsonl"), jsonl([row(3)]), { flag: "a" });
      const { code, stderr, stdout } = await finegauge(args(), { cwd: path });
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toMatch(/^plan {2}refine rows\.jsonl on mock: 20 requests · .* · temperature 0, max_tokens 16/);
      expect(stderr).toContain("21 rows, 9 strong, 10 weak, 2 unparsed · $0.010");
      expect(mock.asked).toHaveLength(20);
      const [first] = mock.asked;
      expect(first?.body).toMatchObject({ temperature: 0, max_tokens: 16 });
      const messages = first?.body.messages as { role: string; content: string }[];
      expect(messages.slice(1).map(({ role, content }) => [role, content])).toEqual([
        ["user", `start -->row 1000${separator}`],
        ["assistant", "yes"],
        ["user", `start -->row 1001${separator}`],
        ["assistant", "no"],
        ["user", `start -->row 1002${separator}`],
        ["assistant", "yes"],
        ["user", `start -->row 1003${separator}`],
        ["assistant", "no"],
        ["user", `start -->row 0${separator}`],
      ]);
      expect(read("rows_refined.jsonl")).toEqual([...refined(20), weakRow(3)]);
      expect(read("rows_refined_unparsed.jsonl")).toEqual(
        [6, 13].map((n) => ({ ...row(n), metadata: { reply: "That depends" } })),
      );

      // What the rows become is decided anew; nothing is asked again.
      const again = (...more: string[]) => finegauge(args("--force", ...more), { cwd: path });
      expect(await finegauge(args(), { cwd: path })).toMatchObject({ code: 2, stderr: expect.stringContaining("--force") });
      expect(await again("--on-unparsed", "nil", "--nil", " none")).toMatchObject({ code: 0 });
      expect(read("rows_refined.jsonl").slice(5, 8)).toEqual([weakRow(5, " none"), weakRow(6, " none"), weakRow(7, " none")]);
      expect(await again("--on-unparsed", "keep", "--balance", "--json")).toMatchObject({ code: 0 });
      const balanced = read("rows_refined.jsonl") as { completion: string }[];
      expect(balanced.filter(({ completion }) => completion === " nil")).toHaveLength(10);
      expect(balanced).toHaveLength(20);
      await again("--on-unparsed", "keep", "--balance", "--seed", "1");
      expect(read("rows_refined.jsonl")).not.toEqual(balanced);
      expect(mock.asked).toHaveLength(20);

      writeFileSync(join(path, "weak.jsonl"), jsonl([row(1007)]));
      expect(await again()).toMatchObject({ code: 2, stderr: expect.stringMatching(/run\.resume-mismatch/) });
    }));

  test("killed at any moment, it goes on, and no answer is paid for twice", () =>
    inScratch(
      120,
      async ({ path, args, read, mock }) => {
        const journal = "rows_refined.journal.jsonl";
        const wholeLines = () => {
          const text = existsSync(join(path, journal)) ? readFileSync(join(path, journal), "utf8") : "";
          return Math.max(0, text.slice(0, text.lastIndexOf("\n") + 1).split("\n").length - 2);
        };
        const random = seededRandom(5);
        let answeredBefore = 0;
        for (let kill = 0; kill < 4; kill++) {
          const goal = mock.asked.length + 5 + Math.floor(random() * 15);
          const running = startFinegauge(args("--concurrency", "4"), { cwd: path });
          while (mock.asked.length < goal) await wait(2);
          running.child.kill("SIGKILL");
          expect((await running.ended).signal).toBe("SIGKILL");
          answeredBefore = wholeLines();
          expect(existsSync(join(path, "rows_refined.jsonl"))).toBe(false);
        }
        const from = mock.asked.length;
        expect(await finegauge(args("--concurrency", "4"), { cwd: path })).toMatchObject({ code: 0 });
        expect(mock.asked.length - from).toBe(120 - answeredBefore);
        // Four were in flight at each kill.
        expect(mock.asked.length).toBeLessThanOrEqual(120 + 4 * 4);
        expect(read("rows_refined.jsonl")).toEqual(refined(120));
      },
      { delayMs: 15 },
    ));

  test("at Ctrl-C it lets what is in flight finish, and says how to go on", () =>
    inScratch(
      60,
      async ({ path, args, read, mock }) => {
        const running = startFinegauge(args("--concurrency", "4"), { cwd: path });
        while (mock.asked.length < 12) await wait(2);
        running.child.kill("SIGINT");
        const { code, stderr } = await running.ended;
        expect(code).toBe(130);
        expect(stderr).toContain("the same command again goes on with it");
        expect(mock.asked.length).toBeLessThan(60);
        expect(await finegauge(args("--concurrency", "4"), { cwd: path })).toMatchObject({ code: 0 });
        expect(mock.asked).toHaveLength(60);
        expect(read("rows_refined.jsonl")).toEqual(refined(60));
      },
      { delayMs: 30 },
    ));

  test("stops when the budget is spent, within one request's worth, and goes on with another", () =>
    inScratch(60, async ({ path, args, read, mock }) => {
      const first = await finegauge(args("--budget", "10ktokens"), { cwd: path });
      expect(first.code).toBe(3);
      expect(first.stderr).toContain("error run.budget-spent: refine rows.jsonl: the budget is spent");
      expect(mock.asked.length).toBeGreaterThanOrEqual(10);
      expect(mock.asked.length).toBeLessThanOrEqual(21);
      expect(existsSync(join(path, "rows_refined.jsonl"))).toBe(false);
      const second = await finegauge(args("--budget", "1mtokens"), { cwd: path });
      expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining(`of 60 are answered already`) });
      expect(mock.asked).toHaveLength(60);
      expect(read("rows_refined.jsonl")).toEqual(refined(60));
    }));

  test("ends with code 3 when the provider fails, and asks only for what is missing afterwards", () => {
    let broken = true;
    const answer = (request: MockRequest) =>
      broken && request.index > 12 ? errorReply(401, { message: "no such key" }) : answered(request);
    return inScratch(
      40,
      async ({ path, args, read, mock }) => {
        const first = await finegauge(args("--concurrency", "2"), { cwd: path });
        expect(first.code).toBe(3);
        expect(first.stderr).toMatch(/error provider\.auth: refine rows\.jsonl: \d+ questions got no reply/);
        broken = false;
        const from = mock.asked.length;
        expect(await finegauge(args(), { cwd: path })).toMatchObject({ code: 0 });
        expect(mock.asked.length - from).toBeLessThanOrEqual(28);
        expect(read("rows_refined.jsonl")).toEqual(refined(40));
      },
      { answer },
    );
  });

  test("a row that the provider refuses for good is one that nobody can tell", () =>
    inScratch(
      10,
      async ({ path, args, read }) => {
        expect(await finegauge(args(), { cwd: path })).toMatchObject({ code: 0 });
        expect(read("rows_refined_unparsed.jsonl")).toEqual([
          { ...row(4), metadata: { refused: expect.stringContaining("not this one") } },
          { ...row(6), metadata: { reply: "That depends" } },
        ]);
      },
      {
        answer: (request) =>
          numberIn(request) === 4
            ? errorReply(400, { message: "not this one", type: "invalid_request_error" })
            : answered(request),
      },
    ));

  test("asks nothing in a dry run, nor without a pair", () =>
    inScratch(5, async ({ path, args, mock }) => {
      expect(await finegauge(args("--dry-run"), { cwd: path })).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("5 requests"),
      });
      writeFileSync(join(path, "weak.jsonl"), "\n");
      expect(await finegauge(args(), { cwd: path })).toMatchObject({ code: 2 });
      expect(mock.requests).toEqual([]);
      expect(existsSync(join(path, "rows_refined.journal.jsonl"))).toBe(false);
    }));
});
