import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalogue as base } from "../../test/fixtures/registry/catalogue.ts";
import { folderWith } from "../../test/fixtures/registry/write-files.ts";
import { type Catalogue, scorerKind } from "../core/catalogue.ts";
import { loadRegistry } from "./index.ts";

/** A framework whose scorers are named by an argument. */
const catalogue: Catalogue = {
  ...base,
  scorers: {
    ...base.scorers,
    theirs: async () =>
      scorerKind({
        args: z.strictObject({ type: z.string(), value: z.string().optional() }),
        sampling: () => ({}),
        create: ({ type }, { name }) => ({ name, hash: type, needs: {}, score: () => [{ name: "accuracy", value: 1 }] }),
      }),
  },
  prefixes: { theirs: "type" },
};

function registryOf(yaml: string) {
  const folder = folderWith({ "evals/a.yaml": yaml, "data/a.jsonl": '{"input":"?","ideal":"1"}\n' });
  return { folder, registry: loadRegistry({ roots: [folder.path], catalogue, cwd: folder.path }) };
}

describe("a scorer whose class says one of its arguments", () => {
  test("is that scorer with the argument, and called by both", async () => {
    const { folder, registry } = registryOf(`a.dev.v1:
  class: theirs:equals
  args: { samples_jsonl: a.jsonl }
  scorers:
    - { class: "theirs:similar:dot", args: { value: x } }
    - { class: "theirs:similar:dot" }
    - { class: theirs, args: { type: other } }
`);
    using _ = folder;
    const { spec } = await registry.eval("a.dev.v1");
    expect(spec).toMatchObject({ class: "theirs:equals", scorer: "theirs", compat: false, args: { type: "equals" } });
    expect(spec.scorers?.map(({ name, scorer, args }) => [name, scorer, args])).toEqual([
      ["theirs:similar:dot", "theirs", { type: "similar:dot", value: "x" }],
      ["theirs:similar:dot:2", "theirs", { type: "similar:dot" }],
      ["theirs", "theirs", { type: "other" }],
    ]);
  });

  test("can be named on the command line too", async () => {
    const { folder, registry } = registryOf("a.dev.v1: { class: match, args: { samples_jsonl: a.jsonl } }\n");
    using _ = folder;
    const found = await registry.scorer({ class: "theirs:equals", args: { value: "x" } }, "--scorer");
    expect(found).toMatchObject({ scorer: "theirs", compat: false, args: { type: "equals", value: "x" } });
  });

  test.each(["match:equals", "theirs:"])("%s is none: it is a class of openai/evals that cannot run here", async (name) => {
    const { folder, registry } = registryOf(`a.dev.v1: { class: "${name}", args: { samples_jsonl: a.jsonl } }\n`);
    using _ = folder;
    await expect(registry.eval("a.dev.v1")).rejects.toMatchObject({ code: "registry.not-portable" });
  });
});
