import { cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Comparison } from "../src/core/comparison.ts";
import type { RunLine, SampleLine } from "../src/core/run-line.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { twoModels, twoReplies } from "./support/two-models.ts";

async function runBoth(cwd: string): Promise<void> {
  const { code, stderr } = await finegauge(["run", "models/old.mjs,models/new.mjs", "sums", "--no-report", "--quiet"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}

async function comparisonOf(cwd: string, ...args: string[]): Promise<Comparison> {
  const { code, stdout, stderr } = await finegauge(["diff", ...args, "--json"], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [only] = (JSON.parse(stdout) as { comparisons: Comparison[] }).comparisons;
  return only as Comparison;
}

const forty = Array.from({ length: 40 }, (_, at) => twoReplies(`q${at}`, at < 10 ? "yes" : "no", at === 0 ? "no" : "yes", "yes"));

test("the answer comes first, the same words in every format, and regressions before all else", async () => {
  using scratch = scratchFolder();
  twoModels(scratch.path, forty);
  await runBoth(scratch.path);
  const { sentence, finding, flips_total } = await comparisonOf(scratch.path, "old.mjs", "new.mjs");
  expect(sentence).toMatch(
    /^new\.mjs is better than old\.mjs on sums\.dev\.v1: 39 of 40 right instead of 10 \(\+72\.5 points, 95 % interval /,
  );
  expect({ finding, flips_total }).toEqual({ finding: "better", flips_total: { regressions: 1, improvements: 30 } });
  const { code, stdout } = await finegauge(["diff", "old.mjs", "new.mjs"], { cwd: scratch.path });
  expect(code).toBe(0);
  expect(stdout.split("\n")[0]).toBe(sentence);
  expect(stdout).toMatch(
    /1 regression, 30 improvements; 9 right in both, 0 in neither\n {2}q0:.*wanted "yes", said "yes" → "no"\n/,
  );
  const md = await finegauge(["diff", "old.mjs", "new.mjs", "--format", "md"], { cwd: scratch.path });
  expect(md.stdout.replaceAll("\\", "")).toContain(sentence);
  const { stdout: page } = await finegauge(["diff", "old.mjs", "new.mjs", "--output", "diff.html"], { cwd: scratch.path });
  expect(page).toBe("diff.html\n");
  expect(readFileSync(join(scratch.path, "diff.html"), "utf8")).toContain("39 of 40 right instead of 10");
}, 60_000);

test("a changed right answer is scored again from the recorded reply; a changed question is left out", async () => {
  using scratch = scratchFolder();
  const rows = forty.slice(0, 20);
  twoModels(scratch.path, rows);
  await runBoth(scratch.path);
  // q0: both are told that "no" is right. q1: another question under the same id.
  const changed = rows.map((one, at) =>
    at === 0 ? { ...one, ideal: "no" } : at === 1 ? twoReplies("q1", "yes", "yes", "yes", { lang: "en" }) : one,
  );
  twoModels(scratch.path, changed);
  await runBoth(scratch.path);
  const comparison = await comparisonOf(scratch.path, "sums@old.mjs~1", "sums@new.mjs");
  expect(comparison.pairing).toMatchObject({
    paired: 19,
    changed: { item: 1, ideal: 1, prompt: 0 },
    rescored: 1,
    not_rescored: 0,
  });
  expect(comparison.differs.map(({ what }) => what)).toEqual(["model", "data", "item", "ideal"]);
  // The old reply to q0, right before, is wrong by the new answer; the new one is right.
  expect(comparison.flips.map(({ id, kind }) => [id, kind])).toContainEqual(["q0", "improvement"]);
}, 60_000);

test("another scorer on one side: both are judged by the candidate's", async () => {
  using scratch = scratchFolder();
  twoModels(scratch.path, [twoReplies("a", "YES", "yes", "yes"), twoReplies("b", "Yes", "no", "yes")]);
  await runBoth(scratch.path);
  twoModels(scratch.path, [twoReplies("a", "YES", "yes", "yes"), twoReplies("b", "Yes", "no", "yes")]);
  const file = join(scratch.path, "registry/evals/sums.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace("rows.jsonl }", "rows.jsonl, ignore_case: true }"));
  await runBoth(scratch.path);
  const comparison = await comparisonOf(scratch.path, "sums@old.mjs~1", "sums@new.mjs");
  expect(comparison.deltas[0]?.baseline.value).toBe(1);
  expect(comparison.pairing.rescored).toBe(2);
  expect(comparison.differs.map(({ what }) => what)).toContain("scorer");
}, 60_000);

test("a run without inputs is compared all the same", async () => {
  using scratch = scratchFolder();
  twoModels(scratch.path, forty);
  await runBoth(scratch.path);
  await finegauge(["run", "models/new.mjs", "sums", "--no-inputs", "--no-report", "--no-resume"], { cwd: scratch.path });
  const { pairing, finding } = await comparisonOf(scratch.path, "sums@old.mjs", "sums@new.mjs");
  expect({ paired: pairing.paired, finding }).toEqual({ paired: 40, finding: "better" });
}, 60_000);

describe("what a model said", () => {
  test("never reaches the terminal as anything but text", async () => {
    using scratch = scratchFolder();
    const evil = "\u001b[2J\u001b]0;owned\u0007\u202etxt\r\nfake";
    twoModels(scratch.path, forty);
    await runBoth(scratch.path);
    for (const file of globSync("reports/**/*.jsonl", { cwd: scratch.path })) {
      const path = join(scratch.path, file);
      const lines = readFileSync(path, "utf8").trimEnd().split("\n");
      const changed = lines.map((text) => {
        const line = JSON.parse(text) as RunLine | SampleLine;
        if (line.type === "run") return JSON.stringify({ ...line, completion_fn: `${line.completion_fn}${evil}` });
        if (line.type !== "sample" || line.completion === undefined) return text;
        return JSON.stringify({
          ...line,
          id: `${line.id}${evil}`,
          completion: { ...line.completion, text: evil },
          ideal: [evil],
        });
      });
      writeFileSync(path, `${changed.join("\n")}\n`);
    }
    const [a, b] = globSync("reports/**/*.jsonl", { cwd: scratch.path }).sort();
    const { code, stdout, stderr } = await finegauge(["diff", a as string, b as string, "--all"], { cwd: scratch.path });
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  }, 60_000);
});

describe("what cannot be compared", () => {
  test.each([
    { args: ["nobody", "new.mjs"], error: /^error run\.not-found: nothing is called "nobody"/ },
    { args: ["old.mjs", "nwe.mjs"], error: /did you mean .*"new\.mjs"/ },
    { args: ["old.mjs", "new.mjs", "--eval", "other"], error: /^error run\.not-found: old\.mjs has nothing of other/ },
    { args: ["old.mjs", "new.mjs", "--margin", "-1"], error: /^error cli\.usage: / },
    { args: ["old.mjs", "new.mjs", "--output", "x.pdf"], error: /^error cli\.usage: x\.pdf names no format/ },
  ])(
    "is said in one error: $args",
    async ({ args, error }) => {
      using scratch = scratchFolder();
      twoModels(scratch.path, forty.slice(0, 3));
      await runBoth(scratch.path);
      const { code, stdout, stderr } = await finegauge(["diff", ...args], { cwd: scratch.path });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(error);
      expect(stderr).not.toMatch(/\n\s+at /);
    },
    60_000,
  );

  test("a damaged run file names file and line", async () => {
    using scratch = scratchFolder();
    twoModels(scratch.path, forty.slice(0, 3));
    await runBoth(scratch.path);
    const [file = ""] = globSync("reports/**/old*/*.jsonl", { cwd: scratch.path });
    cpSync(join(scratch.path, file), join(scratch.path, "broken.jsonl"));
    const lines = readFileSync(join(scratch.path, "broken.jsonl"), "utf8").split("\n");
    lines[2] = "{ not json";
    writeFileSync(join(scratch.path, "broken.jsonl"), lines.join("\n"));
    const { code, stderr } = await finegauge(["diff", "broken.jsonl", "new.mjs"], { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error run\.corrupt: .*\n {2}broken\.jsonl:3/);
  }, 60_000);
});

test("several candidates are one family against one baseline, and each is named", async () => {
  using scratch = scratchFolder();
  twoModels(scratch.path, forty);
  cpSync(join(scratch.path, "models/new.mjs"), join(scratch.path, "models/third.mjs"));
  await runBoth(scratch.path);
  await finegauge(["run", "models/third.mjs", "sums", "--no-report", "--quiet"], { cwd: scratch.path });
  const { code, stdout } = await finegauge(["diff", "old.mjs", "new.mjs", "third.mjs"], { cwd: scratch.path });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^new\.mjs is better than old\.mjs .*\nthird\.mjs is better than old\.mjs /);
  const asJson = await finegauge(["diff", "old.mjs", "new.mjs,third.mjs", "--json"], { cwd: scratch.path });
  const { comparisons } = JSON.parse(asJson.stdout) as { comparisons: Comparison[] };
  expect(comparisons).toHaveLength(2);
  for (const { deltas } of comparisons) expect(deltas[0]?.p_adjusted).toBeGreaterThanOrEqual(deltas[0]?.p ?? 1);
}, 60_000);

test("an eval's own metrics stand in the table, with intervals of their own", async () => {
  using scratch = scratchFolder();
  twoModels(scratch.path, forty, "  metrics: { error_rate: 1 - accuracy }\n");
  await runBoth(scratch.path);
  const { deltas } = await comparisonOf(scratch.path, "old.mjs", "new.mjs");
  const [accuracy, rate] = ["accuracy", "error_rate"].map((name) => deltas.find(({ metric }) => metric === name));
  expect(rate?.value).toBeCloseTo(-(accuracy?.value ?? 0), 12);
  expect(rate?.interval?.high).toBeCloseTo(-(accuracy?.interval?.low ?? 0), 6);
  expect(rate?.better).toBe("lower");
}, 60_000);
