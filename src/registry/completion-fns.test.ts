import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../test/fixtures/registry/catalogue.ts";
import { folderWith } from "../../test/fixtures/registry/write-files.ts";
import { loadRegistry } from "./load-registry.ts";

function functionsOf(yaml: string, env: { [name: string]: string } = {}, more: { [path: string]: string } = {}) {
  const folder = folderWith({ "completion-fns/fns.yaml": yaml, ...more });
  return { folder, registry: loadRegistry({ roots: [folder.path], catalogue, env, cwd: folder.path }) };
}

describe("a completion function of the registry", () => {
  test("has its class, arguments, sampling and wrapping, with the environment's values filled in", async () => {
    const { folder, registry } = functionsOf(
      `mini: base
base:
  class: openai
  args: { model: "\${MODEL}-mini", base_url: "http://\${HOST}:80/$\${kept}" }
  sampling: { temperature: 0.2 }
  wrap: { system: "Be brief, \${WHO}.", few_shot: shots.jsonl, template: "Q: {input}" }
`,
      { MODEL: "gpt-4.1", HOST: "localhost", WHO: "please" },
    );
    using _ = folder;
    expect(await registry.completionFn("mini")).toMatchObject({
      name: "base",
      class: "openai",
      args: { model: "gpt-4.1-mini", base_url: "http://localhost:80/$".concat("{kept}") },
      sampling: { temperature: 0.2 },
      wrap: { system: "Be brief, please.", few_shot: "shots.jsonl", template: "Q: {input}" },
      place: { file: "completion-fns/fns.yaml", line: 2, column: 1 },
      root: folder.path,
    });
  });

  test("needs its variables only when it is used", async () => {
    const { folder, registry } = functionsOf(
      `a: {class: openai, args: {model: m}}\nb:\n  class: command\n  args:\n    argv: [run, '\${TOKEN}']\n`,
    );
    using _ = folder;
    expect((await registry.completionFn("a"))?.args).toEqual({ model: "m" });
    await expect(registry.completionFn("b")).rejects.toMatchObject({
      code: "registry.invalid",
      message: '"b" needs the environment variable TOKEN, which is not set',
      more: { where: { file: "completion-fns/fns.yaml", line: 5, column: 17 } },
    });
  });

  test("may stand in completion_fns as well; one name in both folders is a clash", async () => {
    const { folder, registry } = functionsOf(
      "a: {class: openai, args: {model: m}}\n",
      {},
      { "completion_fns/more.yaml": "a: {class: openai, args: {model: n}}\nb: {class: openai, args: {model: n}}\n" },
    );
    using _ = folder;
    expect((await registry.completionFn("b"))?.args).toEqual({ model: "n" });
    await expect(registry.completionFn("a")).rejects.toMatchObject({
      message: /defined twice, first in completion-fns\/fns\.yaml:1/,
    });
  });

  test("is no template: what an alias adds has no effect, and is warned about", async () => {
    const { folder, registry } = functionsOf("base: {class: openai, args: {model: m}}\nmine: {id: base, wrap: {system: x}}\n");
    using _ = folder;
    expect((await registry.completionFn("mine"))?.wrap).toBeUndefined();
    expect(registry.warnings).toMatchObject([
      { message: /"mine": wrap has no effect beside id/, where: { line: 2, column: 18 } },
    ]);
  });

  test.each([
    ["an unknown argument", "{class: openai, args: {model: m, modle: n}}", /unknown key "modle" in args/, ["model"]],
    ["an argument of the wrong kind", "{class: command, args: {argv: []}}", /args\.argv is not valid/, undefined],
    ["a missing argument", "{class: openai}", /args\.model is missing; text is expected/, undefined],
    ["an unknown class", "{class: opnai}", /there is no class "opnai"/, ["openai"]],
    ["an unknown wrapping", "{class: openai, args: {model: m}, wrap: {sytem: x}}", /unknown key "sytem" in wrap/, ["system"]],
    ["no class", "{args: {}}", /neither class nor id/, undefined],
  ])("is refused for %s", async (_, yaml, message, nearest) => {
    const { folder, registry } = functionsOf(`f: ${yaml}\n`);
    using __ = folder;
    await expect(registry.completionFn("f")).rejects.toMatchObject({
      code: "registry.invalid",
      message: expect.stringMatching(message),
      more: { where: { file: "completion-fns/fns.yaml", line: 1 }, ...(nearest && { nearest }) },
    });
  });

  test("that is not there is undefined, since a prefix form needs no file; a file that cannot be read is blamed only if it may hold it", async () => {
    const { folder, registry } = functionsOf(
      "good: {class: openai, args: {model: m}}\n",
      {},
      { "completion-fns/bad.yaml": "hidden: [\n" },
    );
    using _ = folder;
    expect(await registry.completionFn("openai:gpt-4.1")).toBeUndefined();
    await expect(registry.completionFn("hidden")).rejects.toMatchObject({ message: /bad\.yaml is not valid YAML/ });
  });

  test("finds its files beside the registry before the working directory", async () => {
    const { folder } = functionsOf(
      "f: {class: openai, args: {model: m}}\n",
      {},
      {
        "models/tuned.gguf": "",
        "prompts/long.txt": "",
        "data/shots.jsonl": "",
        "work/own.txt": "",
        "work/prompts/long.txt": "",
      },
    );
    using _ = folder;
    const registry = loadRegistry({ roots: [folder.path], catalogue, cwd: join(folder.path, "work") });
    const entry = await registry.completionFn("f");
    const found = (file: string, kind?: "models") => entry?.resolvePath(file, kind).slice(folder.path.length + 1);
    expect(found("tuned.gguf", "models")).toBe("models/tuned.gguf");
    expect(found("prompts/long.txt")).toBe("prompts/long.txt");
    expect(found("shots.jsonl")).toBe("data/shots.jsonl");
    expect(found("own.txt")).toBe("work/own.txt");
    expect(found("gone.gguf", "models")).toBe("models/gone.gguf");
    expect(entry?.resolvePath("/abs/file")).toBe("/abs/file");
  });
});
