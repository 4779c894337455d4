import { describe, expect, test } from "vitest";
import { catalogue } from "../../test/fixtures/registry/catalogue.ts";
import { match, registryOf, thrownBy } from "../../test/fixtures/registry/registry-of.ts";
import { folderWith } from "../../test/fixtures/registry/write-files.ts";
import type { Place } from "../core/errors.ts";
import { loadRegistry } from "./load-registry.ts";

describe("what is wrong with one entry stops only that entry", () => {
  const good = `good.dev.v1: ${match}\n`;
  const cases: { title: string; yaml: string; name: string; code: string; message: RegExp; where: Partial<Place> }[] = [
    {
      title: "a cycle is named",
      yaml: "a: b\nb:\n  id: c\nc:\n  id: a\n",
      name: "a",
      code: "registry.cycle",
      message: /a → b → c → a/,
      where: { line: 6, column: 7 },
    },
    {
      title: "an id that leads nowhere",
      yaml: "goof:\n  id: good.dev.v2\n",
      name: "goof",
      code: "registry.unknown-name",
      message: /"goof" stands for "good.dev.v2"/,
      where: { line: 3, column: 7 },
    },
    {
      title: "a reserved key",
      yaml: "bad.v1:\n  class: match\n  group: x\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /reserved key "group"/,
      where: { line: 4, column: 3 },
    },
    {
      title: "a concrete name without a dot",
      yaml: "bad: {class: match}\n",
      name: "bad",
      code: "registry.invalid",
      message: /has no dot/,
      where: { line: 2, column: 1 },
    },
    {
      title: "an empty entry",
      yaml: "bad.v1:\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /is empty/,
      where: { line: 2 },
    },
    {
      title: "a list as entry",
      yaml: "bad.v1: [1]\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /no mapping/,
      where: { line: 2 },
    },
    {
      title: "neither class nor id",
      yaml: "bad.v1: {args: {}}\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /neither class nor id/,
      where: { line: 2, column: 1 },
    },
    {
      title: "an unknown scorer",
      yaml: "bad.v1:\n  class: mtach\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /no scorer "mtach"/,
      where: { line: 3, column: 10 },
    },
    {
      title: "an argument that the scorer does not take",
      yaml: "bad.v1:\n  class: match\n  args:\n    samples_jsonl: sums.jsonl\n    trm: true\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /unknown key "trm" in args/,
      where: { line: 6, column: 5 },
    },
    {
      title: "an argument of the wrong kind",
      yaml: "bad.v1:\n  class: match\n  args:\n    samples_jsonl: sums.jsonl\n    max_tokens: many\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /args\.max_tokens is "many"; a (whole )?number is expected/,
      where: { line: 6, column: 17 },
    },
    {
      title: "data that is not named",
      yaml: "bad.v1:\n  class: match\n  args:\n    trim: true\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /args\.samples_jsonl is missing/,
      where: { line: 4, column: 3 },
    },
    {
      title: "data that is not there",
      yaml: "bad.v1:\n  class: match\n  args: {samples_jsonl: smus.jsonl}\n",
      name: "bad.v1",
      code: "data.missing",
      message: /tried smus\.jsonl and data\/smus\.jsonl/,
      where: { line: 4, column: 25 },
    },
    {
      title: "an unknown sampling parameter",
      yaml: `bad.v1:\n  <<: ${match}\n  sampling: {temprature: 0}\n`,
      name: "bad.v1",
      code: "registry.invalid",
      message: /unknown key "temprature" in sampling/,
      where: { line: 4, column: 14 },
    },
    {
      title: "an alias to an anchor that is not there",
      yaml: "bad.v1:\n  class: match\n  args: *args\n",
      name: "bad.v1",
      code: "registry.invalid",
      message: /cannot be read: .*args/,
      where: { line: 2 },
    },
    {
      title: "one word for two labels",
      yaml: `bad.v1:\n  <<: ${match}\n  labels: {network: [net], auth: net}\n`,
      name: "bad.v1",
      code: "registry.invalid",
      message: /"net" stands for two labels/,
      where: { line: 4 },
    },
    {
      title: "a group that is no path into a sample",
      yaml: `bad.v1:\n  <<: ${match}\n  group_by: template\n`,
      name: "bad.v1",
      code: "registry.invalid",
      message: /group_by .*metadata\.template/,
      where: { line: 4, column: 13 },
    },
  ];

  test.each(cases)("$title", async ({ yaml, name, code, message, where }) => {
    const { folder, registry } = registryOf({ "evals/a.yaml": good + yaml });
    using _ = folder;
    const error = await thrownBy(registry.eval(name));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.more.where).toMatchObject({ file: "evals/a.yaml", ...where });
    expect((await registry.eval("good.dev.v1")).spec.name).toBe("good.dev.v1");
  });

  test("a mistyped key names the nearest valid one", async () => {
    const { folder, registry } = registryOf({
      "evals/a.yaml":
        "a.v1: {class: match, args: {sample_jsonl: sums.jsonl, samples_jsonl: sums.jsonl}}\nb.v1: {class: match, args: {samples_jsonl: smus.jsonl}}\n",
    });
    using _ = folder;
    expect((await thrownBy(registry.eval("a.v1"))).more.nearest).toEqual(["samples_jsonl"]);
    expect((await thrownBy(registry.eval("b.v1"))).more.nearest).toEqual(["sums.jsonl"]);
  });

  test("the same name twice in a root is an error of that name, with both places", async () => {
    const { folder, registry } = registryOf({ "evals/a.yaml": good, "evals/b.yaml": `${good}fine.v1: ${match}\n` });
    using _ = folder;
    const error = await thrownBy(registry.eval("good.dev.v1"));
    expect(error).toMatchObject({
      code: "registry.invalid",
      message: 'eval "good.dev.v1" is defined twice, first in evals/a.yaml:1',
    });
    expect(error.more.where).toEqual({ file: "evals/b.yaml", line: 1, column: 1 });
    expect((await registry.eval("fine.v1")).spec.name).toBe("fine.v1");
  });

  test("a file that is no YAML poisons only itself, and is named when a name is not found", async () => {
    const { folder, registry } = registryOf({ "evals/a.yaml": good, "evals/b.yaml": "x.v1:\n  class: match\n  args: {a: [1}\n" });
    using _ = folder;
    expect((await registry.eval("good.dev.v1")).spec.name).toBe("good.dev.v1");
    const error = await thrownBy(registry.eval("x.v1"));
    expect(error.message).toMatch(/no eval named "x\.v1" was found, and evals\/b\.yaml is not valid YAML/);
    expect(error.more.where).toMatchObject({ file: "evals/b.yaml", line: 3 });
    expect(registry.warnings).toMatchObject([{ where: { file: "evals/b.yaml" } }]);
    expect(await registry.check()).toMatchObject([
      { name: "good.dev.v1", status: "runs" },
      { name: "evals/b.yaml", status: "broken" },
    ]);
  });

  test("a file that is not UTF-8 is named too", async () => {
    using folder = folderWith({ "evals/a.yaml": Buffer.from("caf\xe9.v1: {class: match}\n", "latin1") });
    const registry = loadRegistry({ roots: [folder.path], catalogue, cwd: folder.path });
    expect((await thrownBy(registry.eval("x.v1"))).message).toMatch(/evals\/a\.yaml cannot be read: it is not UTF-8/);
  });

  test("empty files, lists and bare texts are no registry files, and no error", async () => {
    const { folder, registry } = registryOf({
      "evals/a.yaml": good,
      "evals/empty.yaml": "",
      "evals/comment.yaml": "# nothing\n",
      "evals/list.yaml": "- a\n",
      "evals/text.yaml": "words",
      "evals/notes.txt": "x: [",
    });
    using _ = folder;
    expect(await registry.matchEvals("*")).toEqual(["good.dev.v1"]);
    expect(registry.warnings).toEqual([]);
  });
});
