import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { catalogue, functionKinds, scorerKinds } from "../src/cli/catalogue.ts";
import { buildProgram } from "../src/cli/program.ts";
import { wrapFn } from "../src/completion-fns/index.ts";
import type { ScorerKind } from "../src/core/catalogue.ts";
import { exitCodes } from "../src/core/errors.ts";
import { runFileLineSchema } from "../src/core/run-line.ts";
import { sampleRowSchema, toSample } from "../src/core/sample.ts";
import { loadRegistry, openSamples } from "../src/registry/index.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { grade, packaged, scripted } from "./support/grading.ts";
import { anchorsOf, codeIn, codesIn, fencesOf, linksOf, rowsOf, sectionOf, withoutFences } from "./support/markdown.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pageNames = ["README.md", "CONTRIBUTING.md", ...globSync("docs/*.md", { cwd: root })].map((name) =>
  name.replaceAll("\\", "/"),
);
const pages = new Map(pageNames.map((name) => [name, readFileSync(join(root, name), "utf8")]));
const pageOf = (name: string): string => pages.get(name) as string;
const commands = buildProgram().commands.map((command) => command.name());
/** What can be called, under its whole name: `run`, `data leaks`. */
const callable = (program: Command) =>
  program.commands.flatMap((command) =>
    command.commands.length === 0
      ? [{ name: command.name(), command }]
      : command.commands.map((one) => ({ name: `${command.name()} ${one.name()}`, command: one })),
  );

async function kindOf(className: string) {
  const load = functionKinds[className];
  if (load === undefined) throw new Error(`there is no class ${className}`);
  return load();
}

function write(folder: string, file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

describe("links", () => {
  test.each(pageNames)("of %s lead to a file that is there, and to a heading in it", (name) => {
    for (const link of linksOf(pageOf(name))) {
      if (/^[a-z]+:/.test(link)) continue;
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? name : join(dirname(name), file).replaceAll("\\", "/");
      expect(existsSync(join(root, target)), link).toBe(true);
      if (anchor !== undefined) expect([...anchorsOf(readFileSync(join(root, target), "utf8"))], link).toContain(anchor);
    }
  });
});

describe("the command line's page", () => {
  const page = pageOf("docs/command-line.md");
  const common = sectionOf(page, "Options of every command");

  test("has every command", async () => {
    const { stdout } = await finegauge(["--help"]);
    const listed = /^Commands:\n((?: {2}.*\n)+)/m.exec(stdout)?.[1] ?? "";
    const names = [...listed.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name);
    expect(names).toEqual([...commands, "help"]);
    for (const flag of ["--help", "--version"]) expect(page).toContain(flag);
  });

  const names = callable(buildProgram()).map(({ name }) => name);
  test.each(names)("has every flag of %s in its section or among those of every command, and no other", async (command) => {
    const { stdout } = await finegauge([...command.split(" "), "--help"]);
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z_-]+)/gm)].map(([, flag]) => flag as string);
    const section = sectionOf(page, command);
    for (const flag of flags.filter((one) => one !== "--help")) expect(`${common}${section}`).toContain(`\`${flag}`);
    for (const [flag] of section.matchAll(/--[a-z][a-z_-]+/g)) expect([...flags, "--debug"]).toContain(flag);
  });

  test("has the exit codes that there are", () => {
    const documented = rowsOf(sectionOf(page, "Exit codes"), "code").map(({ code }) => Number(code));
    expect(documented).toEqual([...new Set([0, 1, 4, ...Object.values(exitCodes)])].sort((a, b) => a - b));
  });

  test("has the keys of finegauge.yaml, and an example that is read", async () => {
    using scratch = scratchFolder();
    const section = sectionOf(page, "finegauge.yaml");
    const keys = rowsOf(section, "key").map(({ key = "" }) => codeIn(key));
    write(scratch.path, "finegauge.yaml", "no-such-key: 1\n");
    const { stderr } = await finegauge(["list", "evals"], { cwd: scratch.path });
    expect(stderr).toContain(`keys: ${keys.join(", ")}\n`);
    const [example] = fencesOf(section).filter(({ info }) => info === "yaml settings");
    write(scratch.path, "home/finegauge.yaml", example?.text ?? "");
    for (const folder of ["home/registry", "shared/registry"]) mkdirSync(join(scratch.path, folder), { recursive: true });
    expect(await finegauge(["list", "models"], { cwd: join(scratch.path, "home") })).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("names in the pages", () => {
  const known = callable(buildProgram()).flatMap(({ command }) => command.options.map(({ long }) => long));
  // Options of other people's programs stand in YAML.
  const text = (page: string) => page.replace(/^```yaml completion-fns\n[\s\S]*?^```$/gm, "");

  test.each(pageNames)("every flag in %s exists", (name) => {
    const flags = [...text(pageOf(name)).matchAll(/(?<![\w-])--[a-z][a-z_-]*/g)].map(([flag]) => flag);
    for (const flag of flags) expect([...known, "--help", "--version"], flag).toContain(flag);
  });

  test.each(pageNames)("every error code shown in %s exists", (name) => {
    for (const [, code] of pageOf(name).matchAll(/^error ([a-z.-]+):/gm)) expect(Object.keys(exitCodes)).toContain(code);
  });
});

describe("YAML blocks", () => {
  const kinds = {
    "yaml evals": "evals",
    "yaml eval-sets": "eval_sets",
    "yaml completion-fns": "completion-fns",
    "yaml modelgraded": "modelgraded",
  } as const;
  const withBlocks = pageNames.filter((name) => fencesOf(pageOf(name)).some(({ info }) => info.startsWith("yaml")));
  const env = {
    PATH: process.env.PATH ?? "",
    OPENAI_API_KEY: "none",
    AZURE_OPENAI_API_KEY: "none",
    VLLM_KEY: "none",
    AZURE_OPENAI_ENDPOINT: "http://127.0.0.1",
  };

  /** A registry of all the blocks of a page, with a file wherever one is named. */
  function registryOf(name: string, folder: string) {
    const fences = fencesOf(pageOf(name));
    cpSync(join(root, "registry/modelgraded"), join(folder, "modelgraded"), { recursive: true });
    for (const [info, kind] of Object.entries(kinds)) {
      const text = fences.flatMap((fence) => (fence.info === info ? [fence.text] : [])).join("\n");
      if (text !== "") write(folder, `${kind}/page.yaml`, text);
      for (const [path] of text.matchAll(/[\w/-]+\.jsonl/g)) {
        const chat = [{ role: "user", content: "?" }];
        write(folder, `data/${path}`, `${JSON.stringify({ sample: chat, input: chat, ideal: "1" })}\n`.repeat(2));
      }
      for (const [path] of text.matchAll(/[\w/-]+\.txt/g)) write(folder, path, "Be brief.\n");
    }
    for (const { info, text } of fences) if (/^([jt]s|py) \S+$/.test(info)) write(folder, info.slice(3), text);
    for (const { info, text } of fences) if (/^jsonl \S+$/.test(info)) write(folder, `data/${info.slice(6)}`, text);
    for (const { info, text } of fences) if (info === "yaml prices") write(folder, "prices.yaml", text);
    return loadRegistry({ roots: [folder], catalogue, env, cwd: folder });
  }

  test.each(withBlocks)("of %s say what they are", (name) => {
    const infos = fencesOf(pageOf(name)).flatMap(({ info }) => (info.startsWith("yaml") ? [info] : []));
    for (const info of infos) {
      expect([...Object.keys(kinds), "yaml settings", "yaml prices", "yaml gate", "yaml promptfooconfig.yaml"]).toContain(info);
    }
  });

  test.each(withBlocks)("of %s: the registry takes every eval and eval set, without a warning", async (name) => {
    using scratch = scratchFolder();
    const registry = registryOf(name, scratch.path);
    for (const { status, reason, name: found } of await registry.check({ full: true })) {
      expect([found, status, reason]).toEqual([found, "runs", undefined]);
      expect((await registry.eval(found)).warnings).toEqual([]);
    }
    for (const { info, text } of fencesOf(pageOf(name))) {
      if (info !== "yaml eval-sets") continue;
      for (const set of Object.keys(parse(text))) expect((await registry.matchEvals(set)).length).toBeGreaterThan(1);
    }
    expect(registry.warnings).toEqual([]);
  });

  test.each(withBlocks)("of %s: every completion function can be made", async (name) => {
    using scratch = scratchFolder();
    const registry = registryOf(name, scratch.path);
    for (const model of await registry.completionFnNames()) {
      const entry = await registry.completionFn(model);
      if (entry === undefined) throw new Error(`${model} is lost`);
      const { class: className, args, resolvePath, wrap } = entry;
      const fn = await (await kindOf(className)).create(args, { name: model, env, timeoutMs: 1000, resolvePath });
      if (wrap !== undefined) await wrapFn(fn, wrap, entry);
      await fn.close?.();
    }
    expect(registry.warnings).toEqual([]);
  });

  test("of docs/other-harnesses.md: the promptfoo config becomes the eval that is told", async () => {
    using scratch = scratchFolder();
    const config = fencesOf(pageOf("docs/other-harnesses.md")).find(({ info }) => info === "yaml promptfooconfig.yaml");
    write(scratch.path, "promptfooconfig.yaml", config?.text ?? "");
    const { code, stdout } = await finegauge(["import", "promptfooconfig.yaml", "--json"], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      evals: [{ eval: "capitals.test.v1", class: "regex", samples: 2 }],
      models: ["promptfoo:openai:chat:gpt-4.1-mini"],
      left: [],
    });
    const registry = loadRegistry({ roots: [join(scratch.path, "registry")], catalogue, cwd: scratch.path });
    expect(await registry.check({ full: true })).toMatchObject([{ name: "capitals.test.v1", status: "runs", samples: 2 }]);
  });

  test("of docs/costs.md: its prices are found", async () => {
    using scratch = scratchFolder();
    const registry = registryOf("docs/costs.md", scratch.path);
    const find = await registry.prices();
    expect(find("openai", "gpt-4.1-mini-2025-04-14")).toEqual({
      price: { input: 0.4, cached_input: 0.1, output: 1.6 },
      source: "own 2026-11-01",
    });
    expect(find("openai", "ft:gpt-4.1-mini-2025-04-14:acme::x")?.price.input).toBe(0.8);
    expect(find("http", "Qwen/Qwen3-8B")?.price.input).toBe(0);
    expect((await registry.completionFn("our-deployment"))?.price?.output).toBe(8);
  });

  test("of docs/scorers.md: the module and the program score as their source says", async () => {
    using scratch = scratchFolder();
    const registry = registryOf("docs/scorers.md", scratch.path);
    const sample = toSample({ input: "?", ideal: "disk is full" }, 0, "docs.dev");
    const scored = async (name: string, text: string) => {
      const { spec, kind } = await registry.eval(name);
      const scorer = kind.create(spec.args, { name: "it", compat: false });
      const context = { judges: [], random: () => 0.5, signal: new AbortController().signal };
      try {
        await scorer.start?.();
        const scores = await scorer.score(sample, { completion: [{ text, finish: "stop", ms: 1 }] }, context);
        return scores.map(({ name: score, value }) => [score, value]);
      } finally {
        await scorer.close?.();
      }
    };
    const [right, wrong] = [
      [
        ["accuracy", 1],
        ["score", 0.5],
      ],
      [
        ["accuracy", 0],
        ["score", 0.25],
      ],
    ];
    expect(await scored("brevity.dev.v1", "a b c d e f g h i j")).toEqual(right);
    expect(await scored("brevity.dev.v1", "word ".repeat(20).trim())).toEqual(wrong);
    expect(await scored("overlap.dev.v1", "disk full or")).toEqual(right);
    expect(await scored("overlap.dev.v1", "disk")).toEqual([
      ["accuracy", 0],
      ["score", 1 / 3],
    ]);
  });

  test("of docs/models.md: the program and the module answer as their source says", async () => {
    using scratch = scratchFolder();
    registryOf("docs/models.md", join(scratch.path, "registry"));
    write(scratch.path, "rules.mjs", readFileSync(join(scratch.path, "registry/rules.mjs"), "utf8"));
    const args = ["run", "rules,baseline", "tickets", "--max-samples", "30", "--no-report", "--json"];
    const { code, stdout } = await finegauge(args, { cwd: scratch.path, env });
    expect(code).toBe(0);
    const { runs } = JSON.parse(stdout) as { runs: { counts: unknown; metrics: { value: number }[] }[] };
    expect(runs).toHaveLength(2);
    expect(runs[0]?.counts).toMatchObject({ done: 30, errors: 0, invalid_label: 0 });
    expect(runs[0]?.metrics[0]?.value).toBeGreaterThan(0);
    expect(runs[1]?.metrics).toEqual(runs[0]?.metrics);
  });
});

describe("tables of arguments", () => {
  const models = pageOf("docs/models.md");
  const shared = rowsOf(models, "argument");
  const argumentsIn = (text: string) => rowsOf(text, "argument").map(({ argument = "" }) => codeIn(argument));
  const sharedHeading = "### Arguments that openai, azure and http share\n";

  test.each(Object.keys(functionKinds))("%s has exactly the arguments of its class", async (className) => {
    const { args } = await kindOf(className);
    const [own = "", common = ""] = sectionOf(models, className).split(sharedHeading);
    const [, elsewhere = ""] = sectionOf(models, "http").split(sharedHeading);
    const usesShared = ["openai", "azure", "http"].includes(className);
    const documented = [...argumentsIn(own), ...argumentsIn(usesShared ? elsewhere || common : "")];
    expect(documented.sort()).toEqual(keysOf(args).sort());
    expect(shared.length).toBeGreaterThan(documented.length);
  });

  test.each(Object.keys(scorerKinds))("%s has exactly the options of its scorer", async (name) => {
    const { args } = await scorerKinds[name as keyof typeof scorerKinds]();
    const documented = rowsOf(sectionOf(pageOf("docs/scorers.md"), name), "option").map(({ option = "" }) => codeIn(option));
    expect(documented.sort()).toEqual(keysOf(args).sort());
  });

  /** Without those that are there to be refused, such as a key. */
  function keysOf(schema: z.ZodType): string[] {
    if (!(schema instanceof z.ZodObject)) throw new Error("the arguments are no mapping");
    const shape: { readonly [key: string]: z.ZodType } = schema.shape;
    return Object.keys(shape).filter((key) => {
      const value = shape[key];
      return !(value instanceof z.ZodOptional && value.unwrap() instanceof z.ZodNever);
    });
  }
});

describe("docs/scorers.md", () => {
  const page = pageOf("docs/scorers.md");

  function verdict(kind: ScorerKind, args: object, labels: { readonly [label: string]: string[] } | undefined) {
    const scorer = kind.create(args, { name: "it", compat: false, labels });
    return (reply: string, ideal: unknown) => {
      const sample = toSample(sampleRowSchema.parse({ input: "?", ideal }), 0, "docs.dev");
      expect(kind.checkSample(sample, args)).toBeUndefined();
      const completion = { text: reply, finish: "stop" as const, ms: 1 };
      const random = () => 0.5;
      const scores = scorer.score(sample, { completion: [completion] }, { judges: [], random, signal: AbortSignal.abort() });
      if (scores instanceof Promise || scores[0] === undefined) throw new Error("a scorer of texts answers at once");
      return scores[0];
    };
  }

  const others = [
    "model-graded",
    "embedding-similarity",
    "module",
    "command",
    "promptfoo",
    "logprob-choice",
    "multiple-choice",
    "loglikelihood",
    "perplexity",
    "kl",
  ];
  const textual = Object.keys(scorerKinds).filter((name) => !others.includes(name));

  test.each(textual)("the verdicts of %s are as its table says", async (name) => {
    const kind = await scorerKinds[name as keyof typeof scorerKinds]();
    const rows = rowsOf(sectionOf(page, name), "reply");
    expect(rows.length).toBeGreaterThan(4);
    for (const { reply = "", ideal = "", options = "", verdict: said } of rows) {
      const args = Object.assign({}, ...codesIn(options).map((one) => (one.includes(":") ? parse(one) : { [one]: true })));
      const wanted = ideal === "" ? undefined : JSON.parse(codeIn(ideal));
      const { passed } = verdict(kind, args, undefined)(JSON.parse(codeIn(reply)), wanted);
      expect([reply, ideal, options, passed ? "right" : "wrong"]).toEqual([reply, ideal, options, said]);
    }
  });

  test("a judge's replies are read as its table says", async () => {
    const rows = rowsOf(sectionOf(page, "model-graded"), "judge says");
    expect(rows.length).toBeGreaterThan(9);
    for (const cells of rows) {
      const { "judge says": said = "", choices = "", "`eval_type`": type = "", "`match_fn`": match = "", grade: wanted } = cells;
      const spec = {
        prompt: "{completion}",
        choice_strings: JSON.parse(codeIn(choices)),
        input_outputs: { input: "completion" },
      };
      const args = { modelgraded_spec: spec, eval_type: codeIn(type), ...(match !== "" && { match_fn: codeIn(match) }) };
      const { judge } = scripted(() => JSON.parse(codeIn(said)) as string);
      const { first } = await grade({ args, judges: [judge()] });
      expect([said, type, match, first.label ?? "none"]).toEqual([said, type, match, wanted]);
    }
  });

  test("has every key of a grading prompt, and every one that comes with the package", async () => {
    const section = sectionOf(page, "model-graded");
    const { gradingPrompt } = await scorerKinds["model-graded"]();
    if (!(gradingPrompt instanceof z.ZodObject)) throw new Error("a grading prompt is no mapping");
    const keys = Object.keys(gradingPrompt.shape).filter((key) => key !== "key");
    expect(
      rowsOf(section, "key")
        .map(({ key = "" }) => codeIn(key))
        .sort(),
    ).toEqual(keys.sort());
    expect(
      rowsOf(section, "name")
        .map(({ name = "" }) => codeIn(name))
        .sort(),
    ).toEqual(Object.keys(packaged).sort());
  });

  test("replies are read as labels as its table says", async () => {
    using scratch = scratchFolder();
    const section = sectionOf(page, "Labels");
    write(scratch.path, "evals/a.yaml", fencesOf(section)[0]?.text ?? "");
    write(scratch.path, "data/severity.jsonl", '{"input": "?", "ideal": "low"}\n');
    const { spec, kind } = await loadRegistry({ roots: [scratch.path], catalogue }).eval("severity.dev.v1");
    const rows = rowsOf(section, "reply");
    expect(rows.length).toBeGreaterThan(4);
    for (const { reply = "", verdict: said, label } of rows) {
      const score = verdict(kind, spec.args, spec.labels)(JSON.parse(codeIn(reply)), "low");
      const read = score.label ?? (score.details?.invalid_label === true ? "invalid" : "none");
      expect([reply, score.passed ? "right" : "wrong", read]).toEqual([reply, said, label]);
    }
  });
});

describe("docs/samples.md", () => {
  const rows = rowsOf(sectionOf(pageOf("docs/samples.md"), "What is refused"), "row or file");
  const lines = rows.filter((row) => /^`[^…]*`$/.test(row["row or file"] ?? ""));

  test.each(lines.map((row) => [codeIn(row["row or file"] ?? ""), row.message ?? ""]))("%s: %s", async (line, message) => {
    using scratch = scratchFolder();
    write(scratch.path, "evals/a.yaml", "a.dev.v1: { class: match, args: { samples_jsonl: a.jsonl } }\n");
    write(scratch.path, "data/a.jsonl", `${line}\n`);
    const resolved = await loadRegistry({ roots: [scratch.path], catalogue }).eval("a.dev.v1");
    const error = await openSamples({ eval: resolved, order: "file" }).catch((thrown: unknown) => thrown);
    const { message: said = "", more } = error as { message?: string; more?: { hint?: string } };
    expect(`${said}; ${more?.hint}`.startsWith(message)).toBe(true);
  });
});

describe("commands", () => {
  const lines = pageNames.flatMap((name) =>
    fencesOf(pageOf(name)).flatMap(({ info, text }) =>
      info === "sh" ? text.split("\n").filter((line) => line.startsWith("finegauge ")) : [],
    ),
  );
  const distinct = [...new Set(lines)].map((line) => ({ line, args: wordsOf(line).slice(1) }));
  const isCheap = ([command, what = "", ...more]: readonly string[]) =>
    command === "list" ||
    command === "report" ||
    command === "rescore" ||
    command === "export" ||
    (command === "import" && what === "logs") ||
    (/^tickets-[\w-]+(,tickets-[\w-]+)*$/.test(what) && more.includes("--max-samples"));

  test.each(distinct)("$line can be read", async ({ args }) => {
    const program = buildProgram();
    let called = 0;
    for (const { command } of callable(program)) {
      command.action(() => {
        called++;
      });
    }
    await program.parseAsync(args, { from: "user" });
    expect(called).toBe(1);
  });

  describe("that need neither key nor server", () => {
    const folder = scratchFolder();
    beforeAll(async () => {
      cpSync(join(root, "test/fixtures/logs"), join(folder.path, "logs"), { recursive: true });
      for (const models of ["tickets-base,tickets-tuned", "tickets-tuned"]) {
        const args = ["run", models, "tickets", "--max-samples", "5", "--no-report"];
        expect(await finegauge(args, { cwd: folder.path })).toMatchObject({ code: 0 });
      }
      return () => folder[Symbol.dispose]();
    });

    // The README's own commands need the files that its script writes; readme.test.ts runs them.
    const cheap = distinct.filter(({ line, args }) => isCheap(args) && !pageOf("README.md").includes(`\n${line}\n`));

    test.each([...cheap, { line: "finegauge list evals --check", args: ["list", "evals", "--check"] }])(
      "$line runs",
      async ({ args }) => {
        const { code, stdout } = await finegauge(args, { cwd: folder.path });
        expect(code).toBe(0);
        expect(stdout).not.toBe("");
      },
    );

    test("the CSV has the columns of docs/reports.md", async () => {
      const { stdout } = await finegauge(["report", "tickets@tickets-tuned", "--format", "csv"], { cwd: folder.path });
      const paragraphs = sectionOf(pageOf("docs/reports.md"), "CSV").split("\n\n");
      const columns = paragraphs.find((paragraph) => paragraph.includes("`item_hash`")) ?? "";
      expect(codesIn(columns)).toEqual(stdout.slice(0, stdout.indexOf("\r\n")).split(","));
    });
  });
});

describe("JSON blocks", () => {
  test("of docs/runs.md have the keys of a run file's lines", () => {
    const shapes = new Map(runFileLineSchema.options.map(({ shape }) => [shape.type.value as string, Object.keys(shape)]));
    const lines = fencesOf(pageOf("docs/runs.md")).filter(({ info }) => info === "json");
    for (const { text } of lines) {
      const line = JSON.parse(text) as { type: string };
      expect(shapes.get(line.type)).toEqual(expect.arrayContaining(Object.keys(line)));
    }
    expect(lines.length).toBeGreaterThan(3);
  });

  test.each(["docs/samples.md", "docs/evals.md"])("of %s are samples, one a line", (name) => {
    const rows = fencesOf(pageOf(name)).flatMap(({ info, text }) => (info === "jsonl" ? text.trim().split("\n") : []));
    for (const row of rows) expect(sampleRowSchema.safeParse(JSON.parse(row)).success).toBe(true);
    expect(rows.length).toBeGreaterThan(0);
  });
});

test("no page promises what is to come", () => {
  for (const name of pageNames.filter((one) => one.startsWith("docs/"))) {
    expect(withoutFences(pageOf(name))).not.toMatch(/\b(coming soon|planned|roadmap|in the future|will be able)\b/i);
  }
});

/** The words of a command line; single quotes keep one together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
