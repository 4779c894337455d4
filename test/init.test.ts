import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { fencesOf } from "./support/markdown.ts";

const labels = ["billing", "bug", "access", "praise", "other"];
const field = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (rows: readonly (readonly string[])[]) => `\ufeff${rows.map((row) => row.map(field).join(",")).join("\r\n")}\r\n`;

/** 600 rows as a spreadsheet saves them, of which 589 are any good. */
function ticketRows(): string[][] {
  const rows = Array.from({ length: 600 }, (_, at) => {
    const label = at % 60 === 0 ? "rare, odd" : (labels[at % 5] as string);
    const text = at % 3 === 0 ? `Größe ${at}, “${label}”\r\nsays "please"` : `q ${at} naïve 😀 ${label}`;
    return [`T-${at}`, text, label, at % 2 === 0 ? "web" : "mail"];
  });
  const set = (row: number, column: number, value: string) => {
    (rows[row] as string[])[column] = value;
  };
  // Two pairs of equal rows, one of them with other white space; a pair that contradicts itself; three empty ones.
  const text = (row: number) => (rows[row] as string[])[1] as string;
  set(11, 1, text(16));
  set(22, 1, `  ${text(27).replace(" ", "\t")} `);
  set(31, 1, text(32));
  set(41, 1, " ");
  set(43, 2, "");
  set(44, 2, "\t");
  return [["id", "message", "category", "channel"], ...rows];
}

/** Four of which are asked too. */
const training = [101, 102, 103, 104].map((at) => ({
  messages: [
    { role: "system", content: "Sort the ticket." },
    { role: "user", content: ticketRows()[at + 1]?.[1] },
    { role: "assistant", content: ticketRows()[at + 1]?.[2] },
  ],
}));

/** Replies the label that stands in the question, but wrong ones to every so many of them. */
function writeModels(folder: string): void {
  for (const [name, every] of [
    ["old", 4],
    ["new", 40],
  ] as const) {
    writeFileSync(
      join(folder, `registry/${name}.mjs`),
      `export function completionFn(prompt) {
        const text = prompt.at(-1).content;
        const label = ${JSON.stringify([...labels, "rare, odd"])}.find((one) => text.includes(one));
        return Number(/\\d+/.exec(text)[0]) % ${every} === 1 ? "no idea" : label;
      }\n`,
    );
  }
  writeFileSync(
    join(folder, "registry/completion-fns/models.yaml"),
    "old: { class: module, args: { file: old.mjs } }\nnew: { class: module, args: { file: new.mjs } }\n",
  );
}

describe("init --from", () => {
  test("600 rows and two models come to a verdict in five commands, with nothing but the models' file written by hand", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, "support.csv"), csv(ticketRows()));
    writeFileSync(join(cwd, "train.jsonl"), training.map((row) => `${JSON.stringify(row)}\n`).join(""));

    const made = await finegauge(["init", "--from", "support.csv", "--train", "train.jsonl"], { cwd });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const [page = ""] = fencesOf(readFileSync(new URL("../docs/start.md", import.meta.url), "utf8"))
      .filter(({ info }) => info === "text")
      .map(({ text }) => text);
    expect(made.stdout).toContain(page);
    for (const line of [
      "589 of 600 rows of support.csv make the eval support",
      "read     CSV: input message, ideal category, id id, metadata channel",
      '"Sort the ticket." (from the training file',
      "1: no question (line",
      "2: no answer (line",
      "4: the same text stands in the training file",
      "2: the same text again",
      "2: the same text stands there with two labels",
      "scorer   match, 6 labels",
      "points if 5 % of replies flip",
      "points if 10 % of replies flip",
      "too few for a claim about them alone: rare, odd (10)",
      "next     finegauge run ",
    ]) {
      expect(made.stdout).toContain(line);
    }
    const files = readFileSync(join(cwd, "registry/data/support/test.jsonl"), "utf8").trimEnd().split("\n");
    expect(files).toHaveLength(589);
    expect(JSON.parse(files[0] as string)).toEqual({
      id: "T-0",
      input: [
        { role: "system", content: "Sort the ticket." },
        { role: "user", content: 'Größe 0, “rare, odd”\r\nsays "please"' },
      ],
      ideal: "rare, odd",
      metadata: { channel: "web", label: "rare, odd" },
    });
    expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("reports/\n");

    writeModels(cwd);
    const run = await finegauge(["run", "old,new"], { cwd });
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).not.toContain("warning");
    expect(run.stdout).toContain("589");
    const diff = await finegauge(["diff", "old", "new"], { cwd });
    expect(diff).toMatchObject({ code: 0 });
    expect(diff.stdout).toMatch(/better/);
    expect(await finegauge(["baseline", "set", "main", "old"], { cwd })).toMatchObject({ code: 0 });
    const gate = await finegauge(["gate", "main", "new"], { cwd });
    expect(gate).toMatchObject({ code: 0 });
    expect(gate.stdout).toContain("delta.accuracy >= -margin");
    // The margin that was proposed is one that the same model again passes.
    expect(await finegauge(["run", "old", "--no-report"], { cwd })).toMatchObject({ code: 0 });
    expect(await finegauge(["gate", "main", "old"], { cwd })).toMatchObject({ code: 0 });
    const report = await finegauge(["report", "support@new", "--output", "report.html"], { cwd });
    expect(report).toMatchObject({ code: 0 });
    expect(existsSync(join(cwd, "report.html"))).toBe(true);
  });

  test("what the samples see is what finegauge plan says of them, and the margin is one that they settle", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, "support.csv"), csv(ticketRows()));
    const { data } = JSON.parse((await finegauge(["init", "--from", "support.csv", "--json"], { cwd })).stdout);
    const { plan } = JSON.parse((await finegauge(["plan", "support", "--mde", "0.03", "--json"], { cwd })).stdout);
    const scenarios = plan.scenarios as {
      spread: { flips: number };
      present: { mde: number; smallest_margin: number; margin: object };
    }[];
    expect(data.sees).toEqual(
      scenarios.map(({ spread, present }) => ({
        flips: spread.flips,
        mde: present.mde,
        smallest_margin: present.smallest_margin,
      })),
    );
    for (const { present } of scenarios) expect(present.margin).toMatchObject({ margin: data.margin, more_samples: 0 });
  });

  test("what is nearly the same as a training row is left out too, so that the next run finds nothing; or kept on demand", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    const names = ["Ada", "Bert", "Cleo", "Dora", "Emil", "Fritz"];
    const texts = names.map(
      (name, at) => `${name.repeat(9)} ${at}${at} ordered ${name.toLowerCase().repeat(7)} and got none of it`,
    );
    writeFileSync(
      join(cwd, "mine.csv"),
      `text,label\n${texts.map((text, at) => `${text},${at % 2 ? "late" : "lost"}\n`).join("")}`,
    );
    writeFileSync(
      join(cwd, "train.csv"),
      `text,label\n${texts[1]?.toUpperCase()}!,late\n${texts[4]?.replace("none", "nonx")},lost\n`,
    );
    const args = ["init", "--from", "mine.csv", "--train", "train.csv"];
    const kept = await finegauge([...args, "--keep-similar", "--name", "kept"], { cwd });
    expect(kept.stdout).toContain("6 of 6 rows of mine.csv make the eval kept");
    expect(kept.stdout).toContain("similar  2 nearly the same as a training row, kept: --keep-similar\n");
    expect((await finegauge(["run", "tickets-base", "kept", "--dry-run"], { cwd })).stderr).toContain("leakage: 2 of 6 samples");

    const { stdout } = await finegauge(args, { cwd });
    expect(stdout).toContain("4 of 6 rows of mine.csv make the eval mine");
    expect(stdout).toContain("2: nearly the same as a training row; --keep-similar keeps such (lines 3, 6)");
    expect(readFileSync(join(cwd, "registry/data/mine/test.jsonl"), "utf8").trimEnd().split("\n")).toHaveLength(4);
    expect((await finegauge(["run", "tickets-base", "mine", "--dry-run"], { cwd })).stderr).toContain(
      "leakage: none of 4 samples is in mine/train.jsonl",
    );
  });

  test("columns, prompt, name and registry are as they are asked for", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, "a.csv"), "x;yes;web\ny;no;mail\n");
    const columns = ["--no-header", "--input", "1", "--ideal", "2", "--metadata", "3"];
    const more = ["--system", "Yes or no?", "--name", "my_own", "--registry", "evals/mine"];
    expect(await finegauge(["init", "--from", "a.csv", ...columns, ...more], { cwd })).toMatchObject({ code: 0 });
    const [first = ""] = readFileSync(join(cwd, "evals/mine/data/my_own/test.jsonl"), "utf8").split("\n");
    expect(JSON.parse(first)).toEqual({
      input: [
        { role: "system", content: "Yes or no?" },
        { role: "user", content: "x" },
      ],
      ideal: "yes",
      metadata: { 3: "web" },
    });
    const { stdout } = await finegauge(["list", "evals", "--json"], { cwd });
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ name: "my_own.test.v1", aliases: ["my_own"] }));
  });

  test("what comes with the package is not taken over without being asked to", async () => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "tickets.csv"), "text,answer\na,b\n");
    const args = ["init", "--from", "tickets.csv", "--dry-run", "--json"];
    const name = async (...more: string[]) =>
      JSON.parse((await finegauge([...args, ...more], { cwd: scratch.path })).stdout).eval;
    expect(await name()).toBe("my-tickets");
    expect(await name("--name", "tickets")).toBe("tickets");
  });

  test("nothing is written by --dry-run, and over nothing without --force", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, "support.csv"), csv(ticketRows()));
    writeFileSync(join(cwd, ".gitignore"), "node_modules");
    const before = readdirSync(cwd);
    const dry = await finegauge(["init", "--from", "support.csv", "--dry-run"], { cwd });
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain("registry/evals/support.yaml");
    expect(readdirSync(cwd)).toEqual(before);

    const args = ["init", "--from", "support.csv"];
    expect(await finegauge(args, { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("node_modules\nreports/\n");
    writeFileSync(join(cwd, "registry/evals/support.yaml"), "mine\n");
    writeFileSync(join(cwd, "finegauge.yaml"), "evals: support\n");
    const again = await finegauge(args, { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toMatch(/^error cli.usage: .*registry\/evals\/support.yaml: there already/);
    expect(readFileSync(join(cwd, "registry/evals/support.yaml"), "utf8")).toBe("mine\n");
    expect(await finegauge([...args, "--force"], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "registry/evals/support.yaml"), "utf8")).toContain("class: match");
    expect(readFileSync(join(cwd, "finegauge.yaml"), "utf8")).toBe("evals: support\n");
    expect(readFileSync(join(cwd, ".gitignore"), "utf8")).toBe("node_modules\nreports/\n");
  });

  test("a file that cannot be written leaves none of the others", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, "support.csv"), csv(ticketRows()));
    mkdirSync(join(cwd, "registry/completion-fns"), { recursive: true });
    // In place of a folder.
    writeFileSync(join(cwd, "registry/schemas"), "");
    const { code, stderr } = await finegauge(["init", "--from", "support.csv"], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining("error run.disk") });
    expect(readdirSync(cwd, { recursive: true }).sort()).toEqual([
      "registry",
      "registry/completion-fns",
      "registry/schemas",
      "support.csv",
    ]);
  });

  const chat = (question: string, answer: string) =>
    JSON.stringify({
      messages: [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ],
    });

  test.each([
    {
      name: "chats with long answers",
      file: "a.jsonl",
      text: [chat("a", "word ".repeat(30)), chat("b", "other ".repeat(30)), '{"messages": []}', "no json"].join("\n"),
      wanted: { format: "chat", samples: 2, scorer: "rouge-l", margin: null },
    },
    {
      name: "samples",
      file: "a.jsonl",
      text: '{"input": "2+2?", "ideal": "4"}\n{"input": "3+3?", "ideal": ["6", "6.0"]}\n',
      wanted: { format: "samples", samples: 2, scorer: "numeric" },
    },
    {
      name: "JSON objects with columns",
      file: "a.ndjson",
      text: '{"prompt": "who?", "completion": "Ada Lovelace"}\n{"prompt": "when?", "completion": "in 1843"}\n',
      wanted: { format: "records", samples: 2, scorer: "includes", columns: { input: "prompt", ideal: "completion" } },
    },
    {
      name: "TSV with right answers as JSON",
      file: "a.tsv",
      text: 'text\toutput\none\t{"a": 1}\ntwo\t{"a": 2}\n',
      wanted: { format: "tsv", samples: 2, scorer: "json-match" },
    },
    {
      name: "labels of which one begins another",
      file: "a.csv",
      text: `text,label\n${Array.from({ length: 12 }, (_, at) => `t${at},${at % 2 ? "New" : "New York"}\n`).join("")}`,
      wanted: { format: "csv", samples: 12, scorer: "exact" },
    },
  ])("takes $name, and what it makes can be run", async ({ file, text, wanted }) => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, file), text);
    const { code, stdout } = await finegauge(["init", "--from", file, "--json"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ format: 1, eval: "a", data: wanted, dry_run: false });
    const checks = await finegauge(["list", "evals", "--check", "--json"], { cwd });
    expect(JSON.parse(checks.stdout)).toContainEqual(
      expect.objectContaining({ name: "a.test.v1", status: "runs", samples: wanted.samples }),
    );
  });

  test.each([
    { name: "a file that is not there", args: ["--from", "none.csv"], says: "error data.missing: there is no file none.csv" },
    { name: "a column that is not there", args: ["--from", "a.csv", "--input", "txt"], says: 'did you mean "text"?' },
    { name: "an answer column that nothing shows", args: ["--from", "b.csv"], says: "does not show which column is the ideal" },
    { name: "an ending that says nothing", args: ["--from", "a.xlsx"], says: ".jsonl, .ndjson, .csv, .tsv" },
    { name: "text in an unknown encoding", args: ["--from", "c.csv"], says: "the file is not UTF-8 text" },
    { name: "a file without one usable row", args: ["--from", "d.csv"], says: "no row of d.csv makes a sample: 2 empty-ideal" },
    { name: "a name that is none", args: ["--from", "a.csv", "--name", "a.b"], says: "is no name of an eval" },
    { name: "--train alone", args: ["--train", "a.csv"], says: "--train goes with --from" },
    {
      name: "--keep-similar without training data",
      args: ["--from", "a.csv", "--keep-similar"],
      says: "--keep-similar goes with --train",
    },
    { name: "something else to make", args: ["cd"], says: "there is no init cd" },
  ])("refuses $name", async ({ args, says }) => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    writeFileSync(join(cwd, "a.csv"), "text,label\na,b\n");
    writeFileSync(join(cwd, "b.csv"), "one,two\na,b\nc,d\n");
    writeFileSync(join(cwd, "c.csv"), Buffer.from([0x74, 0x65, 0xff, 0x0a, 0xfe]));
    writeFileSync(join(cwd, "d.csv"), "text,label\na,\nb,\n");
    writeFileSync(join(cwd, "a.xlsx"), "PK");
    const { code, stderr } = await finegauge(["init", ...args], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
    expect(existsSync(join(cwd, "registry"))).toBe(false);
  });
});

test("init without data writes a registry that runs as it is", async () => {
  using scratch = scratchFolder();
  const cwd = scratch.path;
  const made = await finegauge(["init"], { cwd });
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toMatch(/next {5}finegauge run example\n$/);
  const run = await finegauge(["run", "example"], { cwd });
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout).toContain("66.7 %");
});

describe("init ci", () => {
  interface Step {
    readonly name?: string;
    readonly if?: string;
    readonly run?: string;
    readonly uses?: string;
    readonly env?: { readonly [name: string]: string };
  }

  const install = "npm install --global ./finegauge.tgz";

  async function workflowIn(cwd: string, ...args: string[]) {
    expect(await finegauge(["init", "ci", "--install", install, ...args], { cwd })).toMatchObject({ code: 0 });
    const text = readFileSync(join(cwd, ".github/workflows/finegauge.yml"), "utf8");
    const { steps } = parse(text).jobs.gate as { steps: Step[] };
    return { text, steps, step: (name: string) => steps.find((one) => one.name === name) as Step };
  }

  function bash(script: string | undefined, cwd: string, env: { readonly [name: string]: string }) {
    return spawnSync("bash", ["--norc", "-e", "-c", script ?? "exit 99"], {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...env },
    });
  }

  test("runs, gates by the committed baseline, comments and uploads", async () => {
    using scratch = scratchFolder();
    const { text, steps, step } = await workflowIn(scratch.path, "--model", "gpt-4.1-mini", "--eval", "tickets");
    expect(step("Install").run).toBe(install);
    // The key is seen where a model is asked, and nowhere else: not by what is installed, nor in the job's environment.
    const keyed = steps.filter(({ env }) => env !== undefined && "OPENAI_API_KEY" in env).map(({ name }) => name);
    expect(keyed).toEqual(["Is there a key", "Run", "Gate"]);
    expect(text.split("secrets.").length - 1).toBe(keyed.length);
    expect(step("Run").env).toEqual({ OPENAI_API_KEY: `$${"{{ secrets.OPENAI_API_KEY }}"}` });
    expect(text).not.toMatch(/finegauge@/);
    expect(step("Run").run).toBe("npx --no-install finegauge run gpt-4.1-mini tickets --yes");
    expect(step("Gate").run).toBe("npx --no-install finegauge gate main gpt-4.1-mini --eval tickets --output finegauge.md");
    expect(steps.map(({ uses }) => uses?.split("@")[0]).filter(Boolean)).toEqual([
      "actions/checkout",
      "actions/setup-node",
      "actions/upload-artifact",
    ]);
    // After the key is looked for, nothing happens without one.
    for (const one of steps.slice(2)) expect(one.if).toContain("steps.key.outputs.found == 'yes'");
    for (const one of steps) if (one.if?.includes("!")) expect(one.if).toMatch(/^\$\{\{ .* \}\}$/);
  });

  test("a fork, which has no key, is told that nothing was judged", async () => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    const { step } = await workflowIn(cwd, "--model", "azure:prod", "--eval", "tickets");
    expect(Object.keys(step("Run").env ?? {})).toEqual(["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"]);
    const files = { GITHUB_OUTPUT: join(cwd, "output"), GITHUB_STEP_SUMMARY: join(cwd, "summary") };
    const without = bash(step("Is there a key").run, cwd, { ...files, AZURE_OPENAI_API_KEY: "" });
    expect(without).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^::warning title=finegauge was skipped::there is no AZURE_/),
    });
    expect(readFileSync(files.GITHUB_STEP_SUMMARY, "utf8")).toContain("no model was asked");
    expect(existsSync(files.GITHUB_OUTPUT)).toBe(false);
    expect(bash(step("Is there a key").run, cwd, { ...files, AZURE_OPENAI_API_KEY: "k" })).toMatchObject({
      status: 0,
      stdout: "",
    });
    expect(readFileSync(files.GITHUB_OUTPUT, "utf8")).toBe("found=yes\n");
  });

  test.each([
    { name: "is made where there is none", found: "", wanted: "api --method POST repos/me/it/issues/7/comments" },
    { name: "is replaced where there is one", found: "41\n42\n", wanted: "api --method PATCH repos/me/it/issues/comments/41" },
  ])("the comment $name", async ({ found, wanted }) => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    const { step } = await workflowIn(cwd, "--model", "gpt-4.1-mini", "--eval", "tickets");
    mkdirSync(join(cwd, "bin"));
    writeFileSync(join(cwd, "found"), found);
    const gh = '#!/bin/sh\necho "$@" >> calls\ncase "$*" in *--paginate*) cat found ;; esac\n';
    writeFileSync(join(cwd, "bin/gh"), gh, { mode: 0o755 });
    const env = { PATH: `${join(cwd, "bin")}:${process.env.PATH}`, GITHUB_REPOSITORY: "me/it", PULL_REQUEST: "7" };
    expect(bash(step("Comment").run, cwd, env)).toMatchObject({ status: 0 });
    const [looked, written] = readFileSync(join(cwd, "calls"), "utf8").trimEnd().split("\n");
    expect(looked).toContain('startswith("<!-- finegauge -->")');
    expect(written).toBe(`${wanted} --field body=@finegauge.md --silent`);
  });

  test("a model in process needs no key; what is not said comes from finegauge.yaml", async () => {
    using scratch = scratchFolder();
    expect(await finegauge(["init"], { cwd: scratch.path })).toMatchObject({ code: 0 });
    const { text, steps, step } = await workflowIn(scratch.path);
    expect(text).not.toContain("secrets");
    expect(step("Run").run).toBe("npx --no-install finegauge run example capitals --yes");
    expect(JSON.stringify(steps)).not.toContain("steps.key");
    const again = await finegauge(["init", "ci", "--install", install], { cwd: scratch.path });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is there already") });
  });

  test("secrets have the names that they are given", async () => {
    using scratch = scratchFolder();
    mkdirSync(join(scratch.path, "registry/completion-fns"), { recursive: true });
    writeFileSync(
      join(scratch.path, "registry/completion-fns/models.yaml"),
      '"my vllm: a": { class: http, args: { url: "http://127.0.0.1:1/v1", model: m } }\n',
    );
    const asked = ["--model", "my vllm: a", "--eval", "tickets"];
    const { step } = await workflowIn(scratch.path, ...asked, "--key-env", "VLLM_KEY,VLLM_URL");
    expect(Object.keys(step("Run").env ?? {})).toEqual(["VLLM_KEY", "VLLM_URL"]);
    expect(step("Is there a key").run).toContain('[ -n "$VLLM_KEY" ]');
    // What YAML would take apart arrives as one word of the shell's.
    expect(step("Run").run).toBe("npx --no-install finegauge run 'my vllm: a' tickets --yes");
    const bad = await finegauge(["init", "ci", "--force", "--install", "true", ...asked, "--key-env", "A-B"], {
      cwd: scratch.path,
    });
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining("no name of an environment variable") });
  });

  const project = (spec: string) => ({
    "package.json": JSON.stringify({ devDependencies: { finegauge: spec } }),
    "package-lock.json": "{}",
  });
  test.each([
    { name: "no project", files: {}, says: "do not name it" },
    {
      name: "a link to a checkout beside the project",
      files: project("file:../finegauge"),
      says: "file:../finegauge, which is not",
    },
    { name: "a packed checkout in the project", files: project("file:finegauge-0.1.0.tgz"), says: undefined },
    { name: "an address", files: project("git+ssh://git@host/finegauge.git#abc"), says: undefined },
  ])("of $name: installs by the lock file what CI can get, and nothing by its mere name", async ({ files, says }) => {
    using scratch = scratchFolder();
    const cwd = scratch.path;
    for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
    const { code, stderr } = await finegauge(["init", "ci", "--model", "tickets-base", "--eval", "tickets"], { cwd });
    const made = join(cwd, ".github/workflows/finegauge.yml");
    if (says === undefined) expect([code, readFileSync(made, "utf8")]).toEqual([0, expect.stringContaining("run: npm ci\n")]);
    else {
      expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
      expect(stderr).toContain("npm pack");
      expect(existsSync(made)).toBe(false);
    }
  });

  test.each([
    { args: ["--model", "tickets-bas", "--eval", "tickets"], says: 'did you mean "tickets-base"?' },
    { args: ["--model", "gpt-4.1-mini", "--eval", "tickts"], says: 'did you mean "tickets"' },
  ])("refuses a name that nobody knows: $args", async ({ args, says }) => {
    using scratch = scratchFolder();
    const { code, stderr } = await finegauge(["init", "ci", "--install", install, ...args], { cwd: scratch.path });
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(existsSync(join(scratch.path, ".github"))).toBe(false);
  });

  test.each(["echo 'a: b' # c", "[ -d x ] || git clone y x\nnpm ci --prefix x"])(
    "takes the command that installs as it is: %s",
    async (asked) => {
      using scratch = scratchFolder();
      const { step } = await workflowIn(scratch.path, "--model", "tickets-base", "--eval", "tickets", "--install", asked);
      expect(step("Install").run).toBe(asked);
    },
  );

  test("asks which model", async () => {
    using scratch = scratchFolder();
    const { code, stderr } = await finegauge(["init", "ci"], { cwd: scratch.path });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("which model") });
  });
});
