import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../src/core/comparison.ts";
import { seededRandom } from "../src/core/random.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

/** The third word of a question is what `old` replies, the fourth what `new` does. */
function modelText(name: string, word: number): string {
  return `export const completionFn = {
    name: "${name}",
    async identity() { return { fn: "module", model: "${name}" }; },
    async capabilities() { return { chat: "yes", text: "yes", logprobs: "no", top_logprobs_max: 0, continuations: "no", embeddings: "no", tools: "no", json_schema: "no" }; },
    async complete({ prompt }) { return { text: prompt.at(-1).content.split(" ")[${word}], finish: "stop", ms: 1, usage: { input: 9, output: 1 } }; },
  };\n`;
}

const labels = ["disk", "network", "auth"];
const size = 600;

/** Two evals, one of 600 labelled samples in groups; models `old`, `new`, and `wrapped`, which is `old` behind a system prompt. */
function writeRegistry(folder: string): void {
  for (const part of ["registry/evals", "registry/data", "registry/completion-fns"])
    mkdirSync(join(folder, part), { recursive: true });
  const label = (at: number) => labels[at % labels.length] as string;
  const rows = Array.from({ length: size }, (_, at) => ({
    id: `ticket-${String(at).padStart(6, "0")}`,
    input: [
      { role: "user", content: `Sort secretword${at} ${at % 3 === 0 ? "none" : label(at)} ${at % 7 === 0 ? "none" : label(at)}` },
    ],
    ideal: label(at),
    metadata: { host: `host ${at % 50}`, label: label(at) },
  }));
  const file = (name: string, content: readonly object[]) =>
    writeFileSync(join(folder, "registry/data", name), content.map((row) => `${JSON.stringify(row)}\n`).join(""));
  file("tickets.jsonl", rows);
  file("chat.jsonl", rows.slice(0, 20));
  writeFileSync(
    join(folder, "registry/evals/all.yaml"),
    `tickets: { id: tickets.dev.v1 }
tickets.dev.v1:
  class: match
  args: { samples_jsonl: tickets.jsonl }
  labels: [${labels.join(", ")}]
  group_by: metadata.host
  slices: [metadata.label]
chat: { id: chat.dev.v1 }
chat.dev.v1: { class: match, args: { samples_jsonl: chat.jsonl } }
`,
  );
  for (const [name, word] of [
    ["old", 2],
    ["new", 3],
  ] as const)
    writeFileSync(join(folder, `${name}.mjs`), modelText(name, word));
  writeFileSync(
    join(folder, "registry/completion-fns/all.yaml"),
    ["old", "new"]
      .map((name) => `${name}: { class: module, args: { file: ../${name}.mjs } }\n`)
      .join("")
      .concat("wrapped: { class: module, args: { file: ../old.mjs }, wrap: { system: You sort tickets. } }\n"),
  );
}

let home: ReturnType<typeof scratchFolder>;

beforeAll(async () => {
  home = scratchFolder();
  writeRegistry(home.path);
  const { code, stderr } = await finegauge(["run", "old,new,wrapped", "tickets,chat", "--no-report", "--quiet"], {
    cwd: home.path,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

afterAll(() => home[Symbol.dispose]());

const ask = (...args: string[]) => finegauge(args, { cwd: home.path });
const baselineFile = (folder: string, evalName = "tickets.dev.v1", name = "main") =>
  join(home.path, folder, evalName, `${name}.jsonl`);
const runFiles = (model: string) => globSync(join(home.path, `reports/tickets.dev.v1/${model}/*.jsonl`));
const runFile = (model: string) => runFiles(model)[0] as string;

/** Sets `main` in a folder of this test's own. */
async function set(folder: string, ...args: string[]) {
  return ask("baseline", "set", "main", ...args, "--baselines", folder);
}

/** A run file's lines in another file, changed. */
function changedRun(name: string, change: (lines: string[]) => string[]): string {
  const file = join(home.path, `changed/${name}.jsonl`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${change(readFileSync(runFile("old"), "utf8").trimEnd().split("\n")).join("\n")}\n`);
  return file;
}

async function comparisons(...args: string[]): Promise<Comparison[]> {
  const { code, stdout, stderr } = await ask("diff", ...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return (JSON.parse(stdout) as { comparisons: Comparison[] }).comparisons;
}

describe("baseline set", () => {
  test("keeps a model's newest runs, one small file for each eval, with nothing of what was asked or said", async () => {
    const { code, stdout } = await set("small", "wrapped");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^chat\.dev\.v1 +wrapped +\S+ % .*\ntickets\.dev\.v1 +wrapped +66\.7 % .*\n/);
    const file = baselineFile("small");
    expect(existsSync(baselineFile("small", "chat.dev.v1"))).toBe(true);
    expect(statSync(file).size).toBeLessThan(100_000);
    const text = readFileSync(file, "utf8");
    expect(text.split("\n")).toHaveLength(size + 3);
    for (const secret of ["secretword", "You sort", "host 1", home.path]) expect(text).not.toContain(secret);
  });

  test("with its replies it is as large as the run, and has them", async () => {
    expect((await set("replies", "old", "--eval", "tickets", "--with-replies")).code).toBe(0);
    expect(readFileSync(baselineFile("replies"), "utf8")).toContain("secretword");
    expect(existsSync(baselineFile("replies", "chat.dev.v1"))).toBe(false);
  });

  test("writes the same bytes from the same run, in whatever order its lines stand", async () => {
    const random = seededRandom(6);
    const shuffled = changedRun("shuffled", (lines) => {
      const [head = "", ...rest] = lines;
      const end = rest.pop() as string;
      return [
        head,
        ...rest
          .map((line) => ({ line, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ line }) => line),
        end,
      ];
    });
    expect(readFileSync(shuffled, "utf8")).not.toBe(readFileSync(runFile("old"), "utf8"));
    expect((await set("straight", runFile("old"))).code).toBe(0);
    expect((await set("mixed", shuffled)).code).toBe(0);
    expect(readFileSync(baselineFile("mixed"), "utf8")).toBe(readFileSync(baselineFile("straight"), "utf8"));
  });

  test.each([
    { name: "an unfinished run", change: (lines: string[]) => lines.slice(0, -1), says: "is unfinished" },
    {
      name: "a stopped run",
      change: (lines: string[]) => lines.map((line) => line.replace('"status":"complete"', '"status":"stopped"')),
      says: "is stopped",
    },
    {
      name: "a run of some samples",
      change: (lines: string[]) => lines.map((line) => line.replace('"selected":600}', '"selected":590}')),
      says: "asked only 590 of 600 samples",
    },
    {
      name: "a run of which half the lines are gone",
      change: (lines: string[]) => [...lines.slice(0, 301), lines.at(-1) as string],
      says: "is unfinished: 300 of 600 replies are there",
    },
    {
      name: "a run with lines after its end",
      change: (lines: string[]) => [lines[0] as string, lines.at(-1) as string, ...lines.slice(1, -1)],
      says: "is unfinished",
    },
    {
      name: "a run with too many errors",
      change: (lines: string[]) => lines.map((line) => line.replace('"errors":0,"unscored"', '"errors":7,"unscored"')),
      says: "has 7 errors in 600: more than 1 %",
    },
  ])("refuses $name, and writes nothing", async ({ name, change, says }) => {
    const { code, stderr } = await set("refused", changedRun(name, change));
    expect(code).toBe(2);
    expect(stderr).toContain(`error baseline.refused: the run of old on tickets.dev.v1 ${says}`);
    expect(existsSync(join(home.path, "refused"))).toBe(false);
  });

  test("refuses where CI is set", async () => {
    const env = { CI: "true" };
    const { code, stderr } = await finegauge(["baseline", "set", "main", "old", "--baselines", "ci"], { cwd: home.path, env });
    expect({ code, said: stderr.split("\n")[0] }).toEqual({
      code: 2,
      said: "error baseline.refused: CI is set, and nothing sets a baseline there",
    });
    expect(existsSync(join(home.path, "ci"))).toBe(false);
  });

  test("replaces another run only when told to, and says what it replaced", async () => {
    expect((await set("taken", "old")).code).toBe(0);
    const before = readFileSync(baselineFile("taken"));
    const refused = await set("taken", "new");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /^error baseline\.refused: there is a baseline of another run: .*tickets\.dev\.v1\/main\.jsonl \(old\)/,
    );
    expect(readFileSync(baselineFile("taken"))).toEqual(before);
    expect((await set("taken", "old")).code).toBe(0);
    const { code, stdout } = await set("taken", "new", "--force");
    expect(code).toBe(0);
    expect(stdout).toMatch(/tickets\.dev\.v1 +new .* replaced old, 66\.7 %\n/);
    expect(readFileSync(baselineFile("taken"))).not.toEqual(before);
  });

  test.each([
    { args: ["../main", "old"], says: '"../main" cannot be the name of a baseline' },
    { args: ["main"], says: "baseline set needs a run" },
    { args: ["main", "old,new"], says: "two runs of " },
    { args: ["main", "odl"], says: 'nothing is called "odl"' },
  ])("baseline set $args is a wrong command", async ({ args, says }) => {
    const { code, stderr } = await ask("baseline", "set", ...args, "--baselines", "wrong");
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe("a baseline", () => {
  test("stands for its runs: diff says the same of either", async () => {
    expect((await set("same", "old")).code).toBe(0);
    const byRun = await comparisons("old", "new");
    const byBaseline = await comparisons("main", "new", "--baselines", "same");
    expect(byBaseline).toHaveLength(2);
    for (const [at, { baseline, sentence, deltas, differs, flips, ...rest }] of byBaseline.entries()) {
      const other = byRun[at] as Comparison;
      expect(baseline).toMatchObject({
        source: "baseline",
        baseline: "main",
        completion_fn: "old",
        counts: other.baseline.counts,
      });
      expect(sentence).toBe(other.sentence.replaceAll("old", "main"));
      // What was taken for what, only right answers tell, and a baseline has none.
      const { baseline: b, sentence: s, deltas: d, differs: f, flips: l, confusion, ...expected } = other;
      expect({ ...rest, flips, differs }).toEqual({ ...expected, flips: l, differs: f });
      expect(deltas).toEqual(d.filter(({ unit, metric }) => unit === "1" && metric !== "reply_characters"));
    }
  });

  test("outlives the reports: two baselines are compared without them", async () => {
    expect((await set("alone", "old", "--eval", "tickets")).code).toBe(0);
    expect((await ask("baseline", "set", "next", "new", "--eval", "tickets", "--baselines", "alone")).code).toBe(0);
    const [found] = await comparisons("main", "next", "--baselines", "alone", "--out", "nowhere");
    const [byRun] = await comparisons("old", "new", "--eval", "tickets");
    expect(found?.finding).toBe("better");
    const told = ({ sentence, table, pairing, deltas: [first] }: Comparison) => {
      const { value, n, groups, test: method } = first as Comparison["deltas"][number];
      return { sentence, table, pairing, value, n, groups, method };
    };
    const renamed = (byRun as Comparison).sentence.replace("new is better than old", "next is better than main");
    expect(told(found as Comparison)).toEqual({ ...told(byRun as Comparison), sentence: renamed });
  });

  test("is listed and shown; a damaged one is told with its line, and hides no other", async () => {
    await set("shown", "old");
    const list = await ask("list", "baselines", "--baselines", "shown");
    expect(list.stdout).toMatch(/^main +chat\.dev\.v1 +old .*\nmain +tickets\.dev\.v1 +old .* 66\.7 % +\S+ +600\n$/);
    const json = JSON.parse((await ask("baseline", "list", "--baselines", "shown", "--json")).stdout);
    expect(json).toMatchObject([
      { name: "main", eval: "chat.dev.v1" },
      { name: "main", model: "old", samples: size, replies: false },
    ]);
    const shown = await ask("baseline", "show", "main", "--eval", "tickets", "--baselines", "shown");
    expect(shown.stdout).toMatch(
      /^main tickets\.dev\.v1\n {2}model +old \(old\.mjs\)\n(?: {2}.*\n)* {2}samples +600\n(?: {2}.*\n)* {2}accuracy +66\.7 %/,
    );

    const file = baselineFile("shown");
    const lines = readFileSync(file, "utf8").split("\n");
    lines[6] = "<<<<<<< HEAD";
    writeFileSync(file, lines.join("\n"));
    const damaged = await ask("baseline", "show", "main", "--baselines", "shown");
    expect(damaged.code).toBe(2);
    expect(damaged.stderr).toContain(`${join("shown", "tickets.dev.v1", "main.jsonl")}:7\n`);
    lines[0] = "<<<<<<< HEAD";
    writeFileSync(file, lines.join("\n"));
    const others = await ask("list", "baselines", "--baselines", "shown");
    expect(others).toMatchObject({ code: 2, stdout: expect.stringMatching(/^main +chat\.dev\.v1 .*\n$/) });
    expect(others.stderr).toContain("tickets.dev.v1/main.jsonl: ");
    rmSync(file);
    expect((await ask("list", "baselines", "--baselines", "shown")).code).toBe(0);
  });
});

describe("list runs", () => {
  test("keeps the models and evals that are asked for, and so many of them", async () => {
    const listed = async (...args: string[]) =>
      (JSON.parse((await ask("list", "runs", "--json", ...args)).stdout) as { eval: string; model: string }[]).map(
        ({ eval: name, model }) => `${name} ${model}`,
      );
    expect(await listed("--model", "o*,wrap*", "--eval", "tickets")).toEqual(["tickets.dev.v1 wrapped", "tickets.dev.v1 old"]);
    expect(await listed("--last", "1")).toEqual(["chat.dev.v1 wrapped"]);
    expect(await listed("--model", "none")).toEqual([]);
  });

  test("follows versions of a model over time in counts", async () => {
    const { stdout } = await ask("list", "runs", "--trend", "--model", "old,new", "--eval", "tickets");
    expect(stdout).toMatch(
      /^tickets\.dev\.v1\n {2}\S+ \S+ +old +66\.7 % +\S+ +600\n {2}\S+ \S+ +new +85\.7 % +\S+ +600 +114 more right\n$/,
    );
  });
});
