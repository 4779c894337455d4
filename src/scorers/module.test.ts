import { describe, expect, test } from "vitest";
import { pluginRegistry } from "../../test/support/plugin-registry.ts";
import { toSample } from "../core/sample.ts";
import { scorerKinds } from "./index.ts";

const sample = toSample({ input: "?", ideal: "yes" }, 0, "t.dev");
const context = { judges: [], random: () => 0.5, signal: new AbortController().signal };
const replies = (text: string) => ({ completion: [{ text, finish: "stop" as const, ms: 1 }] });

async function opened(source: string, args = "", file = "mine.ts") {
  const { folder, registry } = pluginRegistry({
    "evals/a.yaml": `a.dev.v1:\n  class: module\n  args:\n    samples_jsonl: a.jsonl\n    file: ${file}\n${args}`,
    [file]: source,
    "data/a.jsonl": '{"input": "?"}\n',
  });
  using _ = folder;
  const { spec, kind } = await registry.eval("a.dev.v1");
  return { spec, scorer: kind.create(spec.args, { name: "module", compat: false }) };
}

describe("a scorer in a module", () => {
  test.each([
    ["export const scorer = ({ reply, sample }: { reply: string; sample: any }) => sample.ideal.includes(reply);", 1],
    ["export default ({ reply }) => reply.length / 3;", 1],
    ["export const scorer = { score({ reply }) { return { passed: reply === 'yes' }; } };", 1],
    ["export const createScorer = ({ want = 'yes' }) => ({ reply }) => reply === want;", 1],
    [
      "export class Own { right = 'yes'; score({ reply }) { return reply === this.right; } }\nexport const scorer = new Own();",
      1,
    ],
    ["export const scorer = ({ completion, random }) => completion.finish === 'stop' && random() === 0.5;", 1],
  ])("%s", async (source, value) => {
    const { scorer } = await opened(source);
    expect(scorer.late).toBeUndefined();
    expect(await scorer.score(sample, replies("yes"), context)).toMatchObject([{ value }]);
  });

  test.each([
    "export const scorer = async ({ reply }) => reply === 'yes';",
    "export const scorer = { late: true, score: ({ reply }) => Promise.resolve(reply === 'yes') };",
  ])("is late when it answers later: %s", async (source) => {
    const { scorer } = await opened(source);
    expect(scorer.late).toBe(true);
    expect(await scorer.score(sample, replies("yes"), context)).toMatchObject([{ name: "accuracy", value: 1 }]);
  });

  test.each([
    ["export const scorer = () => { throw new Error('oops'); };", "mine.ts failed: oops"],
    ["export const scorer = async () => { throw new Error('oops'); };", "mine.ts failed: oops"],
    ["export const scorer = () => 'good';", "mine.ts gave no score: good"],
    ["export const scorer = () => {};", "mine.ts gave no score: undefined"],
    ["export const scorer = () => Promise.reject(new Error('x'));", "mine.ts answered with a promise"],
  ])("that fails leaves the sample unscored: %s", async (source, message) => {
    const { scorer } = await opened(source);
    expect(await scorer.score(sample, replies("yes"), context)).toMatchObject([
      { name: "accuracy", value: null, unscored: { code: "score.failed", message: expect.stringContaining(message) } },
    ]);
  });

  test("gets its arguments, and its numbers a pass mark", async () => {
    const source = "export const createScorer = ({ factor }) => ({ reply }) => reply.length * factor;";
    const { scorer, spec } = await opened(source, "    args: { factor: 2 }\n    pass_at: 6\n");
    expect(scorer.score(sample, replies("yes"), context)).toMatchObject([
      { name: "accuracy", value: 1, passed: true },
      { name: "score", value: 6 },
    ]);
    expect(spec.args).toEqual({ file: "mine.ts", args: { factor: 2 }, pass_at: 6 });
  });

  test("is another scorer when its code changes", async () => {
    const [one, same, other] = [
      await opened("export const scorer = () => 1;"),
      await opened("export const scorer = () => 1;"),
      await opened("export const scorer = () => 2;"),
    ];
    expect(one.scorer.hash).toBe(same.scorer.hash);
    expect(one.scorer.hash).not.toBe(other.scorer.hash);
  });

  test.each([
    { source: "export const score = () => 1;", message: "exports score, but neither scorer, createScorer nor a default" },
    { source: "export const scorer = 5;", message: "the module's scorer is a number, neither a function" },
    { source: "export default { grade() {} };", message: "default export has no function score" },
    { source: "export const scorer = { score: 1 };", message: "has a score that is a number" },
    { source: "export const scorer = { score() {}, late: 'yes' };", message: "has a late that is a string" },
    { source: "export const createScorer = 1;", message: "createScorer is a number" },
    { source: "export const createScorer = () => null;", message: "what createScorer makes is null" },
  ])("is refused at the line that names it: $message", async ({ source, message }) => {
    await expect(opened(source)).rejects.toMatchObject({
      code: "plugin.invalid",
      message: expect.stringContaining(message),
      more: { where: { file: expect.stringMatching("a.yaml$"), line: 5, column: 11 } },
    });
  });

  test.each([
    { source: "export const scorer = () => 1;", message: "exports no createScorer that takes them" },
    { source: "export const createScorer = () => { throw new Error('no factor'); };", message: "no factor" },
  ])("what is wrong with its arguments is told where they stand: $message", async ({ source, message }) => {
    await expect(opened(source, "    args: { x: 1 }\n")).rejects.toMatchObject({
      message: expect.stringContaining(message),
      more: { where: { line: 6, column: 11 } },
    });
  });

  test("a file that is not there is told where it is named, one that does not parse at its own line", async () => {
    await expect(opened("", "", "mine.py")).rejects.toMatchObject({ more: { where: { line: 5, column: 11 } } });
    await expect(opened("export const a = 1;\nexport const = 2;\n", "", "bad.js")).rejects.toMatchObject({
      more: { where: { file: expect.stringMatching("bad.js$"), line: 2 } },
    });
  });

  test.each([
    ["main", { main: "index.js" }],
    ["import alone", { exports: { ".": { import: "./index.js" } } }],
    ["conditions", { exports: { node: { default: "./index.js" } } }],
  ])("comes from a package that is installed beside the registry: %s", async (_, manifest) => {
    const { folder, registry } = pluginRegistry({
      "evals/a.yaml": "a.dev.v1: { class: module, args: { samples_jsonl: a.jsonl, package: good-scorer } }\n",
      "evals/b.yaml": "b.dev.v1: { class: module, args: { samples_jsonl: a.jsonl, package: no-scorer } }\n",
      "data/a.jsonl": '{"input": "?"}\n',
      "node_modules/good-scorer/package.json": JSON.stringify({ name: "good-scorer", type: "module", ...manifest }),
      "node_modules/good-scorer/index.js": "export const scorer = () => 0.25;",
    });
    using _folder = folder;
    const { spec, kind } = await registry.eval("a.dev.v1");
    const scorer = kind.create(spec.args, { name: "module", compat: false });
    expect(scorer.score(sample, replies("x"), context)).toMatchObject([{ name: "score", value: 0.25 }]);
    await expect(registry.eval("b.dev.v1")).rejects.toMatchObject({
      message: "the package no-scorer is not installed",
      more: { hint: "npm install no-scorer", where: { line: 1 } },
    });
  });
});

test.each([
  ["module", { file: "mine.ts" }],
  ["command", { argv: ["true"] }],
] as const)("%s: what only a run file names is never run", async (name, args) => {
  const scorer = (await scorerKinds[name]()).create(args, { name, compat: false });
  expect(scorer.late).toBe(true);
  await expect(scorer.score(sample, replies("x"), context)).rejects.toMatchObject({ code: "score.failed" });
});
