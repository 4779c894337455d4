import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { startMockOpenai } from "./support/mock-openai.ts";
import { answerSums, writeSumsRegistry } from "./support/sums-registry.ts";

const tuned = fileURLToPath(new URL("../registry/models/tickets-tuned.gguf", import.meta.url));

interface WrongInput {
  readonly what: string;
  readonly args: readonly string[];
  readonly prepare?: (folder: string) => void;
  readonly says: readonly (string | RegExp)[];
}

const write = (file: string, text: string | Uint8Array) => (folder: string) => {
  const path = join(folder, file);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
};

const table: readonly WrongInput[] = [
  { what: "an unknown eval", args: ["run", "tickets-tuned", "tickts"], says: ["registry.unknown-name", '"tickts"', '"tickets"'] },
  { what: "an unknown model", args: ["run", "tickets-tund", "tickets"], says: ["registry.unknown-name", '"tickets-tuned"'] },
  {
    what: "YAML that does not parse",
    args: ["run", "tickets-tuned", "mine"],
    prepare: write("registry/evals/mine.yaml", "mine:\n  id: mine.test.v1\n  description: [unclosed\n"),
    says: [/registry\/evals\/mine\.yaml:\d+:\d+/],
  },
  {
    what: "an argument that the scorer does not have",
    args: ["run", "tickets-tuned", "mine"],
    prepare: (folder) => {
      write(
        "registry/evals/mine.yaml",
        "mine:\n  id: mine.test.v1\nmine.test.v1:\n  class: includes\n  args:\n    samples_jsonl: mine.jsonl\n    ignore_csae: true\n",
      )(folder);
      write("registry/data/mine.jsonl", '{"input": "a", "ideal": "b"}\n')(folder);
    },
    says: [/registry\/evals\/mine\.yaml:7:5/, "ignore_csae", '"ignore_case"'],
  },
  {
    what: "a line of data that is not JSON",
    args: ["run", "tickets-tuned", "mine"],
    prepare: (folder) => {
      write(
        "registry/evals/mine.yaml",
        "mine: { id: mine.test.v1 }\nmine.test.v1: { class: match, args: { samples_jsonl: mine.jsonl } }\n",
      )(folder);
      write("registry/data/mine.jsonl", '{"input": "a", "ideal": "b"}\n{"input": "a", "ideal": b}\n')(folder);
    },
    says: ["data.invalid", /registry\/data\/mine\.jsonl:2/],
  },
  {
    what: "a Git-LFS pointer for data",
    args: ["run", "tickets-tuned", "mine"],
    prepare: (folder) => {
      write(
        "registry/evals/mine.yaml",
        "mine: { id: mine.test.v1 }\nmine.test.v1: { class: match, args: { samples_jsonl: mine.jsonl } }\n",
      )(folder);
      write(
        "registry/data/mine.jsonl",
        `version https://git-lfs.github.com/spec/v1\noid sha256:${"0".repeat(64)}\nsize 12345\n`,
      )(folder);
    },
    says: ["data.lfs-pointer", "git lfs pull"],
  },
  {
    what: "data that is a link to itself",
    args: ["run", "tickets-tuned", "mine"],
    prepare: (folder) => {
      write(
        "registry/evals/mine.yaml",
        "mine: { id: mine.test.v1 }\nmine.test.v1: { class: match, args: { samples_jsonl: mine.jsonl } }\n",
      )(folder);
      mkdirSync(join(folder, "registry/data"));
      symlinkSync("mine.jsonl", join(folder, "registry/data/mine.jsonl"));
    },
    says: ["data.missing", "mine.jsonl"],
  },
  { what: "a list with nothing in it", args: ["run", "", " , "], says: ["cli.usage", "no model is named"] },
  { what: "a share above 1", args: ["run", "tickets-tuned", "tickets", "--top-p", "5"], says: ["cli.usage", "--top-p", "5"] },
  { what: "a missing API key", args: ["run", "openai:gpt-4.1-mini", "tickets"], says: ["model.key-missing", "OPENAI_API_KEY"] },
  {
    what: "a GGUF that is cut short",
    args: ["run", "cut.gguf", "tickets"],
    prepare: (folder) => write("cut.gguf", readFileSync(tuned).subarray(0, 900_000))(folder),
    says: ["model.file-invalid", "cut.gguf"],
  },
  {
    what: "a file that is no GGUF",
    args: ["run", "not.gguf", "tickets"],
    prepare: write("not.gguf", "hello"),
    says: ["model.file-invalid", "not.gguf"],
  },
  { what: "a GGUF that is not there", args: ["run", "gone.gguf", "tickets"], says: ["gone.gguf"] },
  {
    what: "a flag that does not exist",
    args: ["run", "tickets-tuned", "tickets", "--concurency", "3"],
    says: ["cli.usage", "--concurrency"],
  },
  {
    what: "a number that is none",
    args: ["run", "tickets-tuned", "tickets", "--max-samples", "few"],
    says: ["cli.usage", "few"],
  },
  { what: "a command that does not exist", args: ["rum"], says: ["cli.usage", "run"] },
  { what: "no model and no eval", args: ["run"], says: ["cli.usage", "finegauge run <models> <evals>"] },
  { what: "a run that is not there", args: ["report", "tickets@nobody"], says: ["run.not-found"] },
  {
    what: "a setting that does not exist",
    args: ["list", "evals"],
    prepare: write("finegauge.yaml", "out: reports\nregistri: here\n"),
    says: [/finegauge\.yaml:2:1/, '"registry"'],
  },
];

describe("wrong input", () => {
  test.each(table)("$what: one clear error, exit code 2, no stack trace, no run file", async ({ args, prepare, says }) => {
    using scratch = scratchFolder();
    prepare?.(scratch.path);
    const { code, stdout, stderr } = await finegauge([...args, "--quiet"], { cwd: scratch.path });
    for (const part of says) {
      if (typeof part === "string") expect(stderr).toContain(part);
      else expect(stderr).toMatch(part);
    }
    expect(stderr.match(/^error /gm)).toHaveLength(1);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(code).toBe(2);
    expect(existsSync(join(scratch.path, "reports"))).toBe(false);
  });

  test("a server that nobody answers at: exit code 3, its address, no run file", async () => {
    using scratch = scratchFolder();
    writeSumsRegistry(scratch.path, { samples: 5, url: "http://127.0.0.1:9/v1" });
    const { code, stderr } = await finegauge(["run", "mock", "sums", "--quiet"], { cwd: scratch.path });
    expect(code).toBe(3);
    expect(stderr).toContain("provider.unreachable");
    expect(stderr).toContain("127.0.0.1:9");
    expect(existsSync(join(scratch.path, "reports"))).toBe(false);
  });

  test("a server that fails every request: stopped after twenty, exit code 3, no run file", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({
      answer: (request) =>
        request.method === "GET" ? { json: { data: [] } } : { status: 400, json: { error: { message: "no such thing" } } },
    });
    writeSumsRegistry(scratch.path, { samples: 300, url: mock.url });
    const { code, stderr } = await finegauge(["run", "mock", "sums", "--quiet", "--concurrency", "5"], { cwd: scratch.path });
    expect(code).toBe(3);
    expect(stderr).toContain("provider.rejected");
    expect(mock.asked.length).toBeGreaterThanOrEqual(20);
    expect(mock.asked.length).toBeLessThanOrEqual(25);
    expect(existsSync(join(scratch.path, "reports"))).toBe(false);
    await mock.close();
  });

  test("a prompt that exceeds the context is an error on that sample, never a shortened prompt", async () => {
    using scratch = scratchFolder();
    write(
      "registry/evals/mine.yaml",
      "mine: { id: mine.test.v1 }\nmine.test.v1: { class: match, args: { samples_jsonl: mine.jsonl } }\n",
    )(scratch.path);
    const long = "disk ".repeat(2000);
    const rows = [
      { input: "Thanks", ideal: "x" },
      { input: long, ideal: "x" },
      { input: "Hello", ideal: "x" },
    ];
    write("registry/data/mine.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""))(scratch.path);
    const { code, stdout } = await finegauge(["run", "tickets-tuned", "mine", "--json", "--max-tokens", "4", "--no-report"], {
      cwd: scratch.path,
    });
    const { runs } = JSON.parse(stdout) as { runs: { file: string; counts: { errors: number; done: number } }[] };
    expect(runs[0]?.counts).toMatchObject({ selected: 3, done: 3, errors: 1 });
    const lines = readFileSync(join(scratch.path, runs[0]?.file ?? ""), "utf8");
    expect(lines).toContain('"provider.context-exceeded"');
    // One error in three samples is far above one per cent.
    expect(code).toBe(3);
  });

  test("one bad eval never stops the others", async () => {
    using scratch = scratchFolder();
    const mock = await startMockOpenai({ answer: answerSums });
    writeSumsRegistry(scratch.path, { samples: 10, url: mock.url });
    write("registry/evals/broken.yaml", "broken: [\n")(scratch.path);
    const { code } = await finegauge(["run", "mock", "sums", "--quiet", "--no-report"], { cwd: scratch.path });
    expect(code).toBe(0);
    const check = await finegauge(["list", "evals", "--check"], { cwd: scratch.path });
    expect(check.stdout).toContain("sums.test.v1");
    expect(check.stdout).toContain("broken.yaml");
    expect(check.code).toBe(1);
    await mock.close();
  });
});
