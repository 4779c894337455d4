import { cpSync, globSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { answered, ended, fileText, gather, runLine } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { EndLine, RunLine } from "../core/run-line.ts";
import { baselinePath, runPath, writeBaseline } from "../runs/index.ts";
import { type FindOptions, findSides, type ListedSide } from "./find-sides.ts";
import { matchSides, unmatched } from "./match-sides.ts";

const idOf = (nth: number) => `01JD4ZK5T0${String(nth).padStart(16, "0")}`;

interface RunOf {
  readonly eval?: string;
  readonly model: string;
  readonly status?: EndLine["status"];
  /** Asked of 10. */
  readonly selected?: number;
  /** That the data has, as far as the run knows. */
  readonly samples?: number;
  /** Replies that are there. */
  readonly done?: number;
  readonly derived_from?: RunLine["derived_from"];
}

function lineOf(
  nth: number,
  { eval: name = "tickets.heldout.v1", model, selected = 10, samples = 10, derived_from }: RunOf,
): RunLine {
  const [base, split] = name.split(".");
  const line = runLine({
    id: idOf(nth),
    eval: name,
    completion_fn: model,
    spec: { base: base as string, split: split as string },
  });
  return { ...line, data: { ...line.data, samples, selected }, ...(derived_from && { derived_from }) };
}

/** A folder with these runs in `reports`, each started after the one before, and these baselines. */
async function folderOf(runs: readonly RunOf[], baselines: { readonly [name: string]: readonly RunOf[] } = {}) {
  const folder = temporaryFolder();
  const options = { out: join(folder, "reports"), baselines: join(folder, "baselines") };
  const files = runs.map((one, nth) => {
    const run = lineOf(nth, one);
    const file = runPath(options.out, run);
    mkdirSync(dirname(file), { recursive: true });
    const { done = one.selected ?? 10, status = "complete" } = one;
    writeFileSync(file, fileText(run, answered(0), ended({ status, counts: { ...ended().counts, done } })));
    return file;
  });
  for (const [name, kept] of Object.entries(baselines)) {
    for (const [nth, one] of kept.entries()) {
      const run = lineOf(900 + nth, one);
      const end = ended({ counts: { ...ended().counts, done: 1 } });
      const samples = async function* () {
        yield answered(0);
      };
      await writeBaseline(
        baselinePath(options.baselines, run.eval, name),
        { run, end, latency: null, cached: 0, samples },
        { replies: false },
      );
    }
  }
  return { ...options, files };
}

const named = (sides: readonly ListedSide[]) =>
  sides.map((side) => side.baseline ?? `${side.eval}@${side.model} ${Number(side.run.id.slice(10))}`);

const runs: readonly RunOf[] = [
  { model: "base" },
  { model: "tuned" },
  { model: "tuned" },
  { model: "tuned", eval: "general.chat.v1" },
  { model: "tuned", status: "stopped" },
  { model: "main" },
  { model: "tuned", eval: "tickets.heldout.v2", selected: 5 },
  { model: "tuned", selected: 5 },
];

describe("findSides", () => {
  test.each([
    { reference: "base", is: ["tickets.heldout.v1@base 0"] },
    { reference: "tuned", is: ["tickets.heldout.v1@tuned 2", "tickets.heldout.v2@tuned 6", "general.chat.v1@tuned 3"] },
    { reference: "tuned~1", is: ["tickets.heldout.v1@tuned 1"] },
    { reference: "tuned@tuned", is: undefined },
    { reference: "tickets@tuned", is: ["tickets.heldout.v1@tuned 7"] },
    { reference: "tickets.heldout.v1@tuned~1", is: ["tickets.heldout.v1@tuned 4"] },
    {
      reference: "tickets@*",
      is: ["tickets.heldout.v1@tuned 2", "tickets.heldout.v2@tuned 6", "tickets.heldout.v1@main 5", "tickets.heldout.v1@base 0"],
    },
    { reference: "gen*@tuned", is: ["general.chat.v1@tuned 3"] },
    { reference: "?ase", is: ["tickets.heldout.v1@base 0"] },
    { reference: idOf(4), is: ["tickets.heldout.v1@tuned 4"] },
    { reference: "main", is: ["main", "main"] },
    { reference: "baseline:main", is: ["main", "main"] },
    { reference: "baseline:ma*", is: ["main", "main"] },
    { reference: "model:main", is: ["tickets.heldout.v1@main 5"] },
    { reference: "base,main, base", is: ["tickets.heldout.v1@base 0", "main", "main"] },
    { reference: "model:none", is: undefined },
    { reference: "baseline:tuned", is: undefined },
    { reference: "", is: undefined },
    { reference: "a\0b", is: undefined },
    { reference: "x".repeat(5000), is: undefined },
  ])("$reference is $is", async ({ reference, is }) => {
    const options = await folderOf(runs, { main: [{ model: "old" }, { model: "old", eval: "general.chat.v1" }] });
    if (is === undefined)
      await expect(findSides(reference, options)).rejects.toThrow(expect.objectContaining({ code: "run.not-found" }));
    else expect(named(await findSides(reference, options)).sort()).toEqual(is.toSorted());
  });

  test("a file, a glob of files, a folder and a baseline's file are taken wherever they lie", async () => {
    const { files, ...options } = await folderOf(runs, { main: [{ model: "old" }] });
    const elsewhere: FindOptions = { out: "nowhere", baselines: "nowhere" };
    expect(named(await findSides(files[4] as string, elsewhere))).toEqual(["tickets.heldout.v1@tuned 4"]);
    expect(named(await findSides(join(dirname(files[0] as string), "*.jsonl"), elsewhere))).toEqual([
      "tickets.heldout.v1@base 0",
    ]);
    expect(named(await findSides(join(options.out, "tickets.heldout.v1"), elsewhere)).sort()).toEqual([
      "tickets.heldout.v1@base 0",
      "tickets.heldout.v1@main 5",
      "tickets.heldout.v1@tuned 2",
    ]);
    expect(named(await findSides(baselinePath(options.baselines, "tickets.heldout.v1", "main"), elsewhere))).toEqual(["main"]);
    expect(named(await findSides(options.baselines, elsewhere))).toEqual(["main"]);
  });

  test("another harness's logs are taken as they are, once each, by file, list of files and folder", async () => {
    const logs = fileURLToPath(new URL("../../test/fixtures/logs", import.meta.url));
    const none = { out: "nowhere", baselines: "nowhere" };
    const results = globSync("lm-eval/**/results_*.json", { cwd: logs }).map((file) => join(logs, file));
    expect((await findSides(results, none)).map((side) => [side.source, side.eval])).toEqual([["import", "capitals"]]);
    const all = await findSides(logs, none);
    expect(all.map((side) => side.eval).sort()).toEqual(["capitals", "capitals", "capitals.dev.v0"]);
    expect(await Promise.all(all.map(async (side) => (await gather((await side.open()).samples())).length))).toEqual([6, 6, 6]);
  });

  test("a file whose name has a comma in it is one file", async () => {
    const { files, out } = await folderOf([{ model: "base" }]);
    cpSync(files[0] as string, join(out, "a,b.jsonl"));
    expect(await findSides(join(out, "a,b.jsonl"), { out, baselines: "none" })).toHaveLength(1);
  });

  test.each([
    { reference: "a,b", is: ["tickets.heldout.v1@a,b 1"] },
    { reference: "model:a,b", is: ["tickets.heldout.v1@a,b 1"] },
    { reference: "tickets@a,b", is: ["tickets.heldout.v1@a,b 1"] },
    { reference: "a,m", is: ["tickets.heldout.v1@a 0", "tickets.heldout.v1@m 5"] },
    { reference: "model:a,model:m", is: ["tickets.heldout.v1@a 0", "tickets.heldout.v1@m 5"] },
    { reference: "m~1", is: ["tickets.heldout.v1@m~1 3"] },
    { reference: "model:m~1", is: ["tickets.heldout.v1@m~1 3"] },
    { reference: "tickets@m~1", is: ["tickets.heldout.v1@m~1 3"] },
    { reference: "tickets@m~2", is: ["tickets.heldout.v1@m 2"] },
    { reference: "model:m~2", is: ["tickets.heldout.v1@m 2"] },
    { reference: "x*", is: ["tickets.heldout.v1@x* 6"] },
  ])("$reference is what is called exactly so, before what a comma, a ~ or a * would mean", async ({ reference, is }) => {
    const names = ["a", "a,b", "m", "m~1", "m", "m", "x*", "xyz"];
    const options = await folderOf(names.map((model) => ({ model })));
    expect(named(await findSides(reference, options))).toEqual(is);
  });

  test("never suggests what was typed", async () => {
    const options = await folderOf([{ model: "m,n", status: "stopped" }]);
    await expect(findSides("baseline:m,n", options)).rejects.toThrow(
      expect.objectContaining({ more: expect.objectContaining({ nearest: expect.not.arrayContaining(["baseline:m,n"]) }) }),
    );
  });

  const from = (by: "import" | "rescore", asked?: string) => ({
    derived_from: { run: "x", by, ...(asked !== undefined && { asked }) },
  });
  test.each<{ name: string; runs: readonly RunOf[]; is: number }>([
    { name: "a later import does not hide a run", runs: [{ model: "m" }, { model: "m", ...from("import") }], is: 0 },
    {
      name: "replies to another eval do not hide a run",
      runs: [{ model: "m" }, { model: "m", ...from("rescore", "other.v1") }],
      is: 0,
    },
    { name: "a run that was scored again stands for it", runs: [{ model: "m" }, { model: "m", ...from("rescore") }], is: 1 },
    {
      name: "an import of a part, which knows no more, does not hide one of all",
      runs: [
        { model: "m", ...from("import") },
        { model: "m", selected: 5, samples: 5, ...from("import") },
      ],
      is: 0,
    },
    {
      name: "how large the data is, the run of another model says",
      runs: [{ model: "other" }, { model: "m", selected: 5 }, { model: "m", selected: 5, samples: 5, ...from("import") }],
      is: 1,
    },
    {
      name: "a log of all goes before a run of a part",
      runs: [
        { model: "m", selected: 5 },
        { model: "m", ...from("import") },
      ],
      is: 1,
    },
    { name: "an import alone stands for the model", runs: [{ model: "m", ...from("import") }], is: 0 },
    {
      name: "a run whose end says that replies lack is not complete",
      runs: [{ model: "m" }, { model: "m", done: 9 }],
      is: 0,
    },
  ])("$name", async ({ runs: all, is }) => {
    expect(named(await findSides("m", await folderOf(all)))).toEqual([`tickets.heldout.v1@m ${is}`]);
  });

  test("keeps the evals that are asked for, and says which there are when none is", async () => {
    const options = await folderOf(runs);
    expect(named(await findSides("tuned", { ...options, evals: ["gen*"] }))).toEqual(["general.chat.v1@tuned 3"]);
    await expect(findSides("tuned", { ...options, evals: ["generl.chat.v1"] })).rejects.toThrow(
      expect.objectContaining({ code: "run.not-found", more: expect.objectContaining({ nearest: ["general.chat.v1"] }) }),
    );
  });

  test("opens a run and a baseline alike", async () => {
    const options = await folderOf([{ model: "base" }], { main: [{ model: "old" }] });
    const sides = await findSides(["base", "main"], options);
    const opened = await Promise.all(sides.map((side) => side.open()));
    expect(opened.map(({ run }) => run.completion_fn)).toEqual(["base", "old"]);
    for (const { samples } of opened) expect((await gather(samples())).map(({ id }) => id)).toEqual(["s0"]);
  });

  test.each([
    { reference: "tund", nearest: ["tuned"], hint: "8 runs in " },
    { reference: "mian", nearest: ["main"], hint: "1 baseline in " },
    { reference: "tickets@bse", nearest: ["tickets@base"], hint: "8 runs in " },
    { reference: "general", nearest: [], hint: "general is an eval; a run of it is called general@tuned" },
  ])("of $reference it says what is near", async ({ reference, nearest, hint }) => {
    const options = await folderOf(runs, { main: [{ model: "old" }] });
    await expect(findSides(reference, options)).rejects.toThrow(
      expect.objectContaining({
        code: "run.not-found",
        more: expect.objectContaining({ nearest: expect.arrayContaining(nearest), hint: expect.stringContaining(hint) }),
      }),
    );
  });

  test("a model without a complete run is told apart from one that is not there", async () => {
    const options = await folderOf([{ model: "base", status: "failed" }]);
    await expect(findSides("base", options)).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining("no complete run") }),
    );
  });

  test("a baseline that cannot be read is an error when it is named, and none otherwise", async () => {
    const options = await folderOf(runs, { main: [{ model: "old" }] });
    writeFileSync(baselinePath(options.baselines, "tickets.heldout.v1", "bad"), "<<<<<<< ours\n");
    await expect(findSides("bad", options)).rejects.toThrow(expect.objectContaining({ code: "run.corrupt" }));
    expect(named(await findSides("main", options))).toEqual(["main"]);
  });

  test("a damaged baseline of another eval than was asked for is passed over", async () => {
    const options = await folderOf(runs, { main: [{ model: "old" }, { model: "old", eval: "general.chat.v1" }] });
    writeFileSync(baselinePath(options.baselines, "general.chat.v1", "main"), "<<<<<<< ours\n");
    expect(named(await findSides("main", { ...options, evals: ["tickets"] }))).toEqual(["main"]);
    for (const evals of [[], ["general"], ["gen*,tickets"]]) {
      await expect(findSides("main", { ...options, evals })).rejects.toThrow(expect.objectContaining({ code: "run.corrupt" }));
    }
  });
});

describe("matchSides", () => {
  const both = async (baseline: string, candidate: string, all: readonly RunOf[] = runs, kept: readonly RunOf[] = []) => {
    const options = await folderOf(all, kept.length > 0 ? { kept } : {});
    return matchSides(await findSides(baseline, options), await findSides(candidate, options));
  };

  test("puts sides together by eval, and says which have no partner", async () => {
    const found = await both("base", "tuned,main", runs.slice(0, 6));
    expect(found.matches.map((match) => [match.eval, named([match.baseline]), named(match.candidates)])).toEqual([
      ["tickets.heldout.v1", ["tickets.heldout.v1@base 0"], ["tickets.heldout.v1@tuned 2", "tickets.heldout.v1@main 5"]],
    ]);
    expect(named(found.only_candidate)).toEqual(["general.chat.v1@tuned 3"]);
    expect(unmatched(found)?.message).toBe("only the candidate has general.chat.v1");
    expect(unmatched(await both("base", "main"))).toBeUndefined();
    expect(unmatched(await both("tuned", "base"))?.message).toBe("only the baseline has tickets.heldout.v2, general.chat.v1");
  });

  test("takes another version of an eval only where there is no exact one, the newest, and names both", async () => {
    const found = await both(
      "kept",
      "tuned",
      [{ model: "tuned", eval: "tickets.heldout.v10" }],
      [
        { model: "old", eval: "tickets.heldout.v2" },
        { model: "old", eval: "tickets.heldout.v9" },
        { model: "old", eval: "tickets.dev.v9" },
      ],
    );
    expect(found.matches).toMatchObject([
      { eval: "tickets.heldout.v10", baseline: { eval: "tickets.heldout.v9" }, versions: ["v9", "v10"] },
    ]);
    const exact = await both(
      "kept",
      "tuned",
      [{ model: "tuned" }],
      [{ model: "old" }, { model: "old", eval: "tickets.heldout.v2" }],
    );
    expect(exact.matches).toMatchObject([{ baseline: { eval: "tickets.heldout.v1" } }]);
    expect(exact.matches[0]).not.toHaveProperty("versions");
  });

  test("does not compare a run with itself beside others, and does when it is alone", async () => {
    const found = await both("base", "tickets.heldout.v1@*");
    expect(named(found.matches[0]?.candidates ?? [])).toEqual(["tickets.heldout.v1@tuned 2", "tickets.heldout.v1@main 5"]);
    expect(named((await both("base", "base")).matches[0]?.candidates ?? [])).toEqual(["tickets.heldout.v1@base 0"]);
  });

  test("refuses two baselines of one eval, and sides without a common one", async () => {
    await expect(both("base,main", "tuned")).rejects.toThrow(expect.objectContaining({ code: "cli.usage" }));
    await expect(both("base", "general@tuned")).rejects.toThrow(
      expect.objectContaining({
        code: "run.not-found",
        more: expect.objectContaining({ hint: "the baseline has tickets.heldout.v1; the candidate has general.chat.v1" }),
      }),
    );
  });
});

test("a model that is called like a file which is no run is found all the same", async () => {
  const folder = await folderOf([{ model: "tuned.gguf" }]);
  const before = process.cwd();
  process.chdir(temporaryFolder());
  try {
    writeFileSync("tuned.gguf", "GGUF");
    expect((await findSides("tuned.gguf", folder)).map(({ model }) => model)).toEqual(["tuned.gguf"]);
    await expect(findSides("tuned.gguf", { ...folder, out: "nowhere" })).rejects.toMatchObject({ code: "run.corrupt" });
  } finally {
    process.chdir(before);
  }
});
