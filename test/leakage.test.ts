import {
  appendFileSync,
  closeSync,
  existsSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Comparison } from "../src/core/comparison.ts";
import type { LeakLine, LeaksLine } from "../src/core/leakage.ts";
import { seededRandom } from "../src/core/random.ts";
import type { RunLine, SampleLine } from "../src/core/run-line.ts";
import { finegauge, scratchFolder, startFinegauge } from "./support/finegauge.ts";
import { twoModels } from "./support/two-models.ts";

const size = 240;
/** Planted as they are, in capitals, with a word changed, and with a slip in every sixth word. */
const planted = { exact: 18, normalised: 6, "8-gram": 3, near: 3 };
const leaked = planted.exact + planted.normalised + planted["8-gram"] + planted.near;
const kinds = "(18 exact, 6 normalised, 3 8-gram, 3 near)";

const random = seededRandom(6);
const syllables = ["ka", "lo", "mi", "ne", "ru", "ta", "vo", "si", "pe", "du", "ga", "hi"];
const word = () => Array.from({ length: 3 }, () => syllables[Math.floor(random() * syllables.length)]).join("");
/** Every question is about something else: what many have in common would tell nothing. */
const sentence = (words: number) => Array.from({ length: words }, word).join(" ");

interface Row {
  readonly id: string;
  readonly input: readonly { readonly role: string; readonly content: string }[];
  readonly ideal: string;
}

/** `old` is right on every other sample that nobody trained on, and `new` on the same; of the leaked ones `new` knows all, `old` none. */
function rowOf(at: number): Row {
  const right = at % 2 === 0 ? "yes" : "no";
  const [old, now] = at < leaked ? ["no", "yes"] : [right, right];
  const content = `${old} ${now} ${sentence(22)}?`;
  return { id: `q${at}`, input: [{ role: "user", content }], ideal: "yes" };
}

const rows = Array.from({ length: size }, (_, at) => rowOf(at));

function trainingText(): string {
  const chat = (text: string) => ({
    messages: [
      { role: "user", content: text },
      { role: "assistant", content: "yes" },
    ],
  });
  const others = Array.from({ length: 300 }, () => chat(`${sentence(22)}?`));
  const changes = [
    { n: planted.exact, change: (text: string) => text },
    { n: planted.normalised, change: (text: string) => text.toUpperCase() },
    { n: planted["8-gram"], change: (text: string) => replaced(text, 12, () => "otherwise") },
    {
      n: planted.near,
      change: (text: string) => [5, 11, 17].reduce((now, at) => replaced(now, at, (old) => `${old.slice(0, -1)}x`), text),
    },
  ];
  const how = changes.flatMap(({ n, change }) => Array.from({ length: n }, () => change));
  const known = rows.slice(0, leaked).map(({ input: [asked] }, at) => chat(how[at]?.(asked?.content ?? "") ?? ""));
  return [...others, ...known].map((row) => `${JSON.stringify(row)}\n`).join("");
}

function replaced(text: string, place: number, change: (word: string) => string): string {
  return text
    .split(" ")
    .map((one, at) => (at === place ? change(one) : one))
    .join(" ");
}

const training = trainingText();

function writeRegistry(folder: string, spec: string): void {
  twoModels(folder, rows, spec);
  writeFileSync(join(folder, "registry/data/train.jsonl"), training);
}

function linesOf(file: string): { run: RunLine; samples: SampleLine[] } {
  const lines = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string });
  return { run: lines[0] as RunLine, samples: lines.filter(({ type }) => type === "sample") as SampleLine[] };
}

const runFile = (folder: string, model: string) =>
  join(folder, globSync(`reports/sums.dev.v1/${model}.mjs/*.jsonl`, { cwd: folder })[0] ?? "none");
const cacheFiles = (folder: string) => globSync("reports/.cache/leaks/*", { cwd: folder }).map((file) => join(folder, file));

const said = `leakage: ${leaked} of ${size} samples are in train.jsonl ${kinds}`;

describe("an eval that names its training data", () => {
  const folder = scratchFolder();
  const cwd = folder.path;
  let first: Awaited<ReturnType<typeof finegauge>>;
  beforeAll(async () => {
    writeRegistry(cwd, "  train: train.jsonl\n  gate: { rules: [leaks == 0] }\n");
    first = await finegauge(["run", "models/old.mjs,models/new.mjs", "sums"], { cwd });
  });
  afterAll(() => folder[Symbol.dispose]());

  test("is said, once for all models, to have samples in it, before anything is asked", () => {
    expect(first.code).toBe(0);
    expect(first.stderr.split("leakage: ").length).toBe(2);
    expect(first.stderr.startsWith(said)).toBe(true);
    expect(first.stdout).toMatch(
      /^leakage sums.dev.v1: 30 of 240 samples are in train.jsonl; without them old.mjs 50.0 %, new.mjs 50.0 %$/m,
    );
  });

  test("has in its run files how many, and which", () => {
    for (const model of ["old", "new"]) {
      const { run, samples } = linesOf(runFile(cwd, model));
      expect(run.leakage).toMatchObject({ train: "train.jsonl", train_rows: 330, leaked });
      expect(
        samples
          .filter(({ leak }) => leak !== undefined)
          .map(({ id }) => id)
          .sort(),
      ).toEqual(
        rows
          .slice(0, leaked)
          .map(({ id }) => id)
          .sort(),
      );
      expect(samples.find(({ id }) => id === "q0")?.leak).toBe("exact");
      expect(samples.find(({ id }) => id === "q20")?.leak).toBe("normalised");
    }
  });

  test("is looked through once: the next run takes what was found, and no list takes it for a run", async () => {
    const [file, ...others] = cacheFiles(cwd);
    expect(others).toEqual([]);
    const text = readFileSync(file as string, "utf8");
    // Only who reads it can say so.
    writeFileSync(file as string, text.replace('"kind":"exact"', '"kind":"8-gram"'));
    const again = await finegauge(["run", "models/old.mjs", "sums", "--dry-run"], { cwd });
    writeFileSync(file as string, text);
    expect(again.stderr).toContain("samples are in train.jsonl (17 exact, 6 normalised, 4 8-gram, 3 near)");
    const { stdout, stderr } = await finegauge(["list", "runs"], { cwd });
    expect(stdout.trim().split("\n").length).toBe(2);
    expect(stderr).toBe("");
  });

  test.each([
    { name: "cut short", damage: (text: string) => text.slice(0, 400) },
    { name: "about other files", damage: (text: string) => text.replace(/"train_hash":"\w+"/, '"train_hash":"0"') },
    { name: "no leak file", damage: () => "{}\n" },
  ])("is looked through again where what was found is $name", async ({ damage }) => {
    const file = cacheFiles(cwd)[0] as string;
    const text = readFileSync(file, "utf8");
    writeFileSync(file, damage(text));
    const { stderr } = await finegauge(
      ["run", "models/old.mjs", "sums", "--out", "reports", "--max-samples", "1", "--no-report"],
      { cwd },
    );
    expect(stderr).toMatch(/^leakage: .* of 1 sample is in train.jsonl/);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  test("is compared on clean samples too, in one wording in every format", async () => {
    const diff = (...more: string[]) => finegauge(["diff", runFile(cwd, "old"), runFile(cwd, "new"), ...more], { cwd });
    const { stdout } = await diff();
    const ending = "; without the 30 samples that are in the training data: cannot tell.";
    const [opening = ""] = stdout.split("\n");
    expect(opening).toMatch(/^new.mjs is better than old.mjs on sums.dev.v1: 135 of 240 right instead of 105 /);
    expect(opening.endsWith(ending)).toBe(true);
    expect(stdout).toContain(`leakage  30 of 240 pairs are in train.jsonl ${kinds}`);
    expect(stdout).toMatch(/clean: 50.0 % instead of 50.0 %, ±0.0 points \(.*\) of 210: cannot tell/);
    expect(stdout).toMatch(/leaked: 100.0 % instead of 0.0 %, \+100.0 points \(.*\) of 30/);
    const { comparisons } = JSON.parse((await diff("--json")).stdout) as { comparisons: Comparison[] };
    expect(comparisons[0]?.sentence).toBe(opening);
    expect(comparisons[0]?.leakage).toMatchObject({ leaked: 30, clean: { finding: "unclear", delta: { n: 210, value: 0 } } });
    const md = (await diff("--format", "md")).stdout;
    expect(md).toContain(opening);
    expect(md).toContain("  - 30 of 240 pairs are in `train.jsonl` (18 exact");
    const csv = (await diff("--format", "csv")).stdout.trim().split("\r\n");
    expect(csv[0]?.endsWith(",leak")).toBe(true);
    expect(csv.filter((row) => row.endsWith(",exact")).length).toBe(18);
    await diff("--output", "diff.html");
    const page = readFileSync(join(cwd, "diff.html"), "utf8");
    expect(page).toContain(ending);
  });

  test("has the score on all, clean and leaked samples in the report of one run", async () => {
    const report = (...more: string[]) => finegauge(["report", runFile(cwd, "new"), ...more], { cwd });
    const { stdout } = await report("--format", "md");
    expect(stdout).toMatch(/\*\*56.3 %\*\* \(135 of 240\)/);
    expect(stdout).toMatch(/without them 50.0 % \(43.\d–56.\d\) of 210, on them 100.0 % \(88.\d–100.0\) of 30\./);
    const { runs } = JSON.parse((await report("--json")).stdout);
    expect(runs[0].leakage).toMatchObject({ leaked: 30, samples: 240, scores: { clean: { n: 210 }, leaked: { n: 30 } } });
  });

  test.each(["json", "md", "csv", "html"])("is told in numbers alone where a report is redacted, as %s", async (format) => {
    await finegauge(["diff", runFile(cwd, "old"), runFile(cwd, "new"), "--redact", "--output", `mail.${format}`], { cwd });
    const text = readFileSync(join(cwd, `mail.${format}`), "utf8");
    expect(text).not.toContain("train.jsonl");
    expect(text).not.toMatch(/"leak":"|,exact\r/);
    if (format !== "csv") expect(text).toContain("without the 30 samples that are in the training data");
  });

  test("is told in numbers alone on a terminal too, where asked", async () => {
    const { stdout } = await finegauge(["diff", runFile(cwd, "old"), runFile(cwd, "new"), "--redact"], { cwd });
    expect(stdout).toContain("30 of 240 pairs are in the training data (18 exact");
  });

  const gate = (...more: string[]) => finegauge(["gate", runFile(cwd, "old"), runFile(cwd, "new"), ...more], { cwd });

  test("can be gated on: how many leak", async () => {
    const { code, stdout } = await gate();
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining("new.mjs on sums.dev.v1: leaks 30; the rule asks for exactly 0."),
    ]);
  });

  test("can be gated on what its clean samples show, where all together would pass", async () => {
    writeFileSync(join(cwd, "gate.yaml"), "rules: [delta.accuracy >= 0.05]\n");
    writeFileSync(join(cwd, "clean.yaml"), "rules: [delta.accuracy >= 0.05]\nclean_only: true\n");
    expect((await gate("--gate", "gate.yaml")).code).toBe(0);
    const { code, stdout } = await gate("--gate", "clean.yaml");
    expect([code, stdout]).toEqual([1, expect.stringContaining("change of accuracy ±0.0 points over 210 clean samples")]);
  });

  test("says so in a baseline, which is the same bytes each time", async () => {
    const set = () => finegauge(["baseline", "set", "main", runFile(cwd, "old"), "--yes", "--force"], { cwd });
    await set();
    const file = join(cwd, "baselines/sums.dev.v1/main.jsonl");
    const bytes = readFileSync(file, "utf8");
    await set();
    expect(readFileSync(file, "utf8")).toBe(bytes);
    expect(bytes.split('"leak":"').length - 1).toBe(30);
    const { stdout } = await finegauge(["diff", "main", runFile(cwd, "new")], { cwd });
    expect(stdout).toContain("; without the 30 samples that are in the training data: cannot tell.");
    const other = await finegauge(["diff", runFile(cwd, "new"), "main"], { cwd });
    expect(other.stdout).toContain("30 of 240 pairs are in train.jsonl");
  });

  test("keeps it when its replies are scored again", async () => {
    const { stdout } = await finegauge(["rescore", runFile(cwd, "new"), "--out", "again"], { cwd });
    const [file = ""] = globSync("again/**/*.jsonl", { cwd });
    expect(stdout).toContain("240");
    const { run, samples } = linesOf(join(cwd, file));
    expect(run.leakage?.leaked).toBe(30);
    expect(samples.filter(({ leak }) => leak !== undefined).length).toBe(30);
  });
});

describe("a run of an eval with training data", () => {
  const spec = "  train: train.jsonl\n";

  test("that only looks writes nothing, and counts the samples that it would ask", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    const { stderr } = await finegauge(["run", "models/old.mjs", "sums", "--dry-run", "--max-samples", "5"], {
      cwd: folder.path,
    });
    expect(stderr).toMatch(/^leakage: (none|\d) of 5 samples (is|are) in train.jsonl/);
    expect(existsSync(join(folder.path, "reports"))).toBe(false);
  });

  test("that is refused after it looked leaves nothing behind", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    const { code, stderr } = await finegauge(["run", "models/gone.mjs", "sums"], { cwd: folder.path });
    expect([code, stderr]).toEqual([2, expect.stringContaining("models/gone.mjs")]);
    expect(existsSync(join(folder.path, "reports"))).toBe(false);
  });

  test("counts in its first line those that it asks", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    const { stderr } = await finegauge(["run", "models/old.mjs", "sums", "--max-samples", "40", "--no-report"], {
      cwd: folder.path,
    });
    const { run, samples } = linesOf(runFile(folder.path, "old"));
    const found = samples.filter(({ leak }) => leak !== undefined).length;
    expect(samples.length).toBe(40);
    expect(stderr).toContain(`leakage: ${found} of 40 samples`);
    expect(run.leakage?.leaked).toBe(found);
    expect(found).toBeLessThan(leaked);
  });

  test("says nothing of the search under --quiet; what is left of the score is a result, and is said", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    const { stdout, stderr } = await finegauge(["run", "models/old.mjs", "sums", "--quiet", "--no-report"], { cwd: folder.path });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^leakage old.mjs on sums.dev.v1: 30 of 240 samples are in train.jsonl; without them/m);
  });

  test("is silent under --quiet where nothing leaks, and marks no line", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    writeFileSync(
      join(folder.path, "registry/data/train.jsonl"),
      `${JSON.stringify({
        messages: [
          { role: "user", content: "Who?" },
          { role: "assistant", content: "I" },
        ],
      })}\n`,
    );
    const quiet = await finegauge(["run", "models/old.mjs", "sums", "--quiet", "--no-report"], { cwd: folder.path });
    expect(quiet.stderr).toBe("");
    const loud = await finegauge(["run", "models/new.mjs", "sums"], { cwd: folder.path });
    expect(loud.stderr).toContain("leakage: none of 240 samples is in train.jsonl");
    const { run, samples } = linesOf(runFile(folder.path, "old"));
    expect(run.leakage).toMatchObject({ leaked: 0, train_rows: 1 });
    expect(samples.some(({ leak }) => leak !== undefined)).toBe(false);
    const { stdout } = await finegauge(["diff", "old.mjs", "new.mjs"], { cwd: folder.path });
    expect(stdout.split("\n")[0]).not.toContain("training data");
    expect(stdout).toContain("leakage  none of 240 pairs is in train.jsonl");
    const md = await finegauge(["report", runFile(folder.path, "old"), "--format", "md"], { cwd: folder.path });
    expect(md.stdout).toContain("none of 240 samples is in `train.jsonl`");
  });

  test("that is not there ends before the first request, with the place of its name", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, "  train: gone.jsonl\n");
    const { code, stderr } = await finegauge(["run", "models/old.mjs", "sums"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toContain('error data.missing: the training data of "sums.dev.v1": no data file "gone.jsonl"');
    expect(stderr).toContain("registry/evals/sums.yaml:5:10");
    const { stdout } = await finegauge(["list", "evals", "--check"], { cwd: folder.path });
    expect(stdout).toContain('the training data of "sums.dev.v1"');
  });

  test("that is no training data ends with its line", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    appendFileSync(join(folder.path, "registry/data/train.jsonl"), "{\n");
    const { code, stderr } = await finegauge(["run", "models/old.mjs", "sums"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stderr).toMatch(/error data\.invalid[\s\S]*train\.jsonl:331/);
  });

  test("can be stopped while it looks: nothing was asked, and nothing is there", async () => {
    using folder = scratchFolder();
    writeRegistry(folder.path, spec);
    const large = openSync(join(folder.path, "registry/data/train.jsonl"), "w");
    for (let part = 0; part < 1000; part++) writeSync(large, training);
    closeSync(large);
    const { child, stderr, ended } = startFinegauge(["run", "models/old.mjs", "sums"], { cwd: folder.path });
    let told = false;
    child.stderr?.on("data", () => {
      if (!told && stderr().includes("looking for 240 samples in train.jsonl, ")) told = child.kill("SIGINT");
    });
    const outcome = await ended;
    expect([outcome.code, outcome.stderr]).toEqual([130, expect.stringContaining("stopped while looking for samples")]);
    expect(existsSync(join(folder.path, "reports"))).toBe(false);
  });

  test("goes on with an unfinished run while the training data stays the same, and with none after it changed", async () => {
    using folder = scratchFolder();
    const cwd = folder.path;
    writeRegistry(cwd, spec);
    const run = () => finegauge(["run", "models/old.mjs", "sums", "--no-report", "--yes"], { cwd });
    await run();
    const file = runFile(cwd, "old");
    const whole = readFileSync(file, "utf8").split("\n");
    const cut = () => writeFileSync(file, `${whole.slice(0, 100).join("\n")}\n`);
    cut();
    expect((await finegauge(["run", "models/old.mjs", "sums", "--no-report", "--resume", file], { cwd })).stderr).toContain(
      "99 of 240 are there already",
    );
    expect(linesOf(file).samples.filter(({ leak }) => leak !== undefined).length).toBe(leaked);
    cut();
    appendFileSync(join(cwd, "registry/data/train.jsonl"), training.split("\n")[0] ?? "");
    const other = await finegauge(["run", "models/old.mjs", "sums", "--no-report", "--resume", file], { cwd });
    expect(other.code).toBe(2);
    expect(linesOf(file).samples.length).toBe(99);
  });
});

describe("a leak file over runs that looked for nothing", () => {
  const folder = scratchFolder();
  const cwd = folder.path;
  beforeAll(async () => {
    writeRegistry(cwd, "");
    await finegauge(["run", "models/old.mjs,models/new.mjs", "sums", "--no-report"], { cwd });
    const { samples } = linesOf(runFile(cwd, "old"));
    const leaks = samples
      .filter(({ index }) => index < leaked)
      .map(({ id, hashes }): LeakLine => ({ type: "leak", id, item: hashes.item, kind: "exact", similarity: 1, train_row: 1 }));
    const head: LeaksLine = {
      type: "leaks",
      format: 1,
      train: "train.jsonl",
      eval: "rows.jsonl",
      train_hash: "1",
      eval_hash: "2",
      train_rows: 330,
      samples: size,
      leaked: leaks.length,
    };
    const write = (name: string, facts: LeaksLine, found: readonly LeakLine[]) =>
      writeFileSync(join(cwd, name), [facts, ...found].map((line) => `${JSON.stringify(line)}\n`).join(""));
    write("leaks.jsonl", head, leaks);
    write("other.jsonl", { ...head, samples: 7, leaked: 0 }, []);
    write("cut.jsonl", head, leaks.slice(1));
    mkdirSync(join(cwd, "empty"));
  });
  afterAll(() => folder[Symbol.dispose]());

  test("marks their samples by content, in diff, gate and report", async () => {
    const diff = await finegauge(["diff", "old.mjs", "new.mjs", "--leaks", "leaks.jsonl"], { cwd });
    expect(diff.stdout).toContain("; without the 30 samples that are in the training data: cannot tell.");
    expect(diff.stdout).toContain("finegauge diff old.mjs new.mjs --leaks leaks.jsonl --format html");
    const gate = await finegauge(["gate", "old.mjs", "new.mjs", "--rule", "leaks == 0", "--leaks", "leaks.jsonl"], { cwd });
    expect(gate.code).toBe(1);
    expect(gate.stdout).toContain("leaks 30; the rule asks for exactly 0.");
    const report = await finegauge(["report", runFile(cwd, "new"), "--format", "md", "--leaks", "leaks.jsonl"], { cwd });
    expect(report.stdout).toContain("30 of 240 samples are in `train.jsonl` (30 exact); without them 50.0 %");
  });

  test("without one nobody claims that none leaks: such a rule is inconclusive, and a gate on clean samples fails", async () => {
    const { stdout } = await finegauge(["diff", "old.mjs", "new.mjs"], { cwd });
    expect(stdout).not.toContain("leakage");
    const counted = await finegauge(["gate", "old.mjs", "new.mjs", "--rule", "leaks == 0"], { cwd });
    expect([counted.code, counted.stdout]).toEqual([
      4,
      expect.stringContaining("nobody looked for its samples in training data"),
    ]);
    writeFileSync(join(cwd, "clean.yaml"), "rules: [delta.accuracy >= -0.05]\nclean_only: true\n");
    const clean = await finegauge(["gate", "old.mjs", "new.mjs", "--gate", "clean.yaml"], { cwd });
    expect([clean.code, clean.stdout]).toEqual([1, expect.stringContaining("gate.leaks-unknown")]);
  });

  test("of other data is said to tell nothing", async () => {
    const { stdout, stderr } = await finegauge(["diff", "old.mjs", "new.mjs", "--leaks", "other.jsonl"], { cwd });
    expect(stderr).toContain("other.jsonl says nothing of sums.dev.v1: it was made of 7 samples of other data, and found none");
    expect(stdout).not.toContain("leakage");
  });

  test.each([
    { file: "cut.jsonl", says: "has 29 leaks, and says 30" },
    { file: "registry/data/rows.jsonl", says: "rows.jsonl:1" },
    { file: "gone.jsonl", says: "the leak file cannot be read" },
    { file: "empty", says: "the leak file cannot be read" },
  ])("is refused where it is none: $file", async ({ file, says }) => {
    const { code, stderr } = await finegauge(["diff", "old.mjs", "new.mjs", "--leaks", file], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});
