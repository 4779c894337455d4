import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalogue as fixture } from "../../test/fixtures/registry/catalogue.ts";
import { row, thrownBy } from "../../test/fixtures/registry/registry-of.ts";
import { folderWith } from "../../test/fixtures/registry/write-files.ts";
import { scorerKind } from "../core/catalogue.ts";
import { loadRegistry } from "./load-registry.ts";

const promptSchema = z.object({
  prompt: z.string(),
  choice_strings: z.array(z.string()),
  judge: z.string().optional(),
});

const catalogue = {
  ...fixture,
  scorers: {
    ...fixture.scorers,
    rubric: async () =>
      scorerKind({
        args: z.strictObject({
          modelgraded_spec: promptSchema.extend({ key: z.string().optional() }),
          eval_type: z.string().optional(),
        }),
        gradingPrompt: promptSchema,
        sampling: () => ({}),
        judges: ({ modelgraded_spec: { judge } }) => (judge === undefined ? [] : [judge]),
        checkSample: ({ fields }, { modelgraded_spec }) =>
          modelgraded_spec.prompt.includes("{criteria}") && fields.criteria === undefined ? "it has no `criteria`" : undefined,
        create: (_, { name }) => ({ name, hash: name, needs: { judge: true }, late: true, score: async () => [] }),
      }),
  },
};

function registryOf(prompts: string, evals: string) {
  const folder = folderWith({ "data/sums.jsonl": row, "modelgraded/prompts.yaml": prompts, "evals/a.yaml": evals });
  return { folder, registry: loadRegistry({ roots: [folder.path], catalogue, cwd: folder.path }) };
}

const good = 'good: { prompt: "{completion}?", choice_strings: [Yes, No] }\n';
const evalOf = (more = "", name = "good") =>
  `a.dev.v1: { class: rubric, args: { samples_jsonl: sums.jsonl, modelgraded_spec: ${name} }${more} }\n`;

describe("grading prompts", () => {
  test("stand in the eval in place of their name, unquoted Yes and No as texts", async () => {
    const { registry } = registryOf(`${good}alias: { id: good }\n`, evalOf("", "alias"));
    const { spec } = await registry.eval("a.dev.v1");
    expect(spec.args).toEqual({ modelgraded_spec: { key: "good", prompt: "{completion}?", choice_strings: ["Yes", "No"] } });
    expect(spec.judge).toBeUndefined();
  });

  test.each([
    ["a list that is none", 'good:\n  prompt: "?"\n  choice_strings: {a: 1}\n', "3:19", /choice_strings is a mapping/],
    ["no prompt", "good:\n  choice_strings: [a]\n", "1:1", /prompt is missing/],
    [
      "a choice that is a number",
      'good:\n  prompt: "?"\n  choice_strings:\n    - a\n    - 1\n',
      "5:7",
      /choice_strings\[1\] is 1/,
    ],
  ])("%s is told where it stands in the prompt's own file", async (_, prompts, place, message) => {
    const { registry } = registryOf(prompts, evalOf());
    const { code, message: said, more } = await thrownBy(registry.eval("a.dev.v1"));
    expect([code, `${more.where?.line}:${more.where?.column}`]).toEqual(["registry.invalid", place]);
    expect(more.where?.file).toBe("modelgraded/prompts.yaml");
    expect(said).toMatch(message);
  });

  test("that nobody knows are told where the eval names them, with the nearest name", async () => {
    const { registry } = registryOf(good, evalOf("", "god"));
    const { code, more } = await thrownBy(registry.eval("a.dev.v1"));
    expect([code, more.where?.file, more.nearest]).toEqual(["registry.unknown-name", "evals/a.yaml", ["good"]]);
  });

  test("of a user go before the packaged one without a word, and before each other with a warning", async () => {
    const packaged = folderWith({ "modelgraded/a.yaml": good });
    const [first, second] = [1, 2].map((n) =>
      folderWith({
        "data/sums.jsonl": row,
        "evals/a.yaml": n === 1 ? evalOf() : "{}",
        "modelgraded/a.yaml": good.replace("?", `${n}`),
      }),
    );
    const promptOf = async (roots: string[]) => {
      const registry = loadRegistry({ roots, packaged: packaged.path, catalogue, cwd: packaged.path });
      const { prompt } = (await registry.eval("a.dev.v1")).spec.args.modelgraded_spec as { prompt: string };
      return [prompt, registry.warnings.length];
    };
    const [one, two] = [first?.path ?? "", second?.path ?? ""];
    expect(await promptOf([one])).toEqual(["{completion}1", 0]);
    expect(await promptOf([one, two])).toEqual(["{completion}2", 1]);
  });

  test("may have keys that have no effect, with a warning", async () => {
    const { registry } = registryOf(good.replace("{ prompt", "{ format_type: in_message, prompt"), evalOf());
    const { warnings, spec } = await registry.eval("a.dev.v1");
    expect(warnings.map(({ message }) => message)).toEqual(['"good": unknown key "format_type" has no effect']);
    expect(spec.args.modelgraded_spec).not.toHaveProperty("format_type");
  });

  test("may stand in the eval itself, and then their faults are told there", async () => {
    const inline = '{ prompt: "?", choice_strings: 7 }';
    const { registry } = registryOf("", evalOf("", inline));
    const { more, message } = await thrownBy(registry.eval("a.dev.v1"));
    expect([more.where?.file, message]).toEqual([
      "evals/a.yaml",
      expect.stringContaining("args.modelgraded_spec.choice_strings is 7"),
    ]);
  });

  test("are held against every sample", async () => {
    const { registry } = registryOf(good.replace("{completion}", "{criteria}"), evalOf());
    const [check] = await registry.check({ full: true });
    expect(check).toMatchObject({ status: "broken", reason: expect.stringContaining("no `criteria`") });
  });
});

describe("the judge", () => {
  test.each([
    ["of the eval", evalOf(", judge: strict"), good, ["strict"]],
    ["of the eval, several", evalOf(", judge: [a, b]"), good, ["a", "b"]],
    ["of the grading prompt", evalOf(), good.replace("]", "], judge: own"), ["own"]],
    ["of the eval before that of the prompt", evalOf(", judge: strict"), good.replace("]", "], judge: own"), ["strict"]],
  ])("%s is named, and the eval runs as it stands", async (_, evals, prompts, judge) => {
    const { registry } = registryOf(prompts, evals);
    expect((await registry.eval("a.dev.v1")).spec.judge).toEqual(judge);
    expect((await registry.check())[0]?.status).toBe("runs");
  });

  test("that nobody names is what the eval lacks", async () => {
    const { registry } = registryOf(good, evalOf());
    expect((await registry.check())[0]).toMatchObject({ status: "needs-judge", reason: expect.stringContaining("--judge") });
  });
});

test("an eval that shows its judge the replies of several models is not portable", async () => {
  const evals =
    "a.dev.v1:\n  class: evals.elsuite.modelgraded.classify:ModelBasedClassify\n  args: { samples_jsonl: sums.jsonl, modelgraded_spec: good, multicomp_n: from_models }\n";
  const { registry } = registryOf(good, evals);
  const { code, more } = await thrownBy(registry.eval("a.dev.v1"));
  expect([code, more.where?.line]).toEqual(["registry.not-portable", 3]);
});
