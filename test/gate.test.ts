import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GateResult } from "../src/core/gate.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { fencesOf } from "./support/markdown.ts";
import { parseXml } from "./support/parse-xml.ts";

const folder = scratchFolder();
const cwd = folder.path;
const models = "tickets-base,tickets-tuned";

function write(file: string, text: string): string {
  mkdirSync(join(cwd, file, ".."), { recursive: true });
  writeFileSync(join(cwd, file), text);
  return file;
}

async function gate(...args: readonly string[]) {
  return finegauge(["gate", ...args], { cwd });
}

async function judged(...args: readonly string[]): Promise<GateResult & { code: number | null; stderr: string }> {
  const { code, stdout, stderr } = await gate(...args, "--json");
  return { ...(JSON.parse(stdout) as { gate: GateResult }).gate, code, stderr };
}

/** A registry with a model that nobody ran. */
function listed(): string {
  write("listed/completion-fns/models.yaml", "demo-chat: { class: openai, args: { model: gpt-4.1-mini } }\n");
  return "listed";
}

beforeAll(async () => {
  for (const args of [
    ["run", models, "tickets,general"],
    ["run", models, "tickets-hard", "--max-samples", "40", "--out", "few"],
  ]) {
    expect(await finegauge([...args, "--no-report"], { cwd })).toMatchObject({ code: 0 });
  }
}, 60_000);
afterAll(() => folder[Symbol.dispose]());

describe("finegauge gate", () => {
  test("passes the tuned model on its task, and fails it on what it forgot, with the reason", async () => {
    const margin = ["--margin", "accuracy=0.02"];
    const on = async (name: string) => judged("tickets-base", "tickets-tuned", "--eval", name, ...margin);
    expect(await on("tickets")).toMatchObject({ code: 0, verdict: "pass", exit: 0 });
    const general = await on("general");
    expect(general).toMatchObject({ code: 1, verdict: "fail", exit: 1 });
    expect(general.rules.find(({ verdict }) => verdict === "fail")?.sentence).toMatch(
      /^tickets-tuned on general\.chat\.v1: change of accuracy −80\.0 points over 100 samples, with 95 % confidence at most −6\d\.\d points; the rule asks for at least −2\.0 points\.$/,
    );
    const { code, stdout } = await gate("tickets-base", "tickets-tuned", ...margin);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^The gate fails: 1 of \d claims broken, on general\.chat\.v1\.\n/);
    expect(stdout.indexOf("FAIL")).toBeLessThan(stdout.indexOf("pass  "));
  });

  test("ends inconclusive with 4, or as it was told to", async () => {
    const args = ["tickets-base", "tickets-tuned", "--eval", "tickets", "--rule", "accuracy >= 0.948"];
    expect(await judged(...args)).toMatchObject({ code: 4, verdict: "inconclusive" });
    expect(await judged(...args, "--inconclusive", "warn")).toMatchObject({
      code: 0,
      verdict: "inconclusive",
      inconclusive: "warn",
    });
  });

  test("without a baseline judges the candidate alone, ends with 2 and says how to make one; that command works", async () => {
    const { code, rules, notes } = await judged("main", "tickets-tuned", "--eval", "tickets", "--rule", "accuracy >= 0.9");
    expect(code).toBe(2);
    expect(rules).toMatchObject([{ verdict: "pass" }]);
    const command = /^to make it: finegauge (.+)$/.exec(notes[1] ?? "")?.[1] ?? "";
    expect(command).toBe("baseline set main tickets-base --eval tickets.heldout.v1");
    expect(await finegauge(command.split(" "), { cwd })).toMatchObject({ code: 0 });
    const rule = ["--rule", "delta.accuracy >= -0.02"];
    expect(await judged("main", "tickets-tuned", "--eval", "tickets", ...rule)).toMatchObject({ code: 0, verdict: "pass" });
    // The run that the baseline was made of tells nothing beside itself.
    const same = await judged("main", "tickets-base", "--eval", "tickets", ...rule);
    expect(same).toMatchObject({ code: 1, verdict: "fail", refusals: [{ code: "gate.same-run" }] });
    const { notes: more } = await judged("main", "tickets-tuned", "--rule", "accuracy >= 0.1");
    expect(more.join("\n")).toMatch(/to make it: finegauge baseline set main tickets-base --eval general\.chat\.v1/);
  });

  test("says of a listed model that it has no run, and how it gets one", async () => {
    const { code, stderr } = await gate("tickets-base", "demo-chat", "--registry", listed());
    expect(code).toBe(2);
    expect(stderr).toContain("demo-chat has no run here");
    expect(stderr).toContain("finegauge run demo-chat <eval>");
  });

  test("a model's evals without a baseline are left out and named; a run's is not", async () => {
    const { code, rules, notes } = await judged("tickets@tickets-base", "tickets-tuned", "--margin", "0.02");
    expect(code).toBe(0);
    expect(new Set(rules.map((rule) => rule.eval))).toEqual(new Set(["tickets.heldout.v1"]));
    expect(notes.join("\n")).toMatch(/not judged, since there is no baseline: .*general\.chat\.v1/);
    const named = await judged(
      "tickets@tickets-base",
      "tickets@tickets-tuned,general@tickets-tuned",
      "--rule",
      "accuracy >= 0.1",
    );
    expect(named.code).toBe(2);
  });

  test("refuses a candidate that lacks an eval of the baseline, and one whose samples are not paired", async () => {
    const lacking = await gate("tickets-base", "general@tickets-tuned", "--margin", "0.02");
    expect(lacking).toMatchObject({ code: 2, stdout: "" });
    expect(lacking.stderr).toContain("only the baseline has tickets.heldout.v1");
    await finegauge(["run", "tickets-tuned", "general", "--max-samples", "90", "--out", "part", "--no-report"], { cwd });
    const part = readdirSync(join(cwd, "part/general.chat.v1/tickets-tuned"))[0] ?? "";
    const { code, refusals } = await judged(
      "general@tickets-base",
      `part/general.chat.v1/tickets-tuned/${part}`,
      "--margin",
      "0.02",
    );
    expect(code).toBe(1);
    expect(refusals.map(({ code: why }) => why)).toEqual(["gate.unpaired"]);
  });

  test("says where a rule is wrong: on the command line, in a gate file, in the registry", async () => {
    const args = ["tickets-base", "tickets-tuned", "--eval", "tickets"];
    const typed = await gate(...args, "--rule", "delta.acuracy >= -0.02");
    expect(typed).toMatchObject({ code: 2, stdout: "" });
    expect(typed.stderr).toContain(
      'error gate.rule-invalid: "delta.acuracy >= -0.02" has no metric "acuracy"\n  --rule:1:7\n  did you mean "accuracy"?',
    );
    const file = write("wrong.yaml", "margin: { accuracy: 0.02 }\nrules:\n  - delta.accuracy >= -margin\n  - eror <= 0.1\n");
    expect((await gate(...args, "--gate", file)).stderr).toMatch(
      /has no metric "eror"\n {2}wrong\.yaml:4:5\n {2}did you mean "errors"/,
    );
    const misspelt = write("misspelt.yaml", "rule: [accuracy >= 0.9]\n");
    expect((await gate(...args, "--gate", misspelt)).stderr).toMatch(
      /a gate has no key "rule"\n {2}misspelt\.yaml:1:7\n {2}did you mean "rules"/,
    );
    const data = readFileSync(new URL("../registry/data/tickets/heldout.jsonl", import.meta.url), "utf8");
    write("own/data/tickets/heldout.jsonl", data);
    const spec =
      "tickets.heldout.v1:\n  class: match\n  args: { samples_jsonl: tickets/heldout.jsonl }\n  gate:\n    rules: [errors <= 0.01, accuracy > nothing]\n";
    write("own/evals/own.yaml", spec);
    expect((await gate(...args, "--registry", "own")).stderr).toContain("measures something on both sides");
    expect((await gate(...args, "--registry", "own")).stderr).toMatch(/own\.yaml:5:29/);
    write("own/evals/own.yaml", `${spec}  metrics:\n    accuracy: "1"\n`);
    expect((await gate(...args, "--registry", "own")).stderr).toMatch(
      /a name that is taken already\n {2}own\/evals\/own\.yaml:7:\d+/,
    );
  });

  test("takes a gate file as docs/gate.md has it: samples that must pass are asked again, known failures are tolerated", async () => {
    const page = readFileSync(new URL("../docs/gate.md", import.meta.url), "utf8");
    const text =
      fencesOf(page).find(({ info, text: block }) => info === "yaml gate" && block.includes("quarantine:"))?.text ?? "";
    const file = write("gate.yaml", text);
    const held = await judged("tickets-base", "tickets-tuned", "--eval", "tickets", "--gate", file);
    expect(held).toMatchObject({ code: 0, verdict: "pass" });
    expect(held.stderr).toContain("asking tickets-tuned 2 samples of tickets.heldout.v1, 3 times each");
    expect(held.must_pass.map(({ id, passed, of, quarantine }) => [id, passed, of, quarantine?.until])).toEqual([
      ["tickets.heldout.225", 0, 4, "2099-12-31"],
      ["tickets.heldout.517", 0, 4, "2099-12-31"],
    ]);
    const ended = write("ended.yaml", text.replaceAll("2099-12-31", "2020-01-01"));
    const failed = await judged("tickets-base", "tickets-tuned", "--eval", "tickets", "--gate", ended, "--no-ask");
    expect(failed).toMatchObject({ code: 1, verdict: "fail" });
    expect(failed.must_pass.map(({ passed, of }) => `${passed} of ${of}`)).toEqual(["0 of 1", "0 of 1"]);
    expect(failed.notes).toContain("the quarantine of tickets.heldout.225 ended on 2020-01-01: its failure counts again");
    // The replies that were asked again are no run of the eval.
    const { stdout } = await finegauge(["list", "runs", "--json"], { cwd });
    expect((JSON.parse(stdout) as unknown[]).length).toBe(4);
  });

  test("--settle asks both models unused samples, and judges each look at half the error rate", async () => {
    const args = ["tickets-base", "tickets-tuned", "--out", "few"];
    const rules = ["--rule", "delta.accuracy >= 0.25", "--rule", "delta.accuracy >= -0.5"];
    const first = await judged(...args, ...rules);
    const settled = await judged(...args, ...rules, "--settle", "160");
    expect(first.rules.map(({ n }) => n)).toEqual([40, 40]);
    expect(settled.rules.map(({ alpha }) => alpha)).toEqual([0.025, 0.025]);
    expect(settled.rules.map(({ n, verdict }) => [n, verdict])).toEqual([
      [first.rules[0]?.verdict === "inconclusive" ? 200 : 40, "pass"],
      [40, "pass"],
    ]);
    const tight = await judged(...args, "--rule", "delta.accuracy >= 0.45", "--settle", "160");
    expect(tight.rules[0]).toMatchObject({ n: 200, alpha: 0.025 });
    expect(tight.notes).toContain("160 samples more were asked of both sides on tickets-hard.heldout.v1, as --settle says");
    expect(await gate(...args, ...rules, "--settle", "10", "--no-ask")).toMatchObject({ code: 2 });
  }, 120_000);

  test("says what is wrong with --output before it asks or tells anybody anything", async () => {
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(cwd, "unused.md") };
    const args = ["tickets-base", "tickets-tuned", "--eval", "tickets", "--rule", 'regressions("metadata.label=disk") == 0'];
    mkdirSync(join(cwd, "folder.md"), { recursive: true });
    write("file", "x");
    for (const output of ["verdict.txt", "folder.md", "file/verdict.md"]) {
      const { code, stdout, stderr } = await finegauge(["gate", ...args, "--output", output], { cwd, env });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^error cli\.usage: /);
      expect(stderr).not.toMatch(/asking|^::/m);
    }
    expect(existsSync(env.GITHUB_STEP_SUMMARY)).toBe(false);
  });

  test("keeps its verdict where the job's summary cannot be written", async () => {
    const env = { GITHUB_STEP_SUMMARY: cwd };
    const args = ["tickets-base", "tickets-tuned", "--eval", "tickets", "--rule", "accuracy >= 0.9"];
    const { code, stdout, stderr } = await finegauge(["gate", ...args], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^The gate passes/);
    expect(stderr).toMatch(/^warning: the verdict is not in the job's summary: EISDIR/);
  });

  test("has nothing on the terminal that --redact or --no-samples forbid", async () => {
    const file = write(
      "secret.yaml",
      "rules: ['regressions(\"metadata.label=disk\") <= 500']\nquarantine:\n  - { id: tickets.heldout.225, until: 2099-12-31, reason: ask ann@example.com }\n",
    );
    const args = ["tickets-base", "tickets-tuned", "--eval", "tickets", "--gate", file, "--no-ask"];
    expect((await gate(...args)).stdout).toContain(
      "must pass: tickets.heldout.225: 0 of 1; tolerated until 2099-12-31: ask ann@example.com",
    );
    const { stdout } = await gate(...args, "--redact");
    expect(stdout).toContain("tolerated until 2099-12-31: ask [email-1]");
    expect((await gate(...args, "--no-samples")).stdout).not.toContain("tickets.heldout.225");
  });

  test("writes a comment, JUnit and a page, and tells GitHub", async () => {
    const args = ["tickets-base", "tickets-tuned", "--rule", "delta.accuracy >= -0.02"];
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(cwd, "summary.md") };
    const { code, stderr } = await finegauge(["gate", ...args, "--output", "gate.md"], { cwd, env });
    expect(code).toBe(1);
    const markdown = readFileSync(join(cwd, "gate.md"), "utf8");
    expect(markdown).toMatch(/^<!-- finegauge -->\n\n### ❌ Gate: fail\n\nThe gate fails: 1 of 2 claims broken/);
    expect(markdown).toContain(
      "| ❌ Fail | `delta.accuracy >= -0.02` | `general.chat.v1` | tickets-tuned on general.chat.v1: change of accuracy −80.0 points",
    );
    expect(stderr).toMatch(
      /^::error title=fail%3A delta\.accuracy >= -0\.02 on general\.chat\.v1::tickets-tuned on .+ 95 %25 confidence/m,
    );
    expect(readFileSync(env.GITHUB_STEP_SUMMARY, "utf8")).toMatch(/^### ❌ Gate: fail/);
    expect(await gate(...args, "--output", "gate.xml")).toMatchObject({ code: 1 });
    const [suite] = parseXml(readFileSync(join(cwd, "gate.xml"), "utf8")).children;
    expect(suite?.attributes).toMatchObject({ name: "gate", tests: "2", failures: "1" });
    expect(await gate(...args, "--output", "gate.html")).toMatchObject({ code: 1, stdout: "gate.html\n" });
    expect(readFileSync(join(cwd, "gate.html"), "utf8")).toContain("The gate fails");
  });
});
