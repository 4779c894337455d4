import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../test/fixtures/registry/catalogue.ts";
import { loadRegistry } from "./load-registry.ts";
import { openSamples } from "./open-samples.ts";

const root = fileURLToPath(new URL("../../test/fixtures/registry/upstream", import.meta.url));
const open = (env: { [name: string]: string } = {}) => loadRegistry({ roots: [root], catalogue, env, cwd: root });

/** A registry as people have it who ran oaieval: nothing in it was written for finegauge. */
describe("openai/evals' own YAML", () => {
  test("tells of every eval whether it runs, and why not", async () => {
    const checks = await open().check();
    expect(checks.map(({ name, aliases, status }) => [name, aliases.join(" "), status])).toEqual([
      ["capitals-fewshot.test.v1", "capitals-fewshot", "runs"],
      ["capitals-includes.s1.simple-v0", "capitals-includes", "runs"],
      ["capitals.dev.v0", "capitals capitals.dev", "runs"],
      ["defaults.dev.v0", "", "runs"],
      ["haggle.default.v1", "haggle", "not-portable"],
      ["huge.dev.v0", "", "data-missing"],
      ["lost.dev.v0", "", "data-missing"],
      ["mountains.v2", "", "runs"],
      ["nowhere", "", "broken"],
      ["polite.val.v0", "polite", "needs-judge"],
      ["quiz.val.ab-v1", "", "not-portable"],
      ["rivers.dev.v0", "", "runs"],
      ["evals/broken.yaml", "", "broken"],
    ]);
    const reasons = Object.fromEntries(checks.map(({ name, reason }) => [name, reason]));
    expect(reasons).toMatchObject({
      "haggle.default.v1": "it runs a Python class of its own, market.stalls.haggle:HaggleEval",
      "huge.dev.v0": "data/large/samples.jsonl is a Git-LFS pointer, not the data itself; run `git lfs pull` in that repository",
      "lost.dev.v0":
        'no data file "capitals/dve.jsonl": tried capitals/dve.jsonl and data/capitals/dve.jsonl (evals/others.yaml:33:25); did you mean "capitals/dev.jsonl"?',
      nowhere:
        'eval "nowhere" stands for "capitals.dev.v9", which is not defined (evals/others.yaml:35:7); did you mean "capitals"?',
      "polite.val.v0": "its replies are graded by a model, and it names none: --judge NAME",
      "quiz.val.ab-v1": "its data is a remote dataset, hf://pub_quiz?split=validation",
    });
    expect(reasons["evals/broken.yaml"]).toMatch(/^evals\/broken\.yaml is not valid YAML: /);
    expect(reasons["capitals.dev.v0"]).toBeUndefined();
  });

  test("counts the samples when every row is to be checked", async () => {
    const checks = await open().check({ full: true });
    const samples = Object.fromEntries(checks.map((check) => [check.name, check.samples]));
    expect(samples).toMatchObject({
      "capitals.dev.v0": 5,
      "capitals-includes.s1.simple-v0": 5,
      "rivers.dev.v0": 3,
      "polite.val.v0": 1,
    });
  });

  test("an alias chain ends at the concrete eval, and what its base says holds for it", async () => {
    const { spec, warnings } = await open().eval("capitals");
    expect(spec).toMatchObject({
      name: "capitals.dev.v0",
      class: "evals.elsuite.basic.match:Match",
      scorer: "match",
      compat: true,
      description: "Capital cities in one word",
      disclaimer: "Made up for tests",
      higher_is_better: true,
      args: {},
    });
    expect(warnings).toEqual([]);
  });

  test("few-shot messages stand just before the last message, always the first rows of the file", async () => {
    const { wrap, spec } = await open().eval("capitals-fewshot");
    const [system, user] = [
      { role: "system" as const, content: "Answer in one word." },
      { role: "user" as const, content: "Capital of Peru?" },
    ];
    const wrapped = wrap?.([system, user]) as readonly { content: string; name?: string }[];
    expect(wrapped.map(({ content }) => content)).toEqual([
      "Answer in one word.",
      "Capital of Chad?",
      "N'Djamena",
      "Capital of Laos?",
      "Vientiane",
      "Capital of Peru?",
    ]);
    expect(wrapped[1]?.name).toBe("example_user");
    expect(spec.few_shot).toMatchObject({ rows: 2 });
    expect(spec.args).toEqual({ max_tokens: 500 });
  });

  test("an unquoted no is false where a boolean is meant, and choices named Yes and No stay text", async () => {
    const { spec, warnings } = await open().eval("capitals-includes");
    expect(spec.args).toEqual({ ignore_case: false });
    expect(warnings.map(({ message }) => message)).toEqual([
      '"capitals-includes": unknown key "metric" has no effect; did you mean "metrics"?',
    ]);
    const polite = await open().eval("polite");
    expect(polite.spec.args.modelgraded_spec).toMatchObject({
      key: "politeness",
      choice_strings: ["Yes", "No", "Unsure"],
      choice_scores: { Yes: 1, No: 0, Unsure: 0.5 },
    });
    // Under a dotted class, arguments that our scorer has no use for are only warned about.
    expect(polite.warnings.map(({ message }) => message)).toEqual([
      '"polite.val.v0": unknown key "eval_type" in args has no effect',
    ]);
  });

  test("a merge key brings the keys of the other entry", async () => {
    const { spec } = await open().eval("rivers.dev.v0");
    expect(spec).toMatchObject({ scorer: "fuzzy-match", description: "Rivers, by a merge key" });
  });

  test("compressed data is the same data, and a folder is its files by name", async () => {
    const registry = open();
    const hashes: string[] = [];
    for (const name of ["capitals", "capitals-includes", "mountains.v2"]) {
      const source = await openSamples({ eval: await registry.eval(name), order: "file" });
      hashes.push(source.dataHash);
      source.close();
    }
    expect(new Set(hashes).size).toBe(1);
    const rivers = await openSamples({ eval: await registry.eval("rivers.dev.v0"), order: "file" });
    expect([0, 1, 2].map((i) => rivers.at(i).ideal[0])).toEqual(["Nile", "Seine", "Volga"]);
    rivers.close();
  });

  test("an eval set takes names, aliases and globs", async () => {
    const registry = open();
    expect(await registry.matchEvals("geography")).toEqual([
      "rivers.dev.v0",
      "capitals.dev.v0",
      "capitals-fewshot.test.v1",
      "capitals-includes.s1.simple-v0",
    ]);
    expect(registry.warnings.map(({ message }) => message)).toContainEqual(
      'eval set "geography" names "deserts", which is not there',
    );
  });

  test.each([
    ["haggle", "registry.not-portable", /Python class of its own, market\.stalls\.haggle:HaggleEval/],
    ["quiz.val.ab-v1", "registry.not-portable", /remote dataset, hf:\/\/pub_quiz/],
    ["huge.dev.v0", "data.lfs-pointer", /Git-LFS pointer/],
    ["oceans", "registry.invalid", /no eval named "oceans" was found, and evals\/broken\.yaml is not valid YAML/],
  ])("asked for %s, says why it cannot run", async (name, code, message) => {
    await expect(open().eval(name)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

describe("upstream's completion functions", () => {
  test("the two that ask OpenAI are ours, with the key by name and the options merged last", async () => {
    const registry = open();
    expect(await registry.completionFn("chat/long-name")).toMatchObject({
      name: "chat",
      class: "openai",
      args: { model: "gpt-4.1-mini", base_url: "https://models.example/v1", api_key_env: "MODELS_KEY", endpoint: "chat" },
      sampling: { extra: { temperature: 0.5 } },
    });
    expect(await registry.completionFn("text")).toMatchObject({
      class: "openai",
      args: { model: "davinci-002", endpoint: "completions" },
    });
    expect(await registry.completionFnNames()).toEqual(["chat", "chat/long-name", "leaky", "text", "thinker"]);
    expect(registry.warnings).toEqual([]);
  });

  test.each([
    ["leaky", "registry.invalid", /api_key holds a key/],
    ["thinker", "registry.not-portable", /evals\.completion_fns\.cot:ChainOfThoughtCompletionFn/],
    ["generation/direct/some-model", "registry.not-portable", /it is a solver/],
  ])("%s is refused with the reason", async (name, code, message) => {
    await expect(open().completionFn(name)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
