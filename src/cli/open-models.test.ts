import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Registry } from "../registry/index.ts";
import { readEnvironment } from "./environment.ts";
import { findModels, type OpeningSetup } from "./open-models.ts";

const known = ["tickets-base", "tickets-tuned", "triage"];

/** A registry with three models, each a module, and an alias that no list shows. */
function registryOf(folder: string): Registry {
  const notAsked = () => Promise.reject(new Error("not asked for"));
  const entry = (name: string): Awaited<ReturnType<Registry["completionFn"]>> => ({
    name,
    class: "module",
    args: { file: "model.js" },
    sampling: { temperature: 0.5 },
    place: { file: "models.yaml", line: 1 },
    root: folder,
    resolvePath: (file) => join(folder, file),
  });
  return {
    eval: notAsked,
    matchEvals: async (pattern) => {
      if (pattern === "tickets") return ["tickets.heldout.v1"];
      throw new FinegaugeError("registry.unknown-name", `no eval named "${pattern}"`);
    },
    listEvals: notAsked,
    check: notAsked,
    completionFn: async (name) => (known.includes(name) || name === "unlisted" ? entry(name) : undefined),
    completionFnNames: async () => known,
    scorer: notAsked,
    prices: async () => () => undefined,
    warnings: [],
  };
}

function setupIn(folder: string): OpeningSetup {
  return { registry: registryOf(folder), environment: readEnvironment(folder), concurrency: undefined, timeoutMs: 1000 };
}

/** A folder with these files in it. */
function folderOf(...files: string[]): string {
  const folder = temporaryFolder();
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'export const completionFn = () => "yes";\n');
  }
  return folder;
}

async function namesOf(texts: readonly string[], folder = temporaryFolder()): Promise<string[]> {
  return (await findModels(texts, setupIn(folder))).map(({ name }) => name);
}

describe("findModels finds", () => {
  test.each([
    { name: "a name of the registry", texts: ["triage"], models: ["triage"] },
    { name: "a glob over the registry", texts: ["tickets-*"], models: ["tickets-base", "tickets-tuned"] },
    {
      name: "a list, each once, in its order",
      texts: ["triage, tickets-base,,triage", "tickets-*"],
      models: ["triage", "tickets-base", "tickets-tuned"],
    },
    { name: "a name that the registry does not list", texts: ["unlisted"], models: ["unlisted"] },
    { name: "a provider's model", texts: ["openai:some-model"], models: ["openai:some-model"] },
    { name: "a model with a colon in its name", texts: ["openai:ft:gpt-4o:mine"], models: ["openai:ft:gpt-4o:mine"] },
    { name: "a deployment", texts: ["azure:mine"], models: ["azure:mine"] },
    {
      name: "a server, without its credentials",
      texts: ["llama-server:http://me:secret@host:8080/v1"],
      models: ["llama-server:host:8080"],
    },
    { name: "a recorded run, without its folder", texts: ["replay:some/where/run.jsonl"], models: ["replay:run.jsonl"] },
    {
      name: "OpenAI's models by their bare names",
      texts: ["gpt-4.1-mini,o3,ft:gpt-4o:a"],
      models: ["gpt-4.1-mini", "o3", "ft:gpt-4o:a"],
    },
    { name: "a plug-in file", texts: ["some/where/model.ts"], models: ["model.ts"] },
    { name: "a model file", texts: ["some/where/model.GGUF"], models: ["model.GGUF"] },
    { name: "nothing in nothing", texts: ["", " , "], models: [] },
  ])("$name", async ({ texts, models }) => expect(await namesOf(texts)).toEqual(models));

  test.each([
    { name: "a glob", texts: ["step-*/model.gguf"] },
    { name: "one list", texts: ["step-100/model.gguf,step-200/model.gguf"] },
    {
      name: "two texts, one of them twice",
      texts: ["step-100/model.gguf", "step-200/model.gguf", "step-100/../step-100/model.gguf"],
    },
  ])("two model files of one name by as much of their paths as it takes: $name", async ({ texts }) => {
    const folder = folderOf("step-100/model.gguf", "step-200/model.gguf");
    const absolute = texts.flatMap((text) => text.split(",")).map((text) => `${folder}/${text}`);
    expect(await namesOf(absolute)).toEqual(["step-100/model.gguf", "step-200/model.gguf"]);
  });

  test.each([
    { name: "plug-ins", texts: ["a/m.ts", "b/m.ts"], models: ["a/m.ts", "b/m.ts"] },
    { name: "recorded runs", texts: ["replay:a/r.jsonl", "replay:b/r.jsonl"], models: ["replay:a/r.jsonl", "replay:b/r.jsonl"] },
  ])("two $name of one name likewise", async ({ texts, models }) => expect(await namesOf(texts)).toEqual(models));

  test("a model file by its bare name when no other is called so", async () => {
    const folder = folderOf("a/one.gguf", "b/two.gguf");
    expect(await namesOf([`${folder}/*/*.gguf`])).toEqual(["one.gguf", "two.gguf"]);
  });
});

describe("findModels refuses", () => {
  test.each([
    { name: "a misspelt name", text: "triag", nearest: ["triage"] },
    { name: "a glob that fits nothing", text: "zebra-*", nearest: [] },
    { name: "a prefix with nothing behind it", text: "openai:", nearest: [] },
    { name: "a prefix that is none", text: "constructor:x", nearest: [] },
  ])("$name, with what is near and what there is", async ({ text, nearest }) => {
    await expect(namesOf([text])).rejects.toMatchObject({
      code: "registry.unknown-name",
      message: expect.stringContaining(text),
      more: { nearest, hint: expect.stringContaining("tickets-base, tickets-tuned, triage") },
    });
  });

  test("an eval in a model's place, and says that it is one", async () => {
    await expect(namesOf(["tickets"])).rejects.toMatchObject({
      code: "registry.unknown-name",
      more: { hint: "tickets is an eval: models come first, finegauge run <models> <evals>" },
    });
  });

  test("a glob of model files that fits none", async () => {
    const text = `${temporaryFolder()}/*.gguf`;
    await expect(namesOf([text])).rejects.toMatchObject({ code: "registry.unknown-name", message: `no file fits ${text}` });
  });
});

describe("a found model", () => {
  test("of the registry brings its sampling and opens the file beside the registry", async () => {
    const [model] = await findModels(["triage"], setupIn(folderOf("model.js")));
    expect(model?.sampling).toEqual({ temperature: 0.5 });
    expect(await (await model?.open())?.identity()).toMatchObject({ fn: "module", model: "model.js" });
  });

  test("of the command line opens under the name it was found by", async () => {
    const folder = folderOf("a/m.js", "b/m.js");
    const models = await findModels([`${folder}/a/m.js,${folder}/b/m.js`], setupIn(folder));
    const opened = await Promise.all(models.map((model) => model.open()));
    expect(opened.map(({ name }) => name)).toEqual(["a/m.js", "b/m.js"]);
  });

  test("says which argument of it cannot be", async () => {
    const [model] = await findModels(["llama-server:nowhere"], setupIn(temporaryFolder()));
    await expect(model?.open()).rejects.toMatchObject({ code: "cli.usage", message: expect.stringContaining("url") });
  });
});
