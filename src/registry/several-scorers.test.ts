import { describe, expect, test } from "vitest";
import { registryOf, thrownBy } from "../../test/fixtures/registry/registry-of.ts";
import type { Bag } from "../core/json.ts";

const polite = 'polite: { prompt: "{completion}?", choice_strings: [Yes, No] }\n';

function evalWith(scorers: string) {
  return registryOf({
    "evals/a.yaml": `a.dev.v1:\n  class: match\n  args: { samples_jsonl: a.jsonl }\n  scorers:\n${scorers}`,
    "modelgraded/m.yaml": polite,
    "data/a.jsonl": '{"input": "?", "ideal": "1"}\n',
  });
}

describe("several scorers of one eval", () => {
  test("stand beside the one that decides, each under a name of its own, with its checked arguments", async () => {
    const { folder, registry } = evalWith(
      "    - class: includes\n      args: { ignore_case: true }\n    - class: match\n    - { class: rubric, args: { modelgraded_spec: polite } }\n",
    );
    using _ = folder;
    const { spec, kinds, kind } = await registry.eval("a.dev.v1");
    expect(spec.scorer).toBe("match");
    expect(spec.scorers).toEqual([
      { name: "includes", class: "includes", scorer: "includes", compat: false, args: { ignore_case: true } },
      { name: "match:2", class: "match", scorer: "match", compat: false, args: {} },
      {
        name: "rubric",
        class: "rubric",
        scorer: "rubric",
        compat: false,
        args: { modelgraded_spec: { key: "polite", prompt: "{completion}?", choice_strings: ["Yes", "No"] } },
      },
    ]);
    expect(kinds).toHaveLength(4);
    expect(kinds[0]).toBe(kind);
  });

  test("a dotted class keeps upstream's ways for that scorer alone", async () => {
    const { folder, registry } = evalWith('    - { class: "evals.elsuite.basic.includes:Includes", args: { odd: 1 } }\n');
    using _ = folder;
    const { spec, warnings } = await registry.eval("a.dev.v1");
    expect(spec).toMatchObject({ compat: false, scorers: [{ name: "includes", compat: true, args: {} }] });
    expect(warnings).toMatchObject([{ where: { file: "evals/a.yaml", line: 5 } }]);
  });

  test("an eval that a second scorer makes judged needs a judge", async () => {
    const { folder, registry } = evalWith("    - { class: rubric, args: { modelgraded_spec: polite } }\n");
    using _ = folder;
    expect(await registry.check()).toMatchObject([{ status: "needs-judge" }]);
  });

  test.each([
    { scorers: "    - class: matsh\n", line: 5, column: 14, message: 'there is no scorer "matsh"' },
    {
      scorers: "    - class: match\n    - class: includes\n      args: { ignore_cas: 1 }\n",
      line: 7,
      column: 15,
      message: 'unknown key "ignore_cas" in scorers[1].args',
    },
    {
      scorers: "    - { class: includes, args: { ignore_case: 3 } }\n",
      line: 5,
      column: 47,
      message: "scorers[0].args.ignore_case is 3",
    },
    {
      scorers: "    - { class: includes, args: { samples_jsonl: a.jsonl } }\n",
      line: 5,
      column: 34,
      message: 'unknown key "samples_jsonl"',
    },
    { scorers: "    - { class: rubric, args: { modelgraded_spec: polit } }\n", line: 5, column: 50, message: '"polit"' },
    { scorers: "    - { args: {} }\n", line: 5, column: 7, message: "scorers[0].class is missing" },
    { scorers: "    []\n", line: 5, column: 5, message: "scorers" },
    { scorers: "    - { class: includes, weight: 2 }\n", line: 5, column: 26, message: 'unknown key "weight" in scorers[0]' },
  ])("$message is told where it stands", async ({ scorers, line, column, message }) => {
    const { folder, registry } = evalWith(scorers);
    using _ = folder;
    const error = await thrownBy(registry.eval("a.dev.v1"));
    expect(error.message).toContain(message);
    expect(error.more.where).toEqual({ file: "evals/a.yaml", line, column });
  });
});

describe("a scorer that the command line names", () => {
  test("is found and checked as one of an eval is, grading prompts by name", async () => {
    const { folder, registry } = evalWith("    - class: includes\n");
    using _ = folder;
    const found = await registry.scorer({ class: "rubric", args: { modelgraded_spec: "polite" } }, "--scorer");
    expect(found).toMatchObject({ scorer: "rubric", compat: false, args: { modelgraded_spec: { key: "polite" } } });
  });

  test.each<{ class: string; args: Bag; message: string }>([
    { class: "includs", args: {}, message: 'there is no scorer "includs"' },
    { class: "includes", args: { ignore: true }, message: 'unknown key "ignore"' },
    { class: "includes", args: { samples_jsonl: "a.jsonl" }, message: 'unknown key "samples_jsonl"' },
  ])("$message is told of the option", async ({ message, ...named }) => {
    const { folder, registry } = evalWith("    - class: includes\n");
    using _ = folder;
    const error = await thrownBy(registry.scorer(named, "--scorer"));
    expect(error).toMatchObject({ code: "registry.invalid", more: { where: { file: "--scorer" } } });
    expect(error.message).toContain(message);
  });
});
