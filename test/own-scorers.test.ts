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
