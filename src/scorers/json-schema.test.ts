import { describe, expect, test } from "vitest";
import { pluginRegistry } from "../../test/support/plugin-registry.ts";
import { toSample } from "../core/sample.ts";
import { compileSchema } from "./compile-schema.ts";
import { jsonFault, jsonSchemaKind } from "./json-schema.ts";

const schema = {
  type: "object",
  properties: { name: { type: "string", minLength: 1 }, age: { type: "integer", minimum: 0 } },
  required: ["name"],
  additionalProperties: false,
} as const;

describe("json-schema", () => {
  const check = compileSchema(schema);

  test.each([
    ['{"name": "x"}', undefined],
    ['{"name": "x", "age": 3}', undefined],
    ['{"age": 3}', "required property 'name'"],
    ['{"name": "x", "age": -1}', "/age must be >= 0"],
    ['{"name": "x", "more": 1}', '"more"'],
    ["[]", "the reply must be object"],
    ["not json", "no JSON"],
    ["", "no JSON"],
  ])("%s: %s", (reply, fault) => {
    if (fault === undefined) expect(jsonFault(reply, check)).toBeUndefined();
    else expect(jsonFault(reply, check)).toMatch(fault);
  });

  test("what a schema says of lists depends on its draft", () => {
    const items = [{ type: "string" }];
    const old = compileSchema({ $schema: "http://json-schema.org/draft-07/schema#", items });
    expect(jsonFault("[1]", old)).toMatch("/0 must be string");
    const present = compileSchema({ prefixItems: items });
    expect(jsonFault("[1]", present)).toMatch("/0 must be string");
  });

  test("each pattern in it is its own", () => {
    const two = compileSchema({ type: "object", properties: { a: { pattern: "^x" }, b: { pattern: "^y" } } });
    expect(jsonFault('{"a": "x", "b": "y"}', two)).toBeUndefined();
    expect(jsonFault('{"a": "x", "b": "x"}', two)).toMatch('/b must match pattern "^y"');
  });

  test("a pattern in it that never ends is given up on", () => {
    const endless = compileSchema({ type: "string", pattern: "^(a+)+$" });
    expect(() => jsonFault(JSON.stringify(`${"a".repeat(60)}b`), endless)).toThrow(
      expect.objectContaining({ code: "score.failed" }),
    );
  });

  test("a reply nested deeper than the stack is wrong", () => {
    const tree = compileSchema({ $defs: { t: { type: "array", items: { $ref: "#/$defs/t" } } }, $ref: "#/$defs/t" });
    expect(jsonFault("[[[]]]", tree)).toBeUndefined();
    expect(jsonFault("[".repeat(200_000) + "]".repeat(200_000), tree)).toMatch(/nested too deeply|no JSON/);
  });

  test("a schema that is none is told where it stands", () => {
    const issue = jsonSchemaKind.args.safeParse({ schema: { type: "objct" } }).error?.issues[0];
    expect(issue).toMatchObject({ path: ["schema"], message: expect.stringContaining("type") });
  });

  test("a schema in a file goes into the eval as it is; one that cannot be used is told at the line that names it", async () => {
    const { folder, registry } = pluginRegistry({
      "evals/a.yaml": [
        "a.dev.v1: { class: json-schema, args: { samples_jsonl: a.jsonl, schema: good.json } }",
        "b.dev.v1: { class: json-schema, args: { samples_jsonl: a.jsonl, schema: bad.json } }",
        "c.dev.v1: { class: json-schema, args: { samples_jsonl: a.jsonl, schema: none.json } }\n",
      ].join("\n"),
      "good.json": JSON.stringify(schema),
      "bad.json": '{"type": 5}',
      "data/a.jsonl": '{"input": "?"}\n',
    });
    using _ = folder;
    expect((await registry.eval("a.dev.v1")).spec.args).toEqual({ schema });
    await expect(registry.eval("b.dev.v1")).rejects.toMatchObject({
      code: "registry.invalid",
      message: expect.stringContaining("bad.json cannot be used"),
      more: { where: { line: 2, column: 73 } },
    });
    await expect(registry.eval("c.dev.v1")).rejects.toMatchObject({
      message: expect.stringContaining("none.json cannot be read"),
      more: { where: { line: 3, column: 73 } },
    });
  });
});

describe("json-schema as openai/evals' JsonValidator", () => {
  const scorer = jsonSchemaKind.create({}, { name: "json-schema", compat: true });
  const context = { judges: [], random: () => 0, signal: new AbortController().signal };
  const sample = toSample({ input: "?" }, 0, "t.dev");

  test.each([
    ["5", true],
    ["NaN", true],
    ["Infinity", true],
    ["1e999", true],
    ['{"a": [1, null]}', true],
    ["01", false],
    ["[1,]", false],
    ["```json\n{}\n```", false],
    ["\ufeff{}", false],
    ["", false],
  ])("%j is %s", (text, passed) => {
    expect(scorer.score(sample, { completion: [{ text, finish: "stop", ms: 1 }] }, context)).toMatchObject([{ passed }]);
  });
});
