import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { begin, key, newest } from "./support/cached-sums.ts";
import { finegauge, scratchFolder, startFinegauge } from "./support/finegauge.ts";
import { replyTo } from "./support/mock-openai.ts";
import { answerSums, questionIn } from "./support/sums-registry.ts";

describe("a run with --cache on", () => {
  test("asks a second time for nothing, and says of each reply that it is old, not how long it took or what it cost", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    const first = await run("--cache", "on");
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain("30 requests · cache: 0 of 30 there · about");
    expect(first.stdout).toContain("cost ");
    expect(mock.asked).toHaveLength(30);

    const second = await run("--cache", "on");
    expect(second).toMatchObject({ code: 0 });
    expect(second.stderr).toMatch(/30 requests · cache: 30 of 30 there, newest \d+ s old · nothing is asked · /);
    expect(second.stderr).not.toMatch(/warning|experimental/i);
    expect(second.stdout).toMatch(/^cache {3}30 replies from the cache, the oldest \d+ s old: not in latency and cost$/m);
    expect(second.stdout).not.toContain("cost ");
    expect(mock.asked).toHaveLength(30);

    const { samples, end } = newest(scratch.path);
    for (const { completion } of samples) {
      expect(completion).toMatchObject({ cached: true, cached_at: expect.stringMatching(/^\d{4}-.*Z$/), ms: 0 });
      expect(completion).not.toHaveProperty("cost");
    }
    expect(end).toMatchObject({ cached: { replies: 30, grades: 0 }, cost: {}, usage: { model: { input: 0, output: 0 } } });
    await mock.close();
  });

  test("needs no server where all is there, and says that it is away where something is not", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    await run("--cache", "on");
    await mock.close();
    const { code, stdout, stderr } = await run("--cache", "on");
    expect([code, stderr]).toEqual([0, expect.stringContaining("nothing is asked")]);
    expect(stdout).toContain("30 replies from the cache");
    expect(newest(scratch.path).end).toMatchObject({ status: "complete", cached: { replies: 30, grades: 0 } });
    const more = await run("--cache", "on", "--temperature", "0.5");
    expect([more.code, more.stderr]).toEqual([3, expect.stringContaining("provider.unreachable")]);
  });

  test("is no rerun to plan from, nor one that the model is told to be steady by", async () => {
    using scratch = scratchFolder();
    const { mock, run, env } = await begin(scratch.path);
    await run("--cache", "on");
    for (const mode of ["on", "only"]) {
      const again = await run("--cache", mode);
      expect(again).toMatchObject({ code: 0 });
      expect(again.stdout).not.toMatch(/worse than|Cannot tell/);
    }
    const { code, stdout } = await finegauge(["plan", "sums", "--mde", "0.05", "--json"], { cwd: scratch.path, env });
    expect(code).toBe(0);
    expect(stdout).not.toContain("earlier run of it");
    await mock.close();
  });

  test("is not what happens without being asked for: neither is anything kept, nor anything taken", async () => {
    using scratch = scratchFolder();
    const { mock, run, file } = await begin(scratch.path, { samples: 5 });
    await run();
    expect(existsSync(file)).toBe(false);
    await run("--cache", "on");
    await run();
    await run("--cache", "off");
    expect(mock.asked).toHaveLength(20);
    expect(newest(scratch.path).samples.some(({ completion }) => completion?.cached)).toBe(false);
    await mock.close();
  });

  test("comes from finegauge.yaml too, and the command line goes before it", async () => {
    using scratch = scratchFolder();
    const { mock, run, env } = await begin(scratch.path, { samples: 5 });
    writeFileSync(join(scratch.path, "finegauge.yaml"), "cache: on\ncache_dir: kept\n");
    const plain = (...args: string[]) =>
      finegauge(["run", "mock", "sums", "--no-report", ...args], { cwd: scratch.path, env: { MOCK_KEY: env.MOCK_KEY } });
    await plain();
    await plain();
    expect(mock.asked).toHaveLength(5);
    expect(existsSync(join(scratch.path, "kept/replies.db"))).toBe(true);
    await run("--cache", "off");
    expect(mock.asked).toHaveLength(10);
    await mock.close();
  });

  test("asks for what has changed, and for that alone", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    await run("--cache", "on", "--max-samples", "20");
    const dry = await run("--cache", "on", "--dry-run");
    expect(dry.stderr).toMatch(/30 requests · cache: 20 of 30 there, newest \d+ s old/);
    await run("--cache", "on");
    expect(mock.asked).toHaveLength(30);
    await run("--cache", "on", "--temperature", "0.5");
    expect(mock.asked).toHaveLength(60);
    await mock.close();
  });

  test("keeps attempts apart, each with a reply of its own, and the price counts only what is asked", async () => {
    using scratch = scratchFolder();
    let replies = 0;
    const mock = {
      answer: (request: Parameters<typeof answerSums>[0]) => {
        if (request.method === "GET") return { json: { data: [] } };
        replies++;
        return replyTo(request, `${questionIn(request)} ${replies}`);
      },
    };
    const { mock: server, run } = await begin(scratch.path, { samples: 10, mock });
    const texts = () =>
      newest(scratch.path)
        .samples.map(({ id, attempt, completion }) => `${id} ${attempt} ${completion?.text}`)
        .sort();
    await run("--cache", "on", "--attempts", "2", "--temperature", "1");
    const first = texts();
    const planned = await run("--cache", "on", "--attempts", "3", "--temperature", "1", "--dry-run", "--max-tokens", "100");
    expect(planned.stderr).toContain("cache: 20 of 30 there");
    await run("--cache", "on", "--attempts", "3", "--temperature", "1");
    expect(server.asked).toHaveLength(30);
    expect(texts()).toEqual(expect.arrayContaining(first));
    expect(new Set(texts().map((text) => text.split(" ").at(-1))).size).toBe(30);
    await server.close();
  });

  test("takes replies from the cache beyond a spent budget's reach, since they cost nothing", async () => {
    using scratch = scratchFolder();
    const { mock, run } = await begin(scratch.path);
    await run("--cache", "on");
    const again = await run("--cache", "on", "--budget", "1tokens");
    expect(again).toMatchObject({ code: 0 });
    expect(mock.asked).toHaveLength(30);
    await mock.close();
  });

  test("keeps no error and nothing filtered: both are asked again", async () => {
    using scratch = scratchFolder();
    let healthy = false;
    const { mock, run } = await begin(scratch.path, {
      samples: 20,
      mock: {
        answer: (request) => {
          const question = questionIn(request);
          if (!healthy && question.includes("What is 3 ")) return { status: 400, json: { error: { message: "no" } } };
          if (!healthy && question.includes("What is 5 ")) {
            return { json: { model: "mock-1", choices: [{ message: { content: "" }, finish_reason: "content_filter" }] } };
          }
          return answerSums(request);
        },
      },
    });
    await run("--cache", "on", "--max-errors", "1");
    healthy = true;
    const before = mock.asked.length;
    await run("--cache", "on", "--no-resume");
    expect(mock.asked.slice(before).map(questionIn).sort()).toEqual(["What is 3 plus 3?", "What is 5 plus 5?"]);
    await mock.close();
  });
});

test("--cache refresh asks for everything, and what it is told counts from then on", async () => {
  using scratch = scratchFolder();
  let answer = "old";
  const { mock, run } = await begin(scratch.path, {
    samples: 5,
    mock: { answer: (request) => (request.method === "GET" ? { json: { data: [] } } : replyTo(request, answer)) },
  });
  await run("--cache", "on");
  answer = "new";
  const { stderr } = await run("--cache", "refresh");
  expect(stderr).toContain("cache: all asked anew");
  expect(mock.asked).toHaveLength(10);
  await run("--cache", "on");
  expect(mock.asked).toHaveLength(10);
  expect(newest(scratch.path).samples.map(({ completion }) => completion?.text)).toEqual(Array(5).fill("new"));
  await mock.close();
});

describe("--cache only", () => {
  test("needs neither the server nor its key; what is not there is an error of its own", async () => {
    using scratch = scratchFolder();
    const { mock, run, file } = await begin(scratch.path);
    await run("--cache", "on", "--max-samples", "29");
    await mock.close();
    const env = { FINEGAUGE_CACHE: join(file, "..") };
    const only = (...args: string[]) =>
      finegauge(["run", "mock", "sums", "--no-report", "--cache", "only", ...args], { cwd: scratch.path, env });
    const whole = await only("--max-samples", "29");
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.stderr).toContain("nothing is asked");

    const lacking = await only("--no-resume");
    expect(lacking.code).toBe(3);
    expect(lacking.stderr).toContain("1 sample got no reply, the last because the cache has no reply of mock to this");
    expect(lacking.stderr).toContain("--cache on asks for what is not there");
    const { samples } = newest(scratch.path);
    expect(samples.filter(({ completion }) => completion?.cached)).toHaveLength(29);
    expect(samples.flatMap(({ error }) => error?.code ?? [])).toEqual(["cache.miss"]);
  });

  test("of a model that was never kept ends at once", async () => {
    using scratch = scratchFolder();
    const { mock, run, file } = await begin(scratch.path);
    const { code, stderr } = await run("--cache", "only");
    expect(code).toBe(3);
    expect(stderr).toContain("error cache.miss: the cache has no reply of mock");
    expect(existsSync(file)).toBe(false);
    expect(mock.requests).toEqual([]);
    await mock.close();
  });
});

test("several commands that fill one cache at the same time lose nothing and break nothing", async () => {
  using scratch = scratchFolder();
  const samples = 200;
  const { mock, env, file } = await begin(scratch.path, { samples });
  const run = (at: number, ...args: string[]) =>
    finegauge(["run", "mock", "sums", "--no-report", "--cache", "on", "--out", `reports-${at}`, ...args], {
      cwd: scratch.path,
      env,
    });
  const temperatures = ["0", "0.1", "0.2", "0.3"];
  const all = await Promise.all(temperatures.map((temperature, at) => run(at, "--temperature", temperature)));
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  for (const { stderr } of all) expect(stderr).not.toContain("cache: nothing");
  expect(mock.asked).toHaveLength(4 * samples);
  const db = new DatabaseSync(file, { readOnly: true });
  expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  expect(db.prepare("SELECT count(*) AS n FROM replies").get()).toEqual({ n: 4 * samples });
  db.close();
  await Promise.all(temperatures.map((temperature, at) => run(at + 10, "--temperature", temperature)));
  expect(mock.asked).toHaveLength(4 * samples);
  await mock.close();
});

test("a run killed at any moment leaves a cache that is whole, and its replies in it", async () => {
  using scratch = scratchFolder();
  const samples = 200;
  const { mock, env, run, file } = await begin(scratch.path, { samples, mock: { delayMs: 20 } });
  const running = startFinegauge(["run", "mock", "sums", "--no-report", "--cache", "on", "--concurrency", "10"], {
    cwd: scratch.path,
    env,
  });
  await expect.poll(() => mock.asked.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(80);
  running.child.kill("SIGKILL");
  await running.ended;
  const asked = mock.asked.length;
  const db = new DatabaseSync(file, { readOnly: true });
  expect(db.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  const { n } = db.prepare("SELECT count(*) AS n FROM replies").get() as { n: number };
  db.close();
  expect(n).toBeGreaterThan(0);
  expect(await run("--cache", "on", "--no-resume")).toMatchObject({ code: 0 });
  expect(mock.asked).toHaveLength(asked + samples - n);
  await mock.close();
});

test("no key is in the cache, though the server repeats it", async () => {
  using scratch = scratchFolder();
  const { mock, run } = await begin(scratch.path, {
    mock: {
      answer: (request) =>
        request.method === "GET" ? { json: { data: [] } } : replyTo(request, `you sent ${request.headers.authorization}`),
    },
  });
  await run("--cache", "on");
  expect(mock.asked[0]?.headers.authorization).toContain(key);
  const files = globSync("cache/*", { cwd: scratch.path });
  expect(files).toContain("cache/replies.db");
  for (const file of files) expect(readFileSync(join(scratch.path, file), "latin1")).not.toContain("CANARY");
  const { stdout } = await run("--cache", "on", "--json");
  expect(stdout).not.toContain("CANARY");
  expect(mock.asked).toHaveLength(30);
  await mock.close();
});

test("gate refuses a candidate whose replies are from the cache, diff and report say that they are", async () => {
  using scratch = scratchFolder();
  const { mock, run, command } = await begin(scratch.path);
  await run("--cache", "on");
  await run("--cache", "on");
  const gate = await command("gate", "sums@mock~1", "sums@mock", "--rule", "delta.accuracy >= -0.5");
  expect(gate.code).toBe(1);
  expect(gate.stdout).toMatch(
    /gate\.cached: 30 replies of mock .* came from the response cache, the oldest \d+ s old when it ran/,
  );
  expect(gate.stdout).toContain("run it with --cache off");
  const fresh = await command("gate", "sums@mock", "sums@mock~1", "--rule", "delta.accuracy >= -0.5");
  expect(fresh).toMatchObject({ code: 0 });
  const diff = await command("diff", "sums@mock~1", "sums@mock");
  expect(diff.stdout).toMatch(/note: 30 replies of mock .* came from the response cache.*: not in latency and cost/);
  const report = await command("report", "sums@mock", "--format", "md");
  expect(report.stdout).toMatch(/30 from the cache, the oldest \d+ s old/);
  await mock.close();
});

test("a judge's grades come from the cache too, also those of a judge that takes no tools", async () => {
  using scratch = scratchFolder();
  const { mock, command, env } = await begin(scratch.path, {
    samples: 10,
    mock: {
      answer: (request) => {
        if (request.body.model !== "judge-1") return answerSums(request);
        const plain = request.body.tools === undefined && request.body.response_format === undefined;
        return plain ? replyTo(request, "It is kind.\nGRADE: Y") : { status: 400, json: { error: { message: "no such form" } } };
      },
    },
  });
  const judge = `judge: { class: http, args: { url: "${mock.url}", model: judge-1 } }\n`;
  writeFileSync(join(scratch.path, "registry/completion-fns/judge.yaml"), judge);
  writeFileSync(
    join(scratch.path, "registry/evals/graded.yaml"),
    "graded.dev.v1:\n  class: model-graded\n  args: { samples_jsonl: sums/graded.jsonl, modelgraded_spec: closedqa }\n  judge: judge\n",
  );
  const rows = Array.from(
    { length: 10 },
    (_, at) => `${JSON.stringify({ input: `What is ${at} plus 1?`, criteria: "is kind" })}\n`,
  );
  writeFileSync(join(scratch.path, "registry/data/sums/graded.jsonl"), rows.join(""));
  const graded = (mode: string) => command("run", "mock", "graded.dev.v1", "--no-report", "--cache", mode);
  expect(await graded("on")).toMatchObject({ code: 0 });
  const asked = mock.asked.length;
  await mock.close();
  const env2 = { FINEGAUGE_CACHE: env.FINEGAUGE_CACHE };
  const again = await finegauge(["run", "mock", "graded.dev.v1", "--no-report", "--cache", "only"], {
    cwd: scratch.path,
    env: env2,
  });
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toMatch(/cache {3}10 replies and 10 grades from the cache/);
  expect(mock.asked).toHaveLength(asked);
  expect(newest(scratch.path).end).toMatchObject({
    cached: { replies: 10, grades: 10 },
    usage: { judge: { input: 0, output: 0 } },
  });

  // A grade that is not there is no grade, and is asked for by whoever may ask.
  const cut = new DatabaseSync(join(env.FINEGAUGE_CACHE, "replies.db"));
  cut.exec(
    "DELETE FROM replies WHERE id = (SELECT max(replies.id) FROM replies JOIN models ON models.id = model WHERE name = 'judge')",
  );
  cut.close();
  const only = ["run", "mock", "graded.dev.v1", "--no-report", "--cache", "only", "--no-resume"];
  const lacking = await finegauge(only, { cwd: scratch.path, env: { FINEGAUGE_CACHE: env.FINEGAUGE_CACHE } });
  expect(lacking.stdout).toContain("1 unscored");
  expect(newest(scratch.path).end).toMatchObject({ cached: { replies: 10, grades: 9 } });
});
