import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../support/finegauge.ts";
import { type MockOpenai, startMockOpenai } from "../support/mock-openai.ts";
import { call, here, projectIn, reachedFor } from "./real-promptfoo.ts";

const folder = scratchFolder();
const key = "sk-of-a-test-1234567890";
const env = { OPENAI_API_KEY: key };
let mock: MockOpenai;
let busy = 0;

function write(path: string, text: string): void {
  const file = join(folder.path, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A run by our command, as it tells of it in JSON: nothing of promptfoo's may stand in between. */
async function run(models: string, evals: string, ...more: string[]) {
  const { stdout, stderr, code } = await call("finegauge", ["run", models, evals, "--no-report", "--json", ...more], {
    folder: folder.path,
    env,
  });
  const { runs } = JSON.parse(stdout) as {
    runs: { file?: string; counts: { [name: string]: number }; error?: { message: string } }[];
  };
  // A run in which nobody answered is not kept.
  const lines = runs.map(({ file }) =>
    file === undefined ? [] : readFileSync(join(folder.path, file), "utf8").trim().split("\n"),
  );
  return { code, stderr, runs, text: lines.flat().join("\n"), lines: lines.flat().map((line) => JSON.parse(line)) };
}

beforeAll(async () => {
  projectIn(folder.path);
  mock = await startMockOpenai({
    answer: ({ body, path }) => {
      if (path === "/busy/chat/completions" && ++busy === 1)
        return { status: 429, json: { error: { message: "slow" } }, headers: { "retry-after": "0" } };
      const { messages = [] } = body as { messages?: { content: string }[] };
      const asked = messages.at(-1)?.content ?? "";
      const graded = asked.includes("Rubric") || asked.includes("<Rubric>");
      const content = graded
        ? '{"reason": "it says so", "pass": true, "score": 0.5}'
        : asked.replace(/^.*of (\w+)\?$/s, "$1 City");
      return {
        json: {
          model: "mock-1",
          choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        },
      };
    },
  });
  const models = {
    mini: { class: "promptfoo", args: { provider: "openai:chat:gpt-4.1-mini", config: { apiBaseUrl: mock.url } } },
    busy: { class: "promptfoo", args: { provider: "openai:chat:gpt-4.1-mini", config: { apiBaseUrl: `${mock.origin}/busy` } } },
    // Nobody listens there.
    down: { class: "promptfoo", args: { provider: "openai:chat:gpt-4.1-mini", config: { apiBaseUrl: "http://127.0.0.1:2/v1" } } },
    web: {
      class: "promptfoo",
      args: {
        provider: `${mock.url}/chat/completions`,
        config: {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: { messages: [{ role: "user", content: "{{prompt}}" }] },
          transformResponse: "json.choices[0].message.content",
        },
      },
    },
    shout: { class: "promptfoo", args: { provider: "exec: node shout.mjs" } },
    own: { class: "promptfoo", args: { provider: "file://own.mjs" } },
    // Tells of its use even where telemetry is off.
    teller: { class: "promptfoo", args: { provider: "sagemaker:openai:my-endpoint" } },
  };
  write("registry/completion-fns/models.yaml", JSON.stringify(models));
  write("shout.mjs", "process.stdout.write(process.argv[2].toUpperCase());\n");
  write(
    "own.mjs",
    "export default class { id() { return 'own'; } async callApi(prompt) { return { output: 'own ' + prompt }; } }\n",
  );
  write("registry/own.mjs", readFileSync(join(folder.path, "own.mjs"), "utf8"));
  const samples = ["Peru", "Chile"].map((country) => ({
    input: [{ role: "user", content: `Capital of ${country}?` }],
    ideal: `${country} City`,
  }));
  write("registry/data/c.jsonl", samples.map((sample) => `${JSON.stringify(sample)}\n`).join(""));
  const args = { samples_jsonl: "c.jsonl" };
  write(
    "registry/evals/c.yaml",
    JSON.stringify({
      "c.plain.v1": {
        class: "promptfoo:equals",
        args,
        scorers: [
          { class: "promptfoo:icontains", args: { value: "CITY" } },
          { class: "promptfoo:not-contains", args: { value: "Oslo" } },
          { class: "promptfoo:levenshtein", args: { threshold: 3 } },
          { class: "promptfoo:javascript", args: { value: "output.length / 100" } },
          { class: "promptfoo:javascript", args: { value: "throw new Error('a broken check')" } },
          { class: "promptfoo:bleu", args: { value: "{{ ideal }}" } },
          { class: "promptfoo:latency", args: { threshold: 60000 } },
          { class: "promptfoo:perplexity", args: { threshold: 5 } },
        ],
      },
      "c.rubric.v1": { class: "promptfoo:llm-rubric", args: { ...args, value: "names {{ ideal }}" } },
      "c.facts.v1": { class: "promptfoo:factuality", args },
    }),
  );
});
afterAll(async () => {
  await mock.close();
  folder[Symbol.dispose]();
});

describe("a provider of promptfoo's answers an eval", () => {
  test.each([
    ["promptfoo:echo", "Capital of Peru?"],
    ["mini", "Peru City"],
    ["web", "Peru City"],
    ["shout", "CAPITAL OF PERU?"],
    ["own", "own Capital of Peru?"],
  ])("%s says %s", async (model, said) => {
    const { code, stderr, lines, text, runs } = await run(model, "c.plain.v1");
    expect(code).toBe(0);
    expect(runs[0]?.counts).toMatchObject({ done: 2, errors: 0 });
    expect(lines.filter(({ type }) => type === "sample").map(({ completion }) => completion.text)).toContain(said);
    expect(stderr.split("\n").filter((line) => line !== "" && !line.startsWith("plan "))).toEqual([]);
    expect(text).not.toContain(key);
    expect(text).not.toContain(folder.path);
  });

  test("tokens and cost are kept, and nobody answers from a cache", async () => {
    const before = mock.asked.length;
    const { lines } = await run("mini", "c.plain.v1");
    expect(mock.asked.length - before).toBe(2);
    expect(lines.find(({ type }) => type === "sample").completion).toMatchObject({
      usage: { input: 5, output: 2 },
      cost: expect.closeTo(5.2e-6, 9),
    });
    const [{ model, completion_fn: name }] = lines;
    expect([name, model]).toEqual([
      "mini",
      { fn: "promptfoo", model: "openai:chat:gpt-4.1-mini", endpoint_hash: expect.any(String), build: "promptfoo 0.123.1" },
    ]);
  });

  test("a server that asks to wait is asked again by us, not by promptfoo beside us", async () => {
    const { code, lines } = await run("busy", "c.plain.v1", "--max-samples", "1");
    expect(code).toBe(0);
    const { completion } = lines.find(({ type }) => type === "sample");
    expect(completion).toMatchObject({ text: "Chile City", tries: [{ status: 429, code: "provider.rate" }] });
    expect(mock.requests.filter(({ path }) => path.startsWith("/busy/"))).toHaveLength(2);
  });
});

describe("an assertion of promptfoo's scores a reply", () => {
  test("several beside each other; one that fails by itself is unscored", async () => {
    const { lines } = await run("mini", "c.plain.v1", "--max-samples", "1");
    const { scores } = lines.find(({ type }) => type === "score");
    const found = Object.fromEntries(scores.map(({ name, value }: { name: string; value: unknown }) => [name, value]));
    expect(found).toEqual({
      accuracy: 1,
      "promptfoo:icontains.accuracy": 1,
      "promptfoo:not-contains.accuracy": 1,
      "promptfoo:levenshtein.accuracy": 1,
      "promptfoo:javascript.accuracy": 1,
      "promptfoo:javascript.score": expect.closeTo(0.09, 1),
      "promptfoo:javascript:2.accuracy": null,
      "promptfoo:bleu.accuracy": expect.any(Number),
      "promptfoo:bleu.score": expect.any(Number),
      "promptfoo:latency.accuracy": 1,
      "promptfoo:perplexity.accuracy": null,
    });
    const reasons = scores.flatMap(({ unscored }: { unscored?: { message: string } }) => unscored?.message ?? []);
    expect(reasons[0]).toMatch(/^javascript: Custom function threw error: [^\n]*$/);
    expect(reasons[1]).toMatch(/perplexity/i);
  });

  test("graded by a judge, which is asked with promptfoo's own words", async () => {
    const { code, lines } = await run("mini", "c.rubric.v1", "--judge", "mini");
    expect(code).toBe(0);
    const { scores } = lines.find(({ type }) => type === "score");
    expect(scores).toMatchObject([
      { name: "accuracy", value: 1, explanation: "it says so", judgements: [{ judge: "mini" }] },
      { name: "score", value: 0.5 },
    ]);
  });

  test.each(["c.rubric.v1", "c.facts.v1"])("%s whose judge is down is unscored, never wrong", async (name) => {
    const { lines } = await run("mini", name, "--judge", "down", "--max-samples", "1");
    const { scores } = lines.findLast(({ type }) => type === "score");
    expect(scores).toMatchObject([{ name: "accuracy", value: null, unscored: { code: "provider.unreachable" } }]);
    expect(lines.at(-1)).toMatchObject({ type: "end", counts: { unscored: 1 } });
  });

  test("whose judge talks of something else is unscored, with what it said", async () => {
    const { lines } = await run("mini", "c.facts.v1", "--judge", "mini", "--max-samples", "1");
    const { scores } = lines.findLast(({ type }) => type === "score");
    expect(scores).toMatchObject([{ value: null, unscored: { code: "score.judge-unparsed" }, judgements: [{ judge: "mini" }] }]);
  });
});

test("a provider that tells of its use tells nobody", async () => {
  const { code, runs } = await run("teller", "c.plain.v1", "--max-samples", "1");
  expect(code).toBe(3);
  expect(runs[0]?.error?.message).toMatch(/sagemaker/i);
});

describe("an exported run", () => {
  const stored = () => join(folder.path, "promptfoo");
  const own = () => ({ PROMPTFOO_CONFIG_DIR: stored(), PROMPTFOO_DISABLE_TELEMETRY: "1", PROMPTFOO_DISABLE_UPDATE: "1" });
  let id = "";

  beforeAll(async () => {
    await run("mini", "c.plain.v1");
    const args = ["export", "c.plain.v1@mini", "--to", "promptfoo", "--output", "run.json"];
    expect(await call("finegauge", args, { folder: folder.path })).toMatchObject({ code: 0, stdout: "run.json\n" });
    id = JSON.parse(readFileSync(join(folder.path, "run.json"), "utf8")).evalId;
  });

  test("is imported, listed and shown by promptfoo", async () => {
    const place = scratchFolder();
    const at = { folder: place.path, env: own() };
    projectIn(place.path);
    writeFileSync(join(place.path, "run.json"), readFileSync(join(folder.path, "run.json")));
    expect(await call("promptfoo", ["import", "run.json"], at)).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
    expect((await call("promptfoo", ["list", "evals"], at)).stdout).toContain("c.plain.v1");
    const { stdout } = await call("promptfoo", ["show", id], at);
    expect(stdout).toContain("Capital of Peru?");
    expect(stdout.match(/\[PASS\]/g)).toHaveLength(2);
    // The recorder works: promptfoo itself does tell that telemetry is off.
    expect(reachedFor(place.path)).toContain("r.promptfoo.app");
    place[Symbol.dispose]();
  });

  test("stands in its viewer", async () => {
    const port = await freePort();
    const file = join(here, "node_modules/promptfoo/dist/src/entrypoint.js");
    const child = spawn(process.execPath, [file, "view", "--no", "--port", String(port)], {
      cwd: folder.path,
      env: { PATH: process.env.PATH, HOME: stored(), ...own() },
      stdio: "ignore",
    });
    try {
      const list = await answerOf(`http://127.0.0.1:${port}/api/results`);
      expect(list).toMatchObject({ data: [{ evalId: id, numTests: 2, passRate: 100 }] });
      const { table } = (await answerOf(`http://127.0.0.1:${port}/api/eval/${id}/table`)) as {
        table: { body: { vars: string[]; outputs: object[] }[] };
      };
      expect(table.body.map(({ vars }) => vars[1])).toEqual(["Capital of Peru?", "Capital of Chile?"]);
      expect(table.body[0]?.outputs).toMatchObject([{ text: "Peru City", pass: true, score: 1 }]);
    } finally {
      child.kill();
    }
  });
});

test("nothing of all this left the machine, or anything at home", () => {
  expect(reachedFor(folder.path)).toEqual([]);
  expect(readdirSync(join(folder.path, "home"))).toEqual([]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Of a server that may still be starting. */
async function answerOf(url: string): Promise<unknown> {
  for (let tries = 0; ; tries++) {
    try {
      return await (await fetch(url)).json();
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
