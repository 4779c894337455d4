import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../test/fixtures/registry/catalogue.ts";
import { match, registryOf, row, thrownBy } from "../../test/fixtures/registry/registry-of.ts";
import { folderWith } from "../../test/fixtures/registry/write-files.ts";
import { loadRegistry } from "./load-registry.ts";

describe("names", () => {
  test("an alias leads over any number of ids, a bare text too, to the concrete eval", async () => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": `sums: sums.dev\nsums.dev:\n  id: sums.dev.v1\nsums.dev.v1: ${match}\n`,
    });
    using _ = folder;
    const { spec, place } = await registry.eval("sums");
    expect(spec).toMatchObject({ name: "sums.dev.v1", base: "sums", split: "dev", scorer: "match", compat: false });
    expect(place).toEqual({ file: "evals/a.yaml", line: 4, column: 1 });
    expect(await registry.listEvals()).toMatchObject([{ name: "sums.dev.v1", aliases: ["sums", "sums.dev"], class: "match" }]);
  });

  test("base, split and version need not be three parts", async () => {
    const { folder, registry } = registryOf({ "evals/a.yaml": `sums.v1: ${match}\nsums.dev.easy.v1.2: ${match}\n` });
    using _ = folder;
    expect((await registry.eval("sums.v1")).spec).toMatchObject({ base: "sums", split: "v1" });
    expect((await registry.eval("sums.dev.easy.v1.2")).spec).toMatchObject({ base: "sums", split: "dev" });
  });

  test("names that YAML would turn into numbers or booleans stay as they are written", async () => {
    const { folder, registry } = registryOf({ "evals/a.yaml": `1.10: ${match}\nno: {id: "1.10"}\n` });
    using _ = folder;
    expect((await registry.eval("1.10")).spec.name).toBe("1.10");
    expect(await registry.matchEvals("*")).toEqual(["1.10"]);
  });

  test("a glob takes a star for any text and a dot for a dot, in the order of the files, each eval once", async () => {
    const { folder, registry } = registryOf({
      "evals/b.yaml": `sums.hard.v1: ${match}\n`,
      "evals/a.yml": `sums: sums.dev.v1\nsums.dev.v1: ${match}\nsumsXdev.v1: ${match}\n`,
    });
    using _ = folder;
    expect(await registry.matchEvals("sums*")).toEqual(["sums.dev.v1", "sumsXdev.v1", "sums.hard.v1"]);
    expect(await registry.matchEvals("sums.*v1")).toEqual(["sums.dev.v1", "sums.hard.v1"]);
    expect((await thrownBy(registry.matchEvals("prod*"))).code).toBe("registry.unknown-name");
  });

  test("an eval set keeps its own order and warns of what is not there", async () => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": `a.v1: ${match}\nb.v1: ${match}\nc.v1: ${match}\n`,
      "eval_sets/s.yaml": "abc:\n  evals:\n    - c.v1\n    - a.v2\n    - '*.v1'\n",
    });
    using _ = folder;
    expect(await registry.matchEvals("abc")).toEqual(["c.v1", "a.v1", "b.v1"]);
    expect(registry.warnings).toEqual([
      {
        message: 'eval set "abc" names "a.v2", which is not there; did you mean "a.v1"?',
        where: { file: "eval_sets/s.yaml", line: 4, column: 7 },
      },
    ]);
  });

  test("an unknown name comes with what was searched and what is near", async () => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": `tickets: tickets.dev.v1\ntickets.dev.v1: ${match}\nsums.dev.v1: ${match}\n`,
    });
    using _ = folder;
    const error = await thrownBy(registry.matchEvals("tickts"));
    expect(error).toMatchObject({ code: "registry.unknown-name", message: 'no eval named "tickts" (evals: 2 evals in 1 file)' });
    expect(error.more.nearest).toContain("tickets");
    expect(await thrownBy(registry.eval("tickts"))).toMatchObject({ message: error.message });
  });

  test("where an unknown name was looked for, other names of an eval are none of its own, and the package is called so", async () => {
    using packaged = folderWith({ "evals/a.yaml": `only: { id: only.v1 }\nonly.v1: ${match}\n` });
    using own = folderWith({ "evals/a.yaml": `sums.dev.v1: ${match}\n` });
    const registry = loadRegistry({ roots: [own.path], packaged: packaged.path, catalogue, cwd: own.path });
    const { message } = await thrownBy(registry.matchEvals("nothing"));
    expect(message).toBe('no eval named "nothing" (with the package: 1 eval in 1 file, evals: 1 eval in 1 file)');
  });
});

describe("roots", () => {
  const evalWith = (description: string) => `sums.dev.v1:\n  <<: ${match}\n  description: ${description}\n`;

  test("a user's root overrides the packaged one, a later root an earlier one, and data comes from where the eval stands", async () => {
    using packaged = folderWith({ "evals/a.yaml": `${evalWith("packaged")}only.v1: ${match}\n`, "data/sums.jsonl": row });
    using first = folderWith({ "evals/a.yaml": evalWith("first"), "data/sums.jsonl": row });
    using second = folderWith({ "evals/b.yaml": evalWith("second"), "data/sums.jsonl": row });
    const registry = loadRegistry({ roots: [first.path, second.path], packaged: packaged.path, catalogue, cwd: first.path });
    const resolved = await registry.eval("sums.dev.v1");
    expect(resolved.spec.description).toBe("second");
    expect(resolved.dataPaths).toEqual([join(second.path, "data/sums.jsonl")]);
    expect((await registry.eval("only.v1")).root).toBe(packaged.path);
    expect(registry.warnings.map(({ message }) => message)).toEqual([
      `eval "sums.dev.v1" overrides the one in ${packaged.path}/evals/a.yaml`,
      'eval "sums.dev.v1" overrides the one in evals/a.yaml',
    ]);
  });

  test("a name that an earlier root has twice is fine once a later root has it once", async () => {
    using first = folderWith({ "evals/a.yaml": evalWith("one"), "evals/b.yaml": evalWith("two"), "data/sums.jsonl": row });
    using second = folderWith({ "evals/b.yaml": evalWith("second"), "data/sums.jsonl": row });
    const registry = loadRegistry({ roots: [first.path, second.path], catalogue });
    expect((await registry.eval("sums.dev.v1")).spec.description).toBe("second");
  });

  test("the packaged registry named as a root is read once", async () => {
    using root = folderWith({ "evals/a.yaml": evalWith("once"), "data/sums.jsonl": row });
    const registry = loadRegistry({ roots: [root.path], packaged: join(root.path, "."), catalogue });
    await registry.eval("sums.dev.v1");
    expect(registry.warnings).toEqual([]);
  });

  test("a resource may be one file instead of a folder", async () => {
    using root = folderWith({ evals: evalWith("one file"), "data/sums.jsonl": row });
    const registry = loadRegistry({ roots: [root.path], catalogue });
    expect((await registry.eval("sums.dev.v1")).spec.description).toBe("one file");
  });

  test("a root that is not there is refused at once", () => {
    expect(() => loadRegistry({ roots: ["no/such/registry"], catalogue })).toThrow(
      /there is no registry folder no\/such\/registry/,
    );
  });

  test("a file in the working directory goes before the registry's data", async () => {
    const { folder, registry } = registryOf({ "evals/a.yaml": `sums.dev.v1: ${match}\n`, "sums.jsonl": row });
    using _ = folder;
    expect((await registry.eval("sums.dev.v1")).dataPaths).toEqual([join(folder.path, "sums.jsonl")]);
  });
});

describe("an eval", () => {
  test("carries what finegauge adds to the format", async () => {
    const { folder, registry } = registryOf({
      "data/train.jsonl": row,
      "evals/a.yaml": `
tickets:
  id: tickets.heldout.v1
  description: Name the cause of an error in one word
tickets.heldout.v1:
  class: match
  args: { samples_jsonl: sums.jsonl, max_tokens: 4 }
  labels: { network: [net, connection], auth: login, 42: null }
  sampling: { max_tokens: 8, stop: ["\\n"] }
  group_by: metadata.template
  slices: [metadata.label, ideal]
  train: train.jsonl
  metrics: { error_rate: 1 - accuracy, chance: 0.125 }
  higher_is_better: on
  gate:
    margin: { accuracy: 0.02 }
    rules: [delta.accuracy >= -margin, accuracy >= 0.9, errors <= 0.01, regressions("must-pass") == 0]
    inconclusive: fail
`,
    });
    using _ = folder;
    const resolved = await registry.eval("tickets");
    expect(resolved.spec).toEqual({
      name: "tickets.heldout.v1",
      base: "tickets",
      split: "heldout",
      description: "Name the cause of an error in one word",
      higher_is_better: true,
      class: "match",
      scorer: "match",
      compat: false,
      args: { max_tokens: 4 },
      labels: { network: ["net", "connection"], auth: ["login"], 42: [] },
      sampling: { temperature: 0, max_tokens: 8, stop: ["\n"] },
      group_by: "metadata.template",
      slices: ["metadata.label", "ideal"],
      train: "train.jsonl",
      metrics: { error_rate: "1 - accuracy", chance: "0.125" },
      gate: {
        margin: { accuracy: 0.02 },
        rules: ["delta.accuracy >= -margin", "accuracy >= 0.9", "errors <= 0.01", 'regressions("must-pass") == 0'],
        inconclusive: "fail",
      },
    });
    expect(resolved.trainPaths).toEqual([join(folder.path, "data/train.jsonl")]);
    expect(resolved.warnings).toEqual([]);
  });

  test("warns of unknown keys, idle keys of an alias and repeated keys, and goes on; a run without its training data would not", async () => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": `sums:\n  id: sums.dev.v1\n  labels: [a]\nsums.dev.v1:\n  class: match\n  lables: [a]\n  train: gone.jsonl\n  args: {samples_jsonl: sums.jsonl, trim: false, trim: true}\n`,
    });
    using _ = folder;
    const { warnings, trainPaths, trainFault, spec } = await registry.eval("sums");
    expect(warnings.map(({ message, where }) => `${where?.line}: ${message}`)).toEqual([
      '3: "sums": labels has no effect beside id; put it into the entry that the name stands for',
      '8: "sums.dev.v1" has the key "trim" twice; the last one counts',
      '6: "sums.dev.v1": unknown key "lables" has no effect; did you mean "labels"?',
    ]);
    expect(trainPaths).toEqual([]);
    expect(trainFault).toMatchObject({
      code: "data.missing",
      message: 'the training data of "sums.dev.v1": no data file "gone.jsonl": tried gone.jsonl and data/gone.jsonl',
      more: { where: { line: 7, column: 10 } },
    });
    const checked = (await registry.check()).find(({ name }) => name === "sums.dev.v1");
    expect(checked).toMatchObject({
      status: "data-missing",
      reason: expect.stringMatching(/the training data of .*a\.yaml:7:10\)/),
    });
    expect(spec.args).toEqual({ trim: true });
    expect(registry.warnings).toEqual(warnings);
  });

  test.each([
    ["no", false],
    ["Off", false],
    ["YES", true],
    ["true", true],
  ])("takes an unquoted %s for a boolean where the scorer wants one", async (text, value) => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": `a.v1: {class: includes, args: {samples_jsonl: sums.jsonl, ignore_case: ${text}, words: ${text}}}\n`,
    });
    using _ = folder;
    expect((await registry.eval("a.v1")).spec.args).toEqual({ ignore_case: value, words: value });
  });

  test.each(['"no"', "maybe", "nO"])("refuses %s where the scorer wants a boolean", async (text) => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": `a.v1: {class: includes, args: {samples_jsonl: sums.jsonl, ignore_case: ${text}}}\n`,
    });
    using _ = folder;
    expect((await thrownBy(registry.eval("a.v1"))).message).toMatch(/args\.ignore_case is "\w+"; true or false is expected/);
  });

  test("labels named yes and no stay words", async () => {
    const { folder, registry } = registryOf({ "evals/a.yaml": `a.v1:\n  <<: ${match}\n  labels: [yes, no, 1]\n` });
    using _ = folder;
    expect((await registry.eval("a.v1")).spec.labels).toEqual({ yes: [], no: [], 1: [] });
  });

  test("few-shot rows need a chat as input, and say so for each sample", async () => {
    const { folder, registry } = registryOf({
      "data/shots.jsonl": '{"sample": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]}\n',
      "evals/a.yaml": "a.v1: {class: match, args: {samples_jsonl: sums.jsonl, few_shot_jsonl: shots.jsonl, num_few_shot: 4}}\n",
    });
    using _ = folder;
    const { wrap, spec, checkSample, warnings } = await registry.eval("a.v1");
    expect(spec.few_shot?.rows).toBe(1);
    expect(warnings).toMatchObject([{ message: '"a.v1": 4 few-shot rows are asked for, shots.jsonl has 1' }]);
    expect(() => wrap?.("2+2?")).toThrow(/few-shot/);
    const sample = { id: "x", index: 0, ideal: [], fields: {}, metadata: {}, hashes: { item: "", ideal: "" } };
    expect(checkSample({ ...sample, input: "2+2?" })).toMatch(/few-shot/);
    expect(checkSample({ ...sample, input: [{ role: "user", content: "2+2?" }] })).toBeUndefined();
  });
});

test("a registry written in upstream's form gives every name its own eval", async () => {
  const part = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  const names = fc.uniqueArray(fc.tuple(part, part, part), { selector: ([base]) => base, minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(names, fc.integer({ min: 1, max: 3 }), async (triples, files) => {
      const written: { [path: string]: string } = { "data/sums.jsonl": row };
      triples.forEach(([base, split, version], i) => {
        const file = `evals/${i % files}.yaml`;
        const name = `${base}.${split}.${version}`;
        written[file] =
          `${written[file] ?? ""}${base}:\n  id: ${name}\n  metrics: [accuracy]\n${name}:\n  class: evals.elsuite.basic.match:Match\n  args:\n    samples_jsonl: sums.jsonl\n`;
      });
      using folder = folderWith(written);
      const registry = loadRegistry({ roots: [folder.path], catalogue });
      for (const [base, split, version] of triples) {
        expect((await registry.eval(base)).spec).toMatchObject({
          name: `${base}.${split}.${version}`,
          base,
          split,
          compat: true,
        });
      }
      expect([...(await registry.matchEvals("*"))].sort()).toEqual(triples.map((triple) => triple.join(".")).sort());
    }),
    { numRuns: 40 },
  );
});
