import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { leakLineSchema, leaksLineSchema } from "../src/core/leakage.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const questions = [
  "The printer on the second floor does not answer since Monday, what should I try first?",
  "How do I move my mail from the old account to the new one without losing my folders?",
  "Which of our meeting rooms have a camera, and how do I book one for next week?",
  "Why does the payroll page say that my password has expired when I changed it yesterday?",
];
const sample = (question: string, ideal = "it") => ({ input: [{ role: "user", content: question }], ideal });
const chat = (question: string, answer = "it") => ({
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const json = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");
const clean = Array.from({ length: 20 }, (_, at) =>
  chat(`What is ${at} and ${at + 7} and ${at * 13} put together as one number?`, String(at)),
);

/** A folder with train.jsonl, in which two of the four samples of mine.jsonl are, and a registered eval of them. */
function workplace(
  train: readonly unknown[] = [...clean, chat(questions[1] as string), chat(`${questions[2]?.toUpperCase()} Thanks!`)],
) {
  const folder = scratchFolder();
  const put = (name: string, content: string | Buffer) => writeFileSync(join(folder.path, name), content);
  for (const name of ["registry/evals", "registry/data/mine"]) mkdirSync(join(folder.path, name), { recursive: true });
  put("train.jsonl", json(train));
  put("mine.jsonl", json(questions.map((question) => sample(question))));
  put("registry/data/mine/dev.jsonl", json(questions.map((question) => sample(question))));
  put(
    "registry/evals/mine.yaml",
    "mine:\n  id: mine.dev.v1\nmine.dev.v1:\n  class: match\n  args: { samples_jsonl: mine/dev.jsonl }\n",
  );
  const leaks = (...args: string[]) => finegauge(["data", "leaks", ...args], { cwd: folder.path });
  return {
    path: folder.path,
    put,
    leaks,
    read: (name: string) => readFileSync(join(folder.path, name), "utf8"),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("finegauge data leaks TRAIN EVAL", () => {
  test("names the samples that a model was trained on, beside the rows in which they are, and ends with 1", async () => {
    using at = workplace();
    const { code, stdout, stderr } = await at.leaks("train.jsonl", "mine.jsonl");
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^2 of 4 samples of mine\.jsonl are in train\.jsonl, 22 rows$/m);
    expect(stdout).toMatch(/^exact +1 +25\.0 %$/m);
    expect(stdout).toMatch(/^leaked +2 +50\.0 %$/m);
    expect(stdout).toMatch(/^ {2}mine\.1, exact +train\.jsonl:21$/m);
    expect(stdout).toMatch(/^ {2}How do I move my mail .+ How do I move my mail /m);
    expect(stdout).toMatch(/^ {2}mine\.2, 8-gram 100\.0 % +train\.jsonl:22$/m);
  });

  test("takes an eval of the registry by name, and keeps what it found in a file that says so line by line", async () => {
    using at = workplace();
    const { code, stderr } = await at.leaks("train.jsonl", "mine", "--write", "leaks.jsonl", "--quiet");
    expect([code, stderr]).toEqual([1, ""]);
    const [head, ...lines] = at
      .read("leaks.jsonl")
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(leaksLineSchema.parse(head)).toMatchObject({
      train: "train.jsonl",
      eval: "mine.dev.v1",
      train_rows: 22,
      samples: 4,
      leaked: 2,
    });
    const found = lines.map((line) => leakLineSchema.parse(line));
    expect(found.map(({ id, kind, train_row }) => [id, kind, train_row])).toEqual([
      ["mine.dev.1", "exact", 21],
      ["mine.dev.2", "8-gram", 22],
    ]);
  });

  test("never writes over a file, unless told to", async () => {
    using at = workplace();
    at.put("leaks.jsonl", "mine\n");
    const refused = await at.leaks("train.jsonl", "mine.jsonl", "--write", "leaks.jsonl");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--force replaces it");
    expect(at.read("leaks.jsonl")).toBe("mine\n");
    await at.leaks("train.jsonl", "mine.jsonl", "--write", "leaks.jsonl", "--force");
    expect(at.read("leaks.jsonl")).toMatch(/^\{"type":"leaks"/);
  });

  test.each([
    { args: ["--max-share", "0.5"], code: 0 },
    { args: ["--max-share", "0.4"], code: 1 },
    { args: ["--max", "2"], code: 0 },
    { args: ["--max", "1"], code: 1 },
    { args: [], code: 1 },
  ])("two of four with $args: exit code $code", async ({ args, code }) => {
    using at = workplace();
    expect(await at.leaks("train.jsonl", "mine.jsonl", ...args)).toMatchObject({ code });
  });

  test("ends with 0 where nothing has leaked", async () => {
    using at = workplace(clean);
    const { code, stdout } = await at.leaks("train.jsonl", "mine");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^0 of 4 samples of mine\.dev\.v1 are in train\.jsonl, 20 rows$/m);
  });

  test("says it all in JSON", async () => {
    using at = workplace([...clean, chat(questions[0] as string, "no")]);
    const { code, stdout } = await at.leaks("train.jsonl", "mine.jsonl", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ format: 1, train: "train.jsonl", eval: "mine.jsonl", samples: 4, train_rows: 21, leaked: 1, conflicts: 1 },
      kinds: { exact: 1, normalised: 0, "8-gram": 0, near: 0 },
      within_limit: false,
      leaks: [{ type: "leak", id: "mine.0", kind: "exact", similarity: 1, train_row: 21 }],
      pairs: [{ id: "mine.0", line: 21, sample: questions[0], train: `${questions[0]}\nno` }],
    });
  });

  test("reads training data from standard input, compressed, and as a table", async () => {
    using at = workplace();
    at.put("train.jsonl.gz", gzipSync(at.read("train.jsonl")));
    at.put("train.csv", `question,answer\n${questions.map((one) => `"${one}",x\n`).join("")}`);
    expect((await at.leaks("train.jsonl.gz", "mine.jsonl")).stdout).toMatch(/^2 of 4 /);
    expect((await at.leaks("train.csv", "mine.jsonl")).stdout).toMatch(/^4 of 4 /);
    const args = ["data", "leaks", "-", "mine.jsonl"];
    const { stdout } = await finegauge(args, { cwd: at.path, input: at.read("train.jsonl") });
    expect(stdout).toMatch(/^2 of 4 samples of mine\.jsonl are in standard input, 22 rows$/m);
  });

  test("lets nothing in the data touch the terminal", async () => {
    const evil = "\u001b[2J\u009b31m\u202e::error::gone\r\nThe quick brown fox jumps over the lazy dog and more";
    using at = workplace([chat(evil)]);
    at.put("mine.jsonl", json([sample(evil)]));
    const { code, stdout } = await at.leaks("train.jsonl", "mine.jsonl");
    expect(code).toBe(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).not.toMatch(/^\s*::/m);
  });
});

describe("finegauge data leaks --within FILE", () => {
  test("names rows that repeat others", async () => {
    const [first = "", second = ""] = questions;
    using at = workplace([
      chat(first),
      ...clean,
      chat(first),
      chat(first.replace("Monday", "Sunday")),
      chat(second),
      chat(second, "no"),
    ]);
    const { code, stdout } = await at.leaks("--within", "train.jsonl", "--max", "3");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 of 25 rows of train\.jsonl repeat an earlier one$/m);
    expect(stdout).toMatch(/^exact +1 +4\.0 %$/m);
    expect(stdout).toMatch(/^near +2 +8\.0 %$/m);
    expect(stdout).toMatch(/^ {2}rows 1, 22, 23: near$/m);
    expect(stdout).toMatch(/^1 row has the prompt of an earlier row and another answer$/m);
    expect(await at.leaks("train.jsonl", "--within")).toMatchObject({ code: 1 });
    const { clusters } = JSON.parse((await at.leaks("--within", "train.jsonl", "--json")).stdout);
    expect(clusters).toMatchObject([{ rows: [1, 22, 23] }, { rows: [24, 25] }]);
  });
});

describe("finegauge data leaks refuses", () => {
  test.each([
    { what: "one file without --within", args: ["train.jsonl"], says: "against which samples?" },
    { what: "--within and an eval", args: ["train.jsonl", "mine", "--within"], says: "one file" },
    { what: "two limits", args: ["train.jsonl", "mine", "--max", "1", "--max-share", "0.1"], says: "two limits" },
    { what: "standard input twice", args: ["-", "-"], says: "standard input" },
    { what: "a leak file of standard input", args: ["-", "mine", "--write", "x.jsonl"], says: "by their contents" },
    {
      what: "to replace the training data",
      args: ["train.jsonl", "mine", "--write", "./train.jsonl", "--force"],
      says: "replace",
    },
    {
      what: "to replace an eval's data",
      args: ["train.jsonl", "mine", "--write", "registry/data/mine/dev.jsonl", "--force"],
      says: "replace",
    },
    { what: "training data that is not there", args: ["no.jsonl", "mine"], says: "there is no file no.jsonl" },
    { what: "an eval that is not there", args: ["train.jsonl", "mien"], says: 'did you mean "mine"?' },
    { what: "a share above 1", args: ["train.jsonl", "mine", "--max-share", "5"], says: "no share" },
    { what: "a torn last line", args: ["torn.jsonl", "mine", "--write", "x.jsonl"], says: "torn.jsonl:2" },
    { what: "an empty file", args: ["empty.jsonl", "mine"], says: "empty.jsonl" },
    { what: "a folder", args: ["registry", "mine"], says: "registry is a folder" },
  ])("$what, with exit code 2 and nothing written", async ({ args, says }) => {
    using at = workplace();
    at.put("torn.jsonl", `${json([chat("a")])}{"messages": [{"role": "us`);
    at.put("empty.jsonl", "");
    const before = readdirSync(at.path);
    const { code, stdout, stderr } = await at.leaks(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(readdirSync(at.path)).toEqual(before);
  });
});
