import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { begin } from "./support/cached-sums.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

describe("what is no cache", () => {
  test("is one clear error, and left as it is", async () => {
    using scratch = scratchFolder();
    const { mock, run, command, file } = await begin(scratch.path);
    mkdirSync(join(file, ".."));
    writeFileSync(file, "my diary ".repeat(100));
    for (const { code, stderr, stdout } of [await run("--cache", "on"), await command("cache", "prune", "--all")]) {
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain("error cache.unusable: the response cache is damaged, or no database");
      expect(stderr).toContain("delete it, name another folder with --cache-dir");
    }
    expect(readFileSync(file, "utf8")).toBe("my diary ".repeat(100));
    expect(mock.asked).toEqual([]);
    await mock.close();
  });

  test("and cannot be made is a note, and the run goes on without", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    writeFileSync(join(scratch.path, "cache"), "");
    const { code, stderr } = await run("--cache", "on");
    expect(code).toBe(0);
    expect(stderr.match(/cache: there is no cache: /g)).toHaveLength(1);
    await mock.close();
  });
});

describe("a function of one's own", () => {
  const program =
    'import { createInterface } from "node:readline";\nimport { appendFileSync } from "node:fs";\nfor await (const line of createInterface({ input: process.stdin })) {\n  appendFileSync("asked", "x");\n  console.log(JSON.stringify({ id: JSON.parse(line).id, text: "the sum is 1" }));\n}\n';

  test.each([
    { what: "without a version is asked each time, and that is said", version: "", asked: 10 },
    { what: "with a version is kept", version: ", version: a1", asked: 5 },
  ])("$what", async ({ version, asked }) => {
    using scratch = scratchFolder();
    const { mock, command } = await begin(scratch.path, { samples: 5 });
    writeFileSync(join(scratch.path, "own.mjs"), program);
    writeFileSync(
      join(scratch.path, "registry/completion-fns/own.yaml"),
      `own: { class: command, args: { argv: [${JSON.stringify(process.execPath)}, own.mjs]${version} } }\n`,
    );
    for (let time = 0; time < 2; time++) {
      const { code, stderr } = await command("run", "own", "sums", "--no-report", "--cache", "on");
      expect(code).toBe(0);
      expect(stderr.includes("cache: replies of own are not kept: it does not say which version of it replies")).toBe(
        version === "",
      );
    }
    expect(readFileSync(join(scratch.path, "asked"), "utf8")).toHaveLength(asked);
    await mock.close();
  });
});

describe("finegauge cache", () => {
  test("lists what is kept of each model, and prunes what is named", async () => {
    using scratch = scratchFolder();
    const { mock, run, command, file } = await begin(scratch.path);
    const empty = await command("cache", "list");
    expect(empty).toMatchObject({ code: 0, stdout: "" });
    expect(existsSync(file)).toBe(false);
    await run("--cache", "on");
    const list = await command("cache", "list");
    expect(list.stdout).toMatch(/^mock +http +mock-1 +30 +[\d.]+ kB +\d+ s +\d+ s$/m);
    const json = JSON.parse((await command("cache", "list", "--json")).stdout) as { models: object[] };
    expect(json.models).toEqual([expect.objectContaining({ name: "mock", fn: "http", model: "mock-1", entries: 30 })]);

    const pruned = async (...args: string[]) => (await command("cache", "prune", ...args)).stdout;
    expect(await pruned("--older-than", "1h")).toBe("pruned: 0 replies, 0 bytes\n");
    expect(await pruned("--model", "gpt*")).toBe("pruned: 0 replies, 0 bytes\n");
    expect(await pruned("--max-size", "1kb", "--dry-run")).toMatch(/^would be pruned: 2\d replies, /);
    expect(await pruned("--all")).toMatch(/^pruned: 30 replies, /);
    expect((await command("cache", "list")).stdout).toBe("");
    await mock.close();
  });

  test.each([
    { args: ["prune"], said: "it is not said what to prune" },
    { args: ["prune", "--all", "--older-than", "1d"], said: "--all goes with no other limit" },
    { args: ["prune", "--older-than", "soon"], said: "--older-than soon is not an age" },
    { args: ["clear"], said: "cache cannot clear" },
  ])("$args is refused", async ({ args, said }) => {
    using scratch = scratchFolder();
    const { code, stderr } = await finegauge(["cache", ...args, "--cache-dir", scratch.path], { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toContain(`error cli.usage: ${said}`);
  });
});

test("--aa asks twice whatever finegauge.yaml says of the cache, and refuses --cache", async () => {
  using scratch = scratchFolder();
  const { mock, run } = await begin(scratch.path, { samples: 10 });
  expect(await run("--aa", "--cache", "on")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("does not go with --cache"),
  });
  writeFileSync(join(scratch.path, "finegauge.yaml"), "cache: on\n");
  expect(await run("--aa")).toMatchObject({ code: 0 });
  expect(mock.asked).toHaveLength(20);
  await mock.close();
});
