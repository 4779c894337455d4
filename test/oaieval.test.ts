import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { type MockOpenai, replyTo, startMockOpenai } from "./support/mock-openai.ts";

/** Places of the first samples of twelve, as openai/evals shuffles them. */
const upstreamOrder = [7, 5, 9, 2, 3, 8, 11, 10, 6, 1, 4, 0];

let mock: MockOpenai;
beforeAll(async () => {
  mock = await startMockOpenai({
    answer: (request) => {
      const { messages, model } = request.body as { messages?: { content: string }[]; model?: string };
      const question = messages?.at(-1)?.content ?? "";
      if (model === "grader") return replyTo(request, /wrong/.test(question) ? "No" : "Yes");
      return replyTo(request, / [0-5]\?/.test(question) ? "right." : "wrong");
    },
  });
  return () => mock.close();
});

/** A registry as somebody has it who comes from there. */
function upstream() {
  const scratch = scratchFolder();
  const root = join(scratch.path, "theirs");
  for (const kind of ["evals", "data/toy", "modelgraded", "completion_fns"]) mkdirSync(join(root, kind), { recursive: true });
  mkdirSync(join(scratch.path, "tmp"));
  const rows = upstreamOrder.map((_, at) => ({ input: `Number ${at}?`, ideal: "right" }));
  writeFileSync(join(root, "data/toy/s.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(
    join(root, "evals/toy.yaml"),
    `toy:
  id: toy.dev.v0
  metrics: [accuracy]
toy.dev.v0:
  class: evals.elsuite.basic.match:Match
  args:
    samples_jsonl: toy/s.jsonl
toy-fuzzy.dev.v0:
  class: evals.elsuite.basic.fuzzy_match:FuzzyMatch
  args:
    samples_jsonl: toy/s.jsonl
toy-graded.dev.v0:
  class: evals.elsuite.modelgraded.classify:ModelBasedClassify
  args:
    samples_jsonl: toy/s.jsonl
    eval_type: classify
    modelgraded_spec: fine
`,
  );
  writeFileSync(
    join(root, "modelgraded/fine.yaml"),
    'fine:\n  prompt: "{input} {completion}"\n  choice_strings: ["Yes", "No"]\n  choice_scores: {"Yes": 1.0, "No": 0.0}\n  input_outputs: {input: completion}\n',
  );
  const fn = (name: string) =>
    `${name}:\n  class: evals.completion_fns.openai:OpenAIChatCompletionFn\n  args: { model: ${name}, api_base: "${mock.url}" }\n`;
  writeFileSync(join(root, "completion_fns/fns.yaml"), ["tested", "grader"].map(fn).join(""));
  const run = (args: readonly string[], env: { readonly [name: string]: string } = {}) =>
    finegauge(["oaieval", ...args, "--registry_path", "theirs"], {
      cwd: scratch.path,
      env: { OPENAI_API_KEY: "sk-none-of-yours", TMPDIR: join(scratch.path, "tmp"), HOME: scratch.path, ...env },
    });
  const record = (file: string) =>
    readFileSync(join(scratch.path, file), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { [key: string]: never });
  return { ...scratch, run, record, [Symbol.dispose]: () => scratch[Symbol.dispose]() };
}

describe("oaieval", () => {
  test("asks what upstream asks, in its order, and records and logs as it does", async () => {
    using folder = upstream();
    const before = mock.asked.length;
    const args = ["tested", "toy", "--max_samples", "5", "--record_path", "out/r.jsonl", "--user", "me"];
    const { code, stdout, stderr } = await folder.run(args, { EVALS_SEQUENTIAL: "1" });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });

    const asked = mock.asked.slice(before);
    expect(asked.map(({ body }) => body.messages)).toEqual(
      upstreamOrder.slice(0, 5).map((at) => [{ role: "system", content: `Number ${at}?` }]),
    );
    for (const { body } of asked) {
      expect(body.temperature).toBe(0);
      expect(body).not.toHaveProperty("max_tokens");
    }

    const stamp = String.raw`^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] \[oaieval\] `;
    expect(stderr).toMatch(new RegExp(`${stamp}Evaluating 5 samples$`, "m"));
    expect(stderr).toMatch(new RegExp(`${stamp}Final report: \\{'accuracy': 0.6, .*\\}\\. Logged to out/r\\.jsonl$`, "m"));
    expect(stderr).toMatch(new RegExp(`${stamp}Final report:\n.*${stamp.slice(1)}accuracy: 0.6$`, "m"));

    const lines = folder.record("out/r.jsonl");
    const [first, ...rest] = lines;
    const last = rest.pop();
    expect(first?.spec).toMatchObject({
      completion_fns: ["tested"],
      eval_name: "toy.dev.v0",
      base_eval: "toy",
      split: "dev",
      created_by: "me",
      run_id: expect.stringMatching(/^\d{12}[A-Z2-7]{8}$/),
      run_config: {
        eval_spec: { cls: "evals.elsuite.basic.match:Match" },
        seed: 20220722,
        max_samples: 5,
        command: "oaieval tested toy",
        initial_settings: { visible: false },
      },
    });
    const ids = upstreamOrder.slice(0, 5).map((at) => `toy.dev.${at}`);
    expect(rest.map(({ event_id, sample_id, type, created_by }) => [event_id, sample_id, type, created_by])).toEqual(
      ids.flatMap((id, at) => [
        [2 * at, id, "sampling", "me"],
        [2 * at + 1, id, "match", "me"],
      ]),
    );
    expect(rest[3]?.data).toMatchObject({
      correct: true,
      expected: "right",
      picked: "right",
      sampled: "right.",
      options: ["right"],
    });
    expect(last).toMatchObject({
      final_report: { accuracy: 0.6, boostrap_std: expect.any(Number), usage_total_tokens: expect.any(Number) },
    });
    expect(readFileSync(join(folder.path, "out/r.jsonl"), "utf8")).toContain('"sample_id": "toy.dev.7", "type": "match"');
    // It is a run like any other, and its record can be read back.
    for (const name of ["toy@tested", "out/r.jsonl"]) {
      const { stdout: report } = await finegauge(["report", name, "--format", "md"], { cwd: folder.path });
      expect(report).toContain("60.0 %");
    }
  });

  test("puts the record where upstream does when nobody says where, and takes its flags about the record", async () => {
    using folder = upstream();
    const args = ["tested", "toy", "--seed", "7", "--visible", "--log_to_file", "eval.log"];
    writeFileSync(join(folder.path, "eval.log"), "before\n");
    const { code, stderr } = await folder.run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [file = "", ...more] = readdirSync(join(folder.path, "tmp/evallogs"));
    expect([file, more]).toEqual([expect.stringMatching(/^\d{12}[A-Z2-7]{8}_tested_toy\.jsonl$/), []]);
    const [first] = folder.record(join("tmp/evallogs", file));
    expect(first?.spec).toMatchObject({ run_config: { seed: 7, max_samples: null, initial_settings: { visible: true } } });
    expect(readFileSync(join(folder.path, "eval.log"), "utf8")).toMatch(/^before\n[\s\S]*accuracy: 0\.5\n/);
  });

  test("gives the figures as JSON on stdout when asked", async () => {
    using folder = upstream();
    const { stdout } = await folder.run(["tested", "toy-fuzzy.dev.v0", "--record_path", "r.jsonl", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ record: "r.jsonl", report: { accuracy: 0.5, f1_score: 0.5 } });
  });

  test("grades with the last function, or, with a warning, with the one that is asked", async () => {
    using folder = upstream();
    const graded = await folder.run(["tested,grader", "toy-graded.dev.v0", "--record_path", "r.jsonl"]);
    expect(graded.code).toBe(0);
    expect(graded.stderr).toMatch(/\] counts\/Yes: 6\n/);
    expect(graded.stderr).toMatch(/\] counts\/No: 6\n/);
    expect(graded.stderr).toMatch(/\] score: 0\.5\n/);
    const lines = folder.record("r.jsonl");
    expect(lines[0]?.spec).toMatchObject({ completion_fns: ["tested", "grader"] });
    const ofOne = lines.filter(({ sample_id }) => (sample_id as unknown) === "toy-graded.dev.7");
    expect(ofOne.map(({ type }) => type)).toEqual(expect.arrayContaining(["sampling", "sampling", "metrics"]));
    expect(ofOne.find(({ type }) => (type as unknown) === "metrics")?.data).toMatchObject({ choice: "No", score: 0 });

    const alone = await folder.run(["tested", "toy-graded.dev.v0", "--max_samples", "1"]);
    expect(alone.stderr).toContain("warning: tested grades its own replies, as in oaieval");
    const several = await folder.run(["tested,grader", "toy"]);
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining("takes one completion function")]);
    const three = await folder.run(["tested,tested,grader", "toy-graded.dev.v0"]);
    expect([three.code, three.stderr]).toEqual([2, expect.stringContaining("2 models and a judge")]);
  });

  test("takes arguments over those of function and eval, and says which there are not", async () => {
    using folder = upstream();
    const before = mock.asked.length;
    const given = "temperature=0.25,max_tokens=9,model=other,n_ctx=4";
    const { code, stderr } = await folder.run(["tested", "toy", "--max_samples", "1", "--completion_args", given]);
    expect(code).toBe(0);
    expect(stderr).toContain("warning: --completion_args n_ctx has no effect, as in oaieval");
    expect(mock.asked[before]?.body).toMatchObject({ temperature: 0.25, max_tokens: 9, model: "other" });
    // A name that the registry does not have is OpenAI's, at another address.
    const bare = await folder.run(["gpt-4.1-mini", "toy", "--max_samples", "1", "--completion_args", `api_base=${mock.url}`]);
    expect([bare.code, mock.asked.at(-1)?.body.model]).toEqual([0, "gpt-4.1-mini"]);
    const changed = await folder.run(["tested", "toy-graded.dev.v0", "--extra_eval_params", "eval_type=nonsense"]);
    expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining("eval_type")]);
    for (const [args, says] of [
      ["tmperature=1", '--completion_args of tested, class openai: there is no argument "tmperature"'],
      ["api_key=sk-1", "a key on a command line is seen by everybody"],
      ["extra_options={}", "a mapping cannot be written here"],
      ["temperature", '--completion_args: "temperature" is no key=value'],
      ["temperature=hot", "--completion_args temperature:"],
    ]) {
      const refused = await folder.run(["tested", "toy", "--completion_args", args ?? ""]);
      expect([args, refused.code, refused.stderr]).toEqual([args, 2, expect.stringContaining(says ?? "")]);
    }
  });

  test("in a dry run asks the model, as upstream does, and writes nothing", async () => {
    using folder = upstream();
    const before = mock.asked.length;
    const { code, stderr } = await folder.run(["tested", "toy", "--max_samples", "2", "--dry-run"]);
    expect([code, mock.asked.length - before]).toEqual([0, 2]);
    expect(stderr).toMatch(/\] \{"run_id": .*"type": "match"/);
    expect(stderr).toMatch(/accuracy: 0\.5$/m);
    const quiet = await folder.run(["tested", "toy", "--max_samples", "2", "--dry-run", "--no-dry-run-logging"]);
    expect(quiet.stderr).not.toContain("run_id");
    // Node keeps what it compiled there, whatever it runs.
    expect(readdirSync(join(folder.path, "tmp")).filter((name) => name !== "node-compile-cache")).toEqual([]);
    expect(existsSync(join(folder.path, "reports"))).toBe(false);
  });

  test("takes every flag of upstream's: what has no effect is named, what cannot be done is refused with the reason", async () => {
    using folder = upstream();
    const idle = ["--no-cache", "--http-run-url", "http://x", "--http-batch-size", "5", "--http-fail-percent-threshold", "9"];
    const also = [
      "--local-run",
      "--no-http-run",
      "--no-dry-run",
      "--dry-run-logging",
      "--no-debug",
      "--no-visible",
      "--extra_eval_params",
      "",
    ];
    const { code, stderr } = await folder.run(["dummy", "toy", "--completion_args", "", ...idle, ...also]);
    expect(code).toBe(0);
    expect(stderr).toContain("warning: --cache and --no-cache have no effect, as in oaieval");
    expect(stderr).toContain("warning: --http-… flags have no effect without --http-run");
    expect(stderr).toMatch(/accuracy: 0\.0$/m);
    for (const flag of ["--http-run", "--no-local-run"]) {
      const refused = await folder.run(["dummy", "toy", flag]);
      expect([flag, refused.code, refused.stderr]).toEqual([flag, 2, expect.stringContaining("the record is a file")]);
    }
    const set = await folder.run(["dummy", "toy*"]);
    expect([set.code, set.stderr]).toEqual([2, expect.stringContaining("oaieval runs one")]);
  });

  test("reads the registry in the home folder too", async () => {
    using folder = upstream();
    mkdirSync(join(folder.path, ".evals/evals"), { recursive: true });
    writeFileSync(join(folder.path, ".evals/evals/home.yaml"), "home: { id: toy.dev.v0 }\n");
    expect((await folder.run(["dummy", "home", "--max_samples", "1"])).code).toBe(0);
  });

  test("writes no final report of a run that failed, and says why it did", async () => {
    using folder = upstream();
    const { code, stderr } = await folder.run(["tested", "toy", "--completion_args", "api_base=http://127.0.0.1:9/v1"]);
    expect(code).toBe(3);
    expect(stderr).toContain("error provider.unreachable");
    expect(stderr).not.toContain("Final report");
  });
});
