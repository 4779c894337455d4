import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Preference } from "../src/compare/index.ts";
import type { JudgeCalibration } from "../src/core/judge-calibration.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const model = (name: string, wrong: number) =>
  `export function completionFn(prompt) {
  const i = Number(/city (\\d+)/i.exec(JSON.stringify(prompt))?.[1]);
  return i % ${wrong} === 0 ? "No idea " + i : "${name} City " + i;
}
`;
/** Passes whatever has a capital C in it. */
const judge = (mark: string) => `// ${mark}
export function completionFn(prompt) {
  return /<answer>\\\\n[^<]*City/.test(JSON.stringify(prompt)) ? "GRADE: Y" : "GRADE: N";
}
`;

const files = {
  "registry/evals/a.yaml": `a:
  id: a.dev.v1
a.dev.v1:
  class: model-graded
  args: { samples_jsonl: a.jsonl, modelgraded_spec: closedqa, modelgraded_spec_args: { criteria: it names the right city } }
  judge: judge
plain.dev.v1:
  class: includes
  args: { samples_jsonl: a.jsonl }
`,
  "registry/data/a.jsonl": Array.from({ length: 60 }, (_, i) => `{"input": "Which city ${i}?", "ideal": "City ${i}"}\n`).join(""),
  "registry/completion-fns/f.yaml": ["m1", "m2", "judge", "judge2"]
    .map((name) => `${name}: { class: module, args: { file: ${name}.mjs } }\n`)
    .join(""),
  "registry/m1.mjs": model("It is", 3),
  "registry/m2.mjs": model("Surely", 5),
  "registry/judge.mjs": judge("one"),
  "registry/judge2.mjs": judge("two"),
};

interface Blind {
  readonly a: { readonly model: string };
  readonly b: { readonly model: string };
  readonly preference: Preference;
}

describe("finegauge label", () => {
  const folder = scratchFolder();
  const cwd = folder.path;
  const label = (args: readonly string[], input: string) => finegauge(["label", ...args], { cwd, input });
  const calibration = async (args: readonly string[]) => {
    const { stdout } = await finegauge(["label", ...args, "--report", "--json"], { cwd });
    return (JSON.parse(stdout) as { judge_calibration: JudgeCalibration | null }).judge_calibration;
  };
  const labelsOf = (model: string) => join(cwd, globSync(`reports/a.dev.v1/${model}/*.labels.jsonl`, { cwd })[0] ?? "none");
  /** The run whose replies were labelled. */
  const runOf = (model: string) => labelsOf(model).replace(".labels", "");

  beforeAll(async () => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), text);
    }
    expect(await finegauge(["run", "m1,m2", "a,plain.dev.v1", "--no-report"], { cwd })).toMatchObject({ code: 0 });
  });
  afterAll(() => folder[Symbol.dispose]());

  /** Keys of a person who passes what names a city, in the order in which it is asked. */
  const keysFor = (shown: string) =>
    [...shown.matchAll(/── reply ─*\n(.*)/g)].map(([, reply = ""]) => (reply.includes("City") ? "y" : "n"));

  test("shows as many replies that the judge passed as that it failed, and nothing of what it said", async () => {
    const { code, stderr, stdout } = await label(["a@m1", "--count", "30"], "u".repeat(30));
    expect(code).toBe(0);
    const keys = keysFor(stderr);
    expect(keys).toHaveLength(30);
    expect(keys.filter((key) => key === "n")).toHaveLength(15);
    expect(stderr).not.toMatch(/GRADE|m1\b/);
    expect(stderr).toContain("it names the right city");
    expect(stderr).toContain("── right answer");
    expect(stdout).toContain("nothing is labelled yet");
  });

  test("goes on where it was left, draws more when more are wanted, and never loses an answer", async () => {
    const { stderr: asked } = await label(["a@m2", "--count", "12"], "q");
    expect(asked).toContain("[1 of 12]");
    expect(asked).toContain("the same command goes on");
    const first = await label(["a@m2", "--count", "12"], "ynynyb");
    expect(first.stderr).toContain("[6 of 12]");
    expect(first.stderr).toContain("[5 of 12] (you said yes)");
    const before = readFileSync(labelsOf("m2"), "utf8");
    const second = await label(["a@m2", "--count", "14"], "");
    expect(second.stderr).toContain("[6 of 14]");
    const after = readFileSync(labelsOf("m2"), "utf8");
    expect(after.startsWith(before)).toBe(true);
    expect(after.split("\n").filter((line) => line.includes('"answer"'))).toHaveLength(5);
  });

  test("says what the judge is worth, in the terminal and in reports", async () => {
    const { stderr } = await label(["a@m1", "--count", "40"], "q");
    expect(stderr).toContain("[31 of 40]");
    const opened = readFileSync(labelsOf("m1"), "utf8");
    const drawn = opened
      .split("\n")
      .flatMap((line) => (line.includes('"draw"') ? (JSON.parse(line) as { items: { seq: number }[] }).items : []));
    expect(new Set(drawn.map(({ seq }) => seq)).size).toBe(40);
    // As a person who passes what the judge passes, but for every fifth reply.
    const run = readFileSync(runOf("m1"), "utf8").split("\n");
    const passed = new Map(
      run.flatMap((line) => {
        const value =
          line === "" ? undefined : (JSON.parse(line) as { type: string; seq: number; scores?: { passed?: boolean }[] });
        return value?.type === "score" ? [[value.seq, value.scores?.[0]?.passed === true] as const] : [];
      }),
    );
    const answers = drawn.map(({ seq }, at) => {
      const agrees = at % 5 !== 0;
      return JSON.stringify({
        type: "answer",
        seq,
        answer: passed.get(seq) === agrees ? "yes" : "no",
        at: "2026-11-20T10:00:00Z",
      });
    });
    writeFileSync(labelsOf("m1"), `${opened}${answers.join("\n")}\n`);
    const found = await calibration(["a@m1"]);
    expect(found).toMatchObject({ state: "own", labels: 40, unsure: 0 });
    expect(found?.base_rate.judge).toBeCloseTo(40 / 60, 12);
    expect(found?.kappa).toBeGreaterThan(0.4);
    expect(found?.corrected?.value).toBe(found?.base_rate.people);
    const report = await finegauge(["report", "a@m1", "--format", "json", "--no-samples"], { cwd });
    expect(JSON.parse(report.stdout).runs[0].judge_calibration).toEqual(found);
    const markdown = await finegauge(["report", "a@m1", "--format", "md"], { cwd });
    expect(markdown.stdout).toContain("by 40 labels: kappa");
  });

  test("holds for another run of the judge, and is void once the judge or the prompt changes", async () => {
    const args = ["rescore", runOf("m1"), "--json", "--quiet"];
    const judged = JSON.parse((await finegauge([...args, "--judge", "judge2"], { cwd })).stdout) as { file: string };
    expect(await calibration([judged.file])).toMatchObject({
      state: "void",
      corrected: null,
      reason: expect.stringContaining("the judge changed"),
    });
    const asked = [
      "--scorer",
      "model-graded={ modelgraded_spec: closedqa, modelgraded_spec_args: { criteria: it is kind } }",
      "--judge",
      "judge",
    ];
    const otherPrompt = JSON.parse((await finegauge([...args, ...asked], { cwd })).stdout) as { file: string };
    expect((await calibration([otherPrompt.file]))?.reason).toContain("the grading prompt");
    const same = JSON.parse((await finegauge([...args, "--judge", "judge"], { cwd })).stdout) as { file: string };
    const carried = await calibration([same.file]);
    expect(carried).toMatchObject({ state: "carried", labels: 40, corrected: { method: "rogan-gladen" } });
    // In a folder of its own, where nobody labelled anything, there is nothing to say.
    using elsewhere = scratchFolder();
    const far = await finegauge([...args, "--judge", "judge", "--out", elsewhere.path], { cwd });
    expect(await calibration([(JSON.parse(far.stdout) as { file: string }).file])).toBeNull();
  });

  test("chooses blind between two runs, on random sides, and says when that is settled", async () => {
    const args = ["--blind", runOf("m1"), runOf("m2"), "--count", "40"];
    let { stderr } = await label(args, "");
    expect(stderr).not.toMatch(/\bm[12]\b/);
    const sides = new Set<string>();
    let liked = 0;
    while (liked < 12) {
      const last = stderr.slice(stderr.lastIndexOf("── asked"));
      const [, first = "", second = ""] = /── reply 1 ─*\n(.*)\n── reply 2 ─*\n(.*)/.exec(last) ?? [];
      expect(first).not.toBe(second);
      // A person who likes m2's way of saying it, and does not care where it has nothing to say.
      const at = [first, second].findIndex((reply) => reply.startsWith("Surely"));
      if (at >= 0) {
        liked++;
        sides.add(at === 0 ? "first" : "second");
      }
      ({ stderr } = await label(args, at < 0 ? "t" : at === 0 ? "1" : "2"));
    }
    expect(sides).toEqual(new Set(["first", "second"]));
    const { stdout } = await finegauge(["label", ...args, "--report", "--json"], { cwd });
    const { preference, a, b } = JSON.parse(stdout) as Blind;
    expect([a.model, b.model]).toEqual(["m1", "m2"]);
    expect(preference.wins.a + preference.wins.b + preference.wins.ties).toBe(preference.n);
    expect(preference.wins).toMatchObject({ a: 0, b: 12 });
    expect(preference).toMatchObject({ settled: true, more: 0 });
    expect(globSync("reports/a.dev.v1/m2/*.preferences.jsonl", { cwd })).toHaveLength(1);
    // What people said is no run.
    expect(await finegauge(["list", "runs"], { cwd })).toMatchObject({ code: 0, stderr: "" });
  });

  test.each([
    { args: ["plain@m1"], says: "no replies that a judge passed or failed" },
    { args: ["a@m1", "a@m2"], says: "one run is labelled at a time" },
    { args: ["--blind", "a@m1"], says: "--blind takes two runs" },
    { args: ["a@m3"], says: "there is no run" },
  ])("$args is refused: $says", async ({ args, says }) => {
    const { code, stderr } = await label(args, "");
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
