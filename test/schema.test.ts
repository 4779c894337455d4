import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { buildProgram } from "../src/cli/program.ts";
import { type SchemaName, schemaFiles, schemaTitles } from "../src/cli/schema-files.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { fencesOf } from "./support/markdown.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const texts = await schemaFiles();

/** What is wrong, by the schema. */
function faults(name: SchemaName, value: unknown): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile(JSON.parse(texts[name]));
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const read = (path: string) => readFileSync(join(root, path), "utf8");

describe("the schemas", () => {
  test.each([
    ["evals", "registry/evals/*.yaml"],
    ["completion-fns", "registry/completion-fns/*.yaml"],
    ["modelgraded", "registry/modelgraded/*.yaml"],
    ["prices", "registry/prices.yaml"],
  ] as const)("%s takes what comes with the package", (name, glob) => {
    const files = globSync(glob, { cwd: root });
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect([file, ...faults(name, parse(read(file)))]).toEqual([file]);
  });

  const infos = {
    "yaml evals": "evals",
    "yaml completion-fns": "completion-fns",
    "yaml eval-sets": "eval_sets",
    "yaml modelgraded": "modelgraded",
    "yaml settings": "finegauge",
    "yaml prices": "prices",
    "yaml gate": "gate",
  } as const;
  const blocks = ["README.md", ...globSync("docs/*.md", { cwd: root })].flatMap((page) =>
    fencesOf(read(page)).flatMap(({ info, text }) => {
      const name = infos[info as keyof typeof infos];
      return name === undefined ? [] : [{ page, name, text }];
    }),
  );

  test.each(Object.values(infos))("%s takes every example of the documentation", (name) => {
    const own = blocks.filter((block) => block.name === name);
    expect(own.length).toBeGreaterThan(0);
    for (const { page, text } of own) expect([page, ...faults(name, parse(text))]).toEqual([page]);
  });

  test("samples takes every row of the packaged data", () => {
    for (const line of read("registry/data/tickets/hard.jsonl").trimEnd().split("\n"))
      expect(faults("samples", JSON.parse(line))).toEqual([]);
  });

  test.each([
    {
      name: "evals",
      what: "a key that the scorer does not have",
      value: { "a.b": { class: "match", args: { ignore_csae: true } } },
    },
    {
      name: "evals",
      what: "a temperature that is a word",
      value: { "a.b": { class: "match", sampling: { temperature: "hot" } } },
    },
    {
      name: "completion-fns",
      what: "an argument that the class does not have",
      value: { a: { class: "llama", args: { modell: "x" } } },
    },
    { name: "finegauge", what: "an unknown key", value: { no_such_key: 1 } },
    { name: "gate", what: "a negative margin", value: { margin: { accuracy: -1 } } },
    { name: "eval_sets", what: "an empty set", value: { a: { evals: [] } } },
    { name: "samples", what: "an ideal that is a number", value: { input: "a", ideal: 5 } },
  ] as const)("$name refuses $what", ({ name, value }) => expect(faults(name, value).length).toBeGreaterThan(0));

  test("run and baseline take every line that is written", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    for (const args of [["init"], ["run", "example", "--no-report"], ["baseline", "set", "main", "example"]]) {
      expect(await finegauge(args, { cwd })).toMatchObject({ code: 0 });
    }
    for (const [name, glob] of [
      ["run", "reports/**/*.jsonl"],
      ["baseline", "baselines/**/*.jsonl"],
    ] as const) {
      const [file = ""] = globSync(glob, { cwd });
      const lines = readFileSync(join(cwd, file), "utf8").trimEnd().split("\n");
      expect(lines.length).toBeGreaterThan(6);
      for (const line of lines) expect(faults(name, JSON.parse(line))).toEqual([]);
    }
    for (const [name, file] of [
      ["evals", "registry/evals/capitals.yaml"],
      ["completion-fns", "registry/completion-fns/models.yaml"],
      ["finegauge", "finegauge.yaml"],
    ] as const) {
      const text = readFileSync(join(cwd, file), "utf8");
      const [, named = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
      expect(readFileSync(join(cwd, file, "..", named), "utf8")).toBe(texts[name]);
      expect(faults(name, parse(text))).toEqual([]);
    }
  });
});

describe("finegauge schema", () => {
  test("writes one file for each, again over its own, never over another's", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    for (let time = 0; time < 2; time++) expect(await finegauge(["schema"], { cwd })).toMatchObject({ code: 0 });
    const folder = join(cwd, "registry/schemas");
    expect(readdirSync(folder).sort()).toEqual(
      Object.keys(schemaTitles)
        .map((name) => `${name}.json`)
        .sort(),
    );
    writeFileSync(join(folder, "gate.json"), "{}");
    expect(await finegauge(["schema"], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("gate.json was not written by"),
    });
    expect(readFileSync(join(folder, "gate.json"), "utf8")).toBe("{}");
    expect(await finegauge(["schema", "--force"], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "gate.json"), "utf8")).toBe(texts.gate);
  });

  test("prints one, and knows near names", async () => {
    const { code, stdout } = await finegauge(["schema", "finegauge"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: texts.finegauge });
    expect(await finegauge(["schema", "evlas"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "evals"?'),
    });
  });
});

const bin = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Where a shell finds the command under its name. */
function withCommand(folder: string): { readonly [name: string]: string | undefined } {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin/finegauge"), `#!/bin/sh\nexec ${process.execPath} ${bin} "$@"\n`, { mode: 0o755 });
  return { PATH: `${join(folder, "bin")}:${process.env.PATH}`, HOME: folder };
}

function hasShell(shell: string): boolean {
  return spawnSync(shell, ["-c", "true"]).status === 0;
}

const places = [
  { typed: ["le"], offers: ["leaderboard"] },
  { typed: ["run", "--att"], offers: ["--attempts"] },
  { typed: ["run", "ex"], offers: ["example"] },
  { typed: ["run", "example", "capi"], offers: ["capitals", "capitals.test.v1"] },
  { typed: ["run", "--attempts", "3", "example", "capi"], offers: ["capitals", "capitals.test.v1"] },
  { typed: ["run", "example,tickets-t"], offers: ["example,tickets-tuned"] },
  { typed: ["diff", "ex"], offers: ["example"] },
  { typed: ["gate", "main", "ex"], offers: ["example"] },
  { typed: ["report", "a", "--format", "ju"], offers: ["junit"] },
  { typed: ["diff", "a", "b", "--eval", "capitals.t"], offers: ["capitals.test.v1"] },
  { typed: ["list", "ba"], offers: ["baselines"] },
  { typed: ["init", "--from", "fine"], offers: ["finegauge.yaml"] },
  { typed: ["run", "example", "nothing-like-it"], offers: [] },
] as const;

describe("finegauge shell-completion", () => {
  test("bash, with the script sourced, completes commands, options, values and names", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    expect(await finegauge(["init"], { cwd })).toMatchObject({ code: 0 });
    const env = withCommand(cwd);
    const { stdout: script } = await finegauge(["shell-completion", "bash"]);
    writeFileSync(join(cwd, "completion.bash"), script);
    for (const { typed, offers } of places) {
      const words = ["finegauge", ...typed].map((word) => `'${word}'`).join(" ");
      const ask = `source completion.bash; COMP_WORDS=(${words}); COMP_CWORD=${typed.length}; _finegauge; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", ask], { cwd, env, encoding: "utf8" });
      expect({
        typed,
        status,
        stderr,
        offered: stdout
          .split("\n")
          .filter((line) => line !== "")
          .sort(),
      }).toEqual({
        typed,
        status: 0,
        stderr: "",
        offered: [...offers].sort(),
      });
    }
    const bound = spawnSync("bash", ["--norc", "-c", "source completion.bash; complete -p finegauge"], {
      cwd,
      env,
      encoding: "utf8",
    });
    expect(bound.stdout).toBe("complete -F _finegauge finegauge\n");
  });

  test("a registry that cannot be read offers no names, and says nothing", async () => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "finegauge.yaml"), "no-such-key: 1\n");
    const { code, stdout, stderr } = await finegauge(["shell-completion", "--names", "models"], { cwd: scratch.path });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  test("names that a shell would take apart are not offered", async () => {
    using scratch = scratchFolder();
    mkdirSync(join(scratch.path, "registry/completion-fns"), { recursive: true });
    const fn = "{ class: module, args: { file: a.mjs } }";
    writeFileSync(join(scratch.path, "registry/completion-fns/a.yaml"), `"$(touch hit)": ${fn}\n"a b": ${fn}\ngood: ${fn}\n`);
    const { stdout } = await finegauge(["shell-completion", "--names", "models"], { cwd: scratch.path });
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(["good", "tickets-tuned"]));
    expect(stdout).not.toMatch(/[ $()]/);
    expect(existsSync(join(scratch.path, "hit"))).toBe(false);
  });

  test.each(["zsh", "fish"])("%s has every command and option, and is read by the shell where it is installed", async (shell) => {
    using scratch = scratchFolder();
    const { code, stdout } = await finegauge(["shell-completion", shell]);
    expect(code).toBe(0);
    for (const command of buildProgram().commands) {
      expect(stdout).toContain(command.name());
      for (const { long, hidden } of command.options)
        if (!hidden) expect(stdout).toContain(shell === "zsh" ? `${long}[` : `-l ${long?.slice(2)}`);
    }
    const file = join(scratch.path, `completion.${shell}`);
    writeFileSync(file, stdout);
    if (hasShell(shell)) expect(spawnSync(shell, ["-n", file], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  test("fish, where it is installed, completes as bash does", async () => {
    const shell = "fish";
    using scratch = scratchFolder();
    const cwd = scratch.path;
    expect(await finegauge(["init"], { cwd })).toMatchObject({ code: 0 });
    const { stdout: script } = await finegauge(["shell-completion", shell]);
    expect(script).toMatch(/^complete -c finegauge -n '__fish_seen_subcommand_from run' .*shell-completion --names models/m);
    writeFileSync(join(cwd, "completion.fish"), script);
    for (const { typed, offers } of hasShell(shell) ? places : []) {
      // A list with commas is completed by its first name alone.
      if (typed.some((word) => word.includes(","))) continue;
      const ask = `source completion.fish; complete -C '${["finegauge", ...typed].join(" ")}'`;
      const { stdout } = spawnSync(shell, ["--no-config", "-c", ask], { cwd, env: withCommand(cwd), encoding: "utf8" });
      const offered = stdout.split("\n").flatMap((line) => line.split("\t")[0] || []);
      expect({ typed, offered }).toEqual({ typed, offered: expect.arrayContaining([...offers]) });
    }
  });

  test("asks which shell", async () => {
    expect(await finegauge(["shell-completion", "tcsh"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bash, zsh or fish"),
    });
  });
});
