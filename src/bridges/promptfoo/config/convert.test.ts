import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { folderWith } from "../../../../test/fixtures/registry/write-files.ts";
import { claims } from "../../../../test/support/promptfoo-claims.ts";
import { type SampleRow, sampleRowSchema, toSample } from "../../../core/sample.ts";
import { scorerKinds } from "../../../scorers/index.ts";
import { type ConvertedEval, convert } from "./convert.ts";
import { shownPath } from "./left.ts";
import { anyOf, everywhere, literal } from "./pattern.ts";
import { isPromptfooConfig, readConfig } from "./read-config.ts";

/** What a config becomes, written beside these files. */
function converted(config: object | string, files: { readonly [path: string]: string } = {}) {
  using folder = folderWith(files);
  const file = join(folder.path, "promptfooconfig.yaml");
  writeFileSync(file, typeof config === "string" ? config : stringify(config));
  const { evals, left } = convert(readConfig(file));
  for (const { rows } of evals) for (const row of rows) expect(sampleRowSchema.parse(row)).toEqual(row);
  return { evals, left: left.map(({ at, why, matters }) => [shownPath(at), why, matters] as const) };
}

async function verdicts({ class: name, args, rows }: ConvertedEval, replies: readonly string[]) {
  const kind = await scorerKinds[name as keyof typeof scorerKinds]();
  const scorer = kind.create(args, { name: "it", compat: false });
  const sample = toSample(rows[0] as SampleRow, 0, "t.dev");
  expect(kind.checkSample(sample, args)).toBeUndefined();
  const context = { judges: [], random: () => 0, signal: new AbortController().signal };
  return replies.map((text) => {
    const scores = scorer.score(sample, { completion: [{ text, finish: "stop", ms: 1 }] }, context);
    return "then" in scores ? undefined : scores[0]?.passed;
  });
}

const one = (more: object) => ({ prompts: ["Q {{q}}"], tests: [{ vars: { q: "1" }, ...more }] });

describe("an assertion becomes a scorer that judges as promptfoo does", () => {
  test.each(claims.map((claim) => [JSON.stringify(claim.assert), claim] as const))("%s", async (_, { assert, passes, fails }) => {
    const { evals, left } = converted(one({ assert }));
    expect(left).toEqual([]);
    expect(evals).toHaveLength(1);
    const [only] = evals as [ConvertedEval];
    expect(await verdicts(only, passes)).toEqual(passes.map(() => true));
    expect(await verdicts(only, fails)).toEqual(fails.map(() => false));
  });

  test.each([
    ["equals", "exact"],
    ["contains", "includes"],
    ["starts-with", "match"],
    ["regex", "regex"],
    ["levenshtein", "levenshtein"],
  ])("%s alone is judged by %s, with the value as it was", (type, scorer) => {
    const { evals } = converted(one({ assert: [{ type, value: "a.b" }] }));
    expect(evals).toMatchObject([{ split: "test", class: scorer, rows: [{ ideal: "a.b" }] }]);
  });

  test("the pattern of a text fits where the text is, whatever is in it", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "B", "k", "K", ".", "*", "(", "\\", "]", "^", "$", "-", "\n", "é", "É"),
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, fc.string({ unit: text, maxLength: 6 }), fc.boolean(), (wanted, reply, ignoreCase) => {
        const pattern = new RegExp(`^${everywhere(literal(wanted, ignoreCase))}`, "u");
        const found = ignoreCase ? reply.toLowerCase().includes(wanted.toLowerCase()) : reply.includes(wanted);
        expect(pattern.test(reply)).toBe(found);
        expect(new RegExp(anyOf([wanted, "never"]), "u").test(reply)).toBe(reply.includes(wanted));
      }),
    );
  });
});

describe("what does not go over is named", () => {
  test.each([
    [{ assert: [{ type: "llm-rubric", value: "x" }] }, "tests[0].assert[0]", "class: promptfoo:llm-rubric"],
    [{ assert: [{ type: "llm-rubric", value: "x" }] }, "tests[0].assert[0]", "`model-graded` asks a judge in its own words"],
    [{ assert: [{ type: "latency", threshold: 9 }] }, "tests[0].assert[0]", "a gate's rule on `latency.p95`"],
    [{ assert: [{ type: "cost", threshold: 9 }] }, "tests[0].assert[0]", "a gate's rule on `cost`"],
    [{ assert: [{ type: "not-is-json" }] }, "tests[0].assert[0]", "no scorer here judges as not-is-json does"],
    [{ assert: [{ type: "contains", value: "x", transform: "output" }] }, "tests[0].assert[0]", "it has transform"],
    [{ assert: [{ type: "contains", value: "file://x.txt" }] }, "tests[0].assert[0]", "its value is in a file"],
    [{ assert: [{ type: "contains", value: "{{ q | upper }}" }] }, "tests[0].assert[0]", "{{ q | upper }} is more than"],
    [{ assert: [{ type: "contains", value: "{{ other }}" }] }, "tests[0].assert[0]", "there is no variable other"],
    [{ assert: [{ type: "regex", value: "a\\-b" }] }, "tests[0].assert[0]", "cannot be read here"],
    [{ assert: [{ type: "contains-any", value: '"a,b",c' }] }, "tests[0].assert[0]", "no list"],
    [{ assert: [{ type: "is-json", value: { properties: { a: { format: "date" } } } }] }, "tests[0].assert[0]", "`format`"],
    [{ assert: [{ type: "assert-set", assert: [] }] }, "tests[0].assert[0]", "no scorer here judges as assert-set does"],
    [{ assert: ["contains"] }, "tests[0].assert[0]", "no assertion with a type"],
    [{}, "tests[0]", "no assertion"],
    [{ assert: [{ type: "contains", value: "x" }], threshold: 0.5 }, "tests[0].threshold", "no such thing"],
    [{ assert: [{ type: "contains", value: "x" }], options: { transform: "x" } }, "tests[0].options.transform", "no such option"],
    [{ vars: { q: "file://none.txt" }, assert: [{ type: "is-json" }] }, "tests[0].vars.q", "is not there"],
    [{ vars: { q: "{{ other }}" }, assert: [{ type: "is-json" }] }, "tests[0].vars.q", "a template itself"],
    [{ vars: { p: "1" }, assert: [{ type: "is-json" }] }, "tests[0]", "prompt 1 cannot be filled in: there is no variable q"],
    [{ vars: { q: { a: 1 } }, assert: [{ type: "is-json" }] }, "tests[0]", "the variable q is no text"],
  ])("%j", (test, at, why) => {
    expect(converted(one(test)).left).toContainEqual([at, expect.stringContaining(why), true]);
  });

  test.each([
    [{ scenarios: [] }, "scenarios", true],
    [{ nunjucksFilters: {} }, "nunjucksFilters", true],
    [{ redteam: {} }, "redteam", true],
    [{ evaluateOptions: { maxConcurrency: 1 } }, "evaluateOptions", false],
    [{ sharing: true }, "sharing", false],
  ])("%j", (more, at, matters) => {
    const { left } = converted({ ...one({ assert: [{ type: "is-json" }] }), ...more });
    expect(left).toEqual([[at, expect.any(String), matters]]);
  });

  test("prompts and tests that are code, or that are not there", () => {
    const { left } = converted(
      { prompts: ["file://p.py", "file://none.txt", "file://bad.yaml"], tests: ["file://t.csv", "file://t.py"] },
      { "p.py": "", "bad.yaml": "a: [" },
    );
    expect(left.map(([at]) => at)).toEqual(["prompts[0]", "prompts[1]", "prompts[2]", "tests[0]", "tests[1]"]);
  });

  test("of several assertions, the one that cannot decide together with others", () => {
    const { evals, left } = converted(one({ assert: [{ type: "is-json" }, { type: "contains", value: "a" }] }));
    expect(left).toEqual([["tests[0].assert[0]", expect.stringContaining("together"), true]]);
    expect(evals).toMatchObject([{ class: "includes", rows: [{ ideal: "a" }] }]);
  });

  test("a weight of 0 decides nothing, here as there", () => {
    const { evals, left } = converted(
      one({
        assert: [
          { type: "contains", value: "a" },
          { type: "contains", value: "b", weight: 0 },
        ],
      }),
    );
    expect(left).toEqual([["tests[0].assert[1]", expect.stringContaining("weight 0"), false]]);
    expect(evals).toMatchObject([{ class: "includes" }]);
  });
});

describe("a config becomes evals", () => {
  const contains = [{ type: "contains", value: "a" }];

  test("prompts × tests, each prompt its own, each test with its variables filled in", () => {
    const config = {
      prompts: [
        { raw: "Say {{ word }}.", label: "Plain one" },
        '[{"role": "system", "content": "Be {{tone.now}}."}, {"role": "user", "content": "{{word}}"}]',
      ],
      defaultTest: { vars: { tone: { now: "brief" } }, metadata: { suite: "s" } },
      tests: [
        { vars: { word: 'a "b"\n' }, assert: contains, description: "quotes", metadata: { kind: "k" } },
        { vars: { word: ["x", "y"] }, assert: contains },
      ],
    };
    const { evals, left } = converted(config);
    expect(left).toEqual([]);
    expect(evals.map(({ split }) => split)).toEqual(["plain-one", "prompt-2"]);
    expect(evals[0]?.rows.map(({ id, input }) => [id, input])).toEqual([
      ["test-1", [{ role: "user", content: 'Say a "b".' }]],
      ["test-2.1", [{ role: "user", content: "Say x." }]],
      ["test-2.2", [{ role: "user", content: "Say y." }]],
    ]);
    expect(evals[1]?.rows[0]?.input).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: 'a "b"' },
    ]);
    expect(evals[0]?.rows[0]?.metadata).toEqual({
      ...{ suite: "s", kind: "k", description: "quotes" },
      vars: { tone: { now: "brief" }, word: 'a "b"' },
    });
  });

  test("what all tests assert comes first, unless a test will have none of it", () => {
    const config = {
      prompts: ["{{q}}"],
      defaultTest: { assert: [{ type: "contains", value: "{{q}}" }] },
      tests: [
        { vars: { q: "1" }, assert: [{ type: "contains", value: "z" }] },
        { vars: { q: "2" } },
        { vars: { q: "3" }, assert: contains, options: { disableDefaultAsserts: true } },
      ],
    };
    const { evals } = converted(config);
    // One kind of verdict for all of them: one number.
    expect(evals).toMatchObject([
      {
        split: "test",
        class: "regex",
        rows: [{ ideal: "^(?=[^]*?1)(?=[^]*?z)" }, { ideal: "^(?=[^]*?2)" }, { ideal: "^(?=[^]*?a)" }],
      },
    ]);
  });

  test("what no pattern can say is an eval of its own", () => {
    const tests = [{ type: "is-json" }, { type: "contains", value: "a" }, { type: "equals", value: "b" }];
    const { evals } = converted({ prompts: ["Q"], tests: tests.map((assertion) => ({ assert: [assertion] })) });
    expect(evals.map(({ split, rows }) => [split, rows.map(({ id }) => id)])).toEqual([
      ["json-schema", ["test-1"]],
      ["regex", ["test-2", "test-3"]],
    ]);
  });

  test("files that it names are read: prompts, tests, variables", () => {
    const files = {
      "p.txt": "One {{q}}\n---\nTwo {{q}}\n",
      "chat.yaml": "- role: system\n  content: S\n- role: user\n  content: '{{q}}'\n",
      "tests.yaml": "- vars: { q: y }\n  assert: [{ type: contains, value: a }]\n",
      "more.jsonl": '{"vars": {"q": "file://q.txt"}, "assert": [{"type": "contains", "value": "a"}]}\n',
      "q.txt": "from a file\n",
    };
    const { evals, left } = converted(
      { prompts: ["file://p.txt", "chat.yaml"], tests: ["file://tests.yaml", "file://more.jsonl"] },
      files,
    );
    expect(left).toEqual([]);
    expect(evals.map(({ rows }) => rows.map(({ input }) => (input as { content: string }[]).at(-1)?.content))).toEqual([
      ["One y", "One from a file"],
      ["Two y", "Two from a file"],
      ["y", "from a file"],
    ]);
  });

  test("a text that is no template stays as it is", () => {
    const text = "{ not } a $template \u0024{x}";
    const { evals } = converted({ prompts: [text], tests: [{ assert: contains }] });
    expect(evals[0]?.rows[0]?.input).toEqual([{ role: "user", content: text }]);
  });

  test.each([
    ["prompts: [1, {\n", undefined],
    ["prompts: *nothing\ntests: []\n", undefined],
    ["prompts: x\ntests:\n  - vars: 3\n", 3],
  ])("%j is refused with the line", (text, line) => {
    expect(() => converted(text)).toThrow(expect.objectContaining({ code: "data.invalid" }));
    if (line === undefined) return;
    try {
      converted(text);
    } catch (error) {
      expect((error as { more: { where: { line: number } } }).more.where.line).toBe(line);
    }
  });
});

test.each([
  ["a.yaml", "prompts: [x]\ntests: []\n", true],
  ["a.json", '{"prompts": ["x"], "providers": ["echo"]}', true],
  ["a.yaml", "match: { class: match }\n", false],
  ["a.json", '{"results": {}, "prompts": 1}', false],
  ["a.json", "{", false],
  ["a.txt", "prompts: [x]\ntests: []\n", false],
])("%s with %j: a promptfoo config, %s", (name, text, is) => {
  using folder = folderWith({ [name]: text });
  expect(isPromptfooConfig(join(folder.path, name))).toBe(is);
});

test("lists of values that multiply are refused before a test is made of them", () => {
  const values = Array.from({ length: 20 }, (_, nth) => `v${nth}`);
  const vars = Object.fromEntries([..."abcdefgh"].map((name) => [name, values]));
  const config = { prompts: ["{{a}}"], tests: [{ vars, assert: [{ type: "equals", value: "x" }] }] };
  expect(() => converted(config)).toThrow("the variables stand for more than 100000 tests");
});

test.each(["file://../secret.txt", "file://link.txt"])("%s, a file outside the config's folder, is not read", (q) => {
  using folder = folderWith({ "secret.txt": "hidden", "config/here.txt": "shown" });
  symlinkSync("../secret.txt", join(folder.path, "config/link.txt"));
  const file = join(folder.path, "config/promptfooconfig.yaml");
  const config = (at: string) => stringify({ ...one({ vars: { q: at }, assert: [{ type: "equals", value: "x" }] }) });
  writeFileSync(file, config(q));
  expect(() => convert(readConfig(file))).toThrow(`${q} lies outside the config's folder`);
  writeFileSync(file, config("file://here.txt"));
  expect(JSON.stringify(convert(readConfig(file)).evals[0]?.rows)).toContain("shown");
});
