import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const files = {
  "registry/completion-fns/echo.yaml": "echo: { class: module, args: { file: echo.mjs } }\n",
  "registry/echo.mjs": "export const completionFn = (prompt) => String(prompt.at(-1).content);\n",
  "registry/evals/words.yaml": [
    "words.dev.v1:",
    "  class: command",
    "  args: { samples_jsonl: words.jsonl, argv: [node, grade.mjs], cwd: scorers }",
    "  scorers: [{ class: module, args: { file: scorers/length.ts } }]",
    "",
  ].join("\n"),
  "registry/scorers/grade.mjs": `
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { id, reply, sample } = JSON.parse(line);
  if (reply === "crash") process.exit(1);
  console.log(JSON.stringify({ id, passed: sample.ideal.includes(reply) }));
}
`,
  "registry/scorers/length.ts": "export const scorer = ({ reply }: { reply: string }) => reply.length;\n",
  "registry/data/words.jsonl": ["one", "two", "crash", "four"]
    .map((word) => `${JSON.stringify({ input: [{ role: "user", content: word }], ideal: word === "two" ? "2" : word })}\n`)
    .join(""),
};

test("a program that crashes on one sample leaves that one unscored; a module beside it scores all", async () => {
  using scratch = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch.path, name)), { recursive: true });
    writeFileSync(join(scratch.path, name), text);
  }
  const { code, stdout, stderr } = await finegauge(["run", "echo", "words.dev.v1", "--no-report", "--json"], {
    cwd: scratch.path,
  });
  expect([code, stderr.includes("error")]).toEqual([0, false]);
  const [run] = (JSON.parse(stdout) as { runs: { file: string; metrics: { name: string; value: number; n: number }[] }[] }).runs;
  const metric = (name: string) => run?.metrics.find((one) => one.name === name);
  expect(metric("accuracy")).toMatchObject({ n: 3, value: 2 / 3 });
  expect(metric("module.score")).toMatchObject({ n: 4, value: 15 / 4 });
  const text = readFileSync(join(scratch.path, run?.file ?? ""), "utf8");
  expect(text).toContain('"unscored":{"code":"score.failed","message":"node ended with code 1 before it answered');
  expect(text).not.toContain(scratch.path);
});

test("a scorer and a model come from npm packages that are named in YAML, and a package that is not there is said so", async () => {
  using scratch = scratchFolder();
  const manifest = (name: string, more: object) => JSON.stringify({ name, version: "1.0.0", type: "module", ...more });
  const installed = {
    "package.json": manifest("mine", { private: true }),
    "node_modules/@acme/shout/package.json": manifest("@acme/shout", { exports: { ".": { import: "./lib/model.js" } } }),
    "node_modules/@acme/shout/lib/model.js":
      'import { loud } from "./loud.js";\nexport const createCompletionFn = ({ end }) => (prompt) => loud(prompt.at(-1).content) + end;\n',
    "node_modules/@acme/shout/lib/loud.js": "export const loud = (text) => String(text).toUpperCase();\n",
    "node_modules/vowel-scorer/package.json": manifest("vowel-scorer", { main: "index.js" }),
    "node_modules/vowel-scorer/index.js":
      "export const createScorer = ({ letters }) => ({ reply }) => [...reply.toLowerCase()].filter((one) => letters.includes(one)).length;\n",
    "registry/completion-fns/shout.yaml": [
      'shout: { class: module, args: { package: "@acme/shout", args: { end: "!" } } }',
      "lost: { class: module, args: { package: not-here } }",
      "both: { class: module, args: { package: not-here, file: x.ts } }",
      "",
    ].join("\n"),
    "registry/evals/vowels.yaml":
      "vowels.dev.v1: { class: module, args: { samples_jsonl: words.jsonl, package: vowel-scorer, args: { letters: aeiou }, pass_at: 2 } }\n",
    "registry/data/words.jsonl": files["registry/data/words.jsonl"],
  };
  for (const [name, text] of Object.entries(installed)) {
    mkdirSync(dirname(join(scratch.path, name)), { recursive: true });
    writeFileSync(join(scratch.path, name), text);
  }
  const run = (...args: string[]) => finegauge(["run", ...args, "--no-report"], { cwd: scratch.path });
  const { code, stdout } = await run("shout", "vowels.dev.v1", "--json");
  expect(code).toBe(0);
  const [found] = (JSON.parse(stdout) as { runs: { file: string; metrics: { name: string; value: number }[] }[] }).runs;
  // one: 2, two: 1, crash: 1, four: 2
  expect(found?.metrics.find(({ name }) => name === "accuracy")?.value).toBe(0.5);
  expect(found?.metrics.find(({ name }) => name === "score")?.value).toBe(1.5);
  const [first = ""] = readFileSync(join(scratch.path, found?.file ?? ""), "utf8").split("\n");
  expect(JSON.parse(first).model).toMatchObject({ fn: "module", model: expect.stringMatching(/^@acme\/shout [0-9a-f]{16}$/) });
  expect(first).not.toContain(scratch.path);
  const lost = await run("lost", "vowels.dev.v1");
  expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining("npm install not-here")]);
  const both = await run("both", "vowels.dev.v1");
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("either `file` or `package` is wanted")]);
});
