import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
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

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/finetune-data/chat-builder/${name}`, import.meta.url));
const outputs = JSON.parse(readFileSync(fixture("fake_model_outputs.json"), "utf8")) as Record<string, string>;
const expected = JSON.parse(readFileSync(fixture("expected_conversations.json"), "utf8")) as Record<string, string>;
const wordIn = (request: MockRequest) => /talk about "(\w+)"/.exec(promptText(request))?.[1] ?? "";
const usage = { prompt_tokens: 90, completion_tokens: 110, total_tokens: 200 };
const says = (text: string): MockAnswer => ({ json: chatReply(text, { reply: { usage } }) });

interface Scene {
  readonly path: string;
  readonly mock: MockOpenai;
  generate(...more: string[]): readonly string[];
  read(name: string): string;
}

async function inScratch(answer: (request: MockRequest) => MockAnswer, work: (scene: Scene) => Promise<void>, delayMs = 0) {
  using scratch = scratchFolder();
  const { path } = scratch;
  const mock = await startMockOpenai({
    answer: (request) => (request.method === "GET" ? { json: { data: [] } } : answer(request)),
    delayMs,
  });
  mkdirSync(join(path, "registry/completion-fns"), { recursive: true });
  writeFileSync(
    join(path, "registry/completion-fns/mock.yaml"),
    `mock: { class: http, args: { url: "${mock.url}", model: mock-1 } }\n`,
  );
  copyFileSync(fixture("config.json"), join(path, "config.json"));
  try {
    await work({
      path,
      mock,
      generate: (...more) => ["data", "generate", "config.json", "--model", "mock", ...more],
      read: (name) => readFileSync(join(path, name), "utf8"),
    });
  } finally {
    await mock.close();
  }
}

const many = (count: number) => ({
  name: "many",
  prompt_lines: ['talk about "{word}"', "STUDENT:"],
  words: Array.from({ length: count }, (_, n) => `word${n}`),
  exclude: [],
});
const short = (word: string) => ` What is ${word}?\nTEACHER: It is ${word}.`;

describe("finegauge data generate", () => {
  test("takes chat-builder's config as it is, and what chat-builder would take of a model's replies", () =>
    inScratch(
      (request) => says(outputs[wordIn(request)] ?? ""),
      async ({ path, generate, read, mock }) => {
        const { code, stderr } = await finegauge(
          generate("--order", "listed", "--tries", "2", "--rejects", "rejects.jsonl", "--stop", "END"),
          { cwd: path },
        );
        expect(code).toBe(0);
        expect(read("config_conversations.txt")).toBe(`${expected.bridge}${expected.leaf}`.replace(" [end of text]", ""));
        // Three words were asked for twice, in vain.
        expect(mock.asked).toHaveLength(8);
        expect(mock.asked[0]?.body).toMatchObject({ stop: ["END"], max_tokens: 1000 });
        expect(stderr).toContain("2 conversations of 5");
        expect(stderr).toContain("thrown away: 2 × a line without a speaker");
        expect(stderr).toContain("given up: room, bear, camera");
        const rejects = read("rejects.jsonl")
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as object);
        expect(rejects).toHaveLength(6);
        expect(rejects.slice(2, 4)).toMatchObject([
          { word: "bear", try: 1, reason: "an excluded word", line: "TEACHER: It can KILL you." },
          { word: "bear", try: 2, reason: "an excluded word" },
        ]);

        // Without the stop text they would be other replies.
        const otherwise = await finegauge(
          generate("--order", "listed", "--tries", "2", "--output", "config_conversations.jsonl", "--format", "chat"),
          {
            cwd: path,
          },
        );
        expect(otherwise.code).toBe(2);
        expect(otherwise.stderr).toContain("run.resume-mismatch");
        expect(mock.asked).toHaveLength(8);
      },
    ));

  test("writes chats, and asks nothing again for another format or other rules", () =>
    inScratch(
      (request) => says(short(wordIn(request))),
      async ({ path, generate, read, mock }) => {
        expect(
          await finegauge(generate("--order", "listed", "--format", "chat", "--output", "c.jsonl"), { cwd: path }),
        ).toMatchObject({ code: 0 });
        const [first] = read("c.jsonl").split("\n");
        expect(JSON.parse(first ?? "")).toEqual({
          messages: [
            { role: "user", content: "What is bridge?" },
            { role: "assistant", content: "It is bridge." },
          ],
          metadata: { term: "bridge" },
        });
        expect(
          await finegauge(generate("--output", "c.txt", "--max-turns", "1", "--min-turns", "1", "--json"), { cwd: path }),
        ).toMatchObject({
          code: 0,
          stdout: expect.stringContaining('"conversations": 5'),
        });
        expect(read("c.txt")).toMatch(/^(STUDENT: What is (\w+)\?\nTERM: \2\n\n){5}$/);
        expect(mock.asked).toHaveLength(5);
        // The text is one that other commands read.
        const back = await finegauge(["data", "convert", "c.txt", "--from", "chat-builder", "--to", "chat"], { cwd: path });
        expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('"term":"') });
      },
    ));

  test("goes over the words again for a larger count, in an order by the seed", () =>
    inScratch(
      (request) => says(short(wordIn(request))),
      async ({ path, generate, read }) => {
        const terms = async (name: string, ...more: string[]) => {
          expect(await finegauge(generate("--output", name, ...more), { cwd: path })).toMatchObject({ code: 0 });
          return [...read(name).matchAll(/^TERM: (\w+)$/gm)].map(([, term]) => term);
        };
        const seven = await terms("a.txt", "--count", "7");
        expect(seven).toHaveLength(7);
        expect(seven.slice(5)).toEqual(seven.slice(0, 2));
        expect(await terms("b.txt", "--count", "7")).toEqual(seven);
        expect(await terms("d.txt", "--count", "7", "--seed", "3")).not.toEqual(seven);
        expect(await terms("e.txt", "--count", "2")).toEqual(seven.slice(0, 2));
      },
    ));

  test("killed at any moment, it goes on, and no reply is paid for twice", () =>
    inScratch(
      (request) => says(short(wordIn(request))),
      async ({ path, generate, read, mock }) => {
        writeFileSync(join(path, "config.json"), JSON.stringify(many(60)));
        const args = generate("--order", "listed", "--concurrency", "4");
        let answered = 0;
        for (const more of [7, 12, 9]) {
          const goal = mock.asked.length + more;
          const running = startFinegauge(args, { cwd: path });
          while (mock.asked.length < goal) await wait(2);
          running.child.kill("SIGKILL");
          await running.ended;
          const journal = existsSync(join(path, "config_conversations.journal.jsonl"))
            ? read("config_conversations.journal.jsonl")
            : "";
          answered = Math.max(0, journal.slice(0, journal.lastIndexOf("\n") + 1).split("\n").length - 2);
          expect(existsSync(join(path, "config_conversations.txt"))).toBe(false);
        }
        const from = mock.asked.length;
        expect(await finegauge(args, { cwd: path })).toMatchObject({ code: 0 });
        expect(mock.asked.length - from).toBe(60 - answered);
        expect(read("config_conversations.txt").match(/^TERM: /gm)).toHaveLength(60);
      },
      15,
    ));

  test("stops when the budget is spent or the provider fails, and goes on afterwards", () => {
    let broken = false;
    return inScratch(
      (request) => (broken ? errorReply(401, { message: "no such key" }) : says(short(wordIn(request)))),
      async ({ path, generate, read, mock }) => {
        writeFileSync(join(path, "config.json"), JSON.stringify(many(40)));
        const first = await finegauge(generate("--budget", "3ktokens"), { cwd: path });
        expect(first).toMatchObject({ code: 3, stderr: expect.stringContaining("error run.budget-spent") });
        const asked = mock.asked.length;
        expect(asked).toBeLessThanOrEqual(17);
        expect(asked).toBeGreaterThanOrEqual(5);
        broken = true;
        expect(await finegauge(generate(), { cwd: path })).toMatchObject({
          code: 3,
          stderr: expect.stringContaining("provider.auth"),
        });
        expect(existsSync(join(path, "config_conversations.txt"))).toBe(false);
        broken = false;
        const from = mock.asked.length;
        expect(await finegauge(generate(), { cwd: path })).toMatchObject({ code: 0 });
        expect(mock.asked.length - from).toBe(40 - asked);
        expect(read("config_conversations.txt").match(/^TERM: /gm)).toHaveLength(40);
      },
    );
  });

  test("writes no file of nothing: exit code 1, and the reasons in the file of rejects", () =>
    inScratch(
      () => says("I cannot talk about that."),
      async ({ path, generate, read }) => {
        const { code, stderr } = await finegauge(generate("--tries", "1", "--rejects", "no.jsonl"), { cwd: path });
        expect(code).toBe(1);
        expect(stderr).toContain("0 conversations of 5");
        expect(existsSync(join(path, "config_conversations.txt"))).toBe(false);
        expect(read("no.jsonl").trimEnd().split("\n")).toHaveLength(5);
      },
    ));

  test.each([
    ["a config that is no JSON", "{", /data\.invalid/],
    ["a config without words", '{"name": "n", "prompt_lines": ["{word}"], "words": []}', /words/],
  ])("refuses %s before anybody is asked", (_, config, message) =>
    inScratch(
      () => says(""),
      async ({ path, generate, mock }) => {
        writeFileSync(join(path, "config.json"), config);
        expect(await finegauge(generate(), { cwd: path })).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
        expect(mock.requests).toEqual([]);
      },
    ),
  );
});
