import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagnose, doctorIn, failsOf, foundBy, server, writeFiles } from "./support/diagnose.ts";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { chatReply, replyTo } from "./support/mock-openai.ts";
import { writeSumsRegistry } from "./support/sums-registry.ts";

const list = { json: { data: [] } };

describe("doctor of a model", () => {
  test("asks once, and tells who answered, what it takes and what it can do", async () => {
    const mock = await server((request) => {
      if (request.method === "GET") return list;
      return {
        json: chatReply("green", {
          choice: { logprobs: { content: [{ token: "green", logprob: -0.1, bytes: null, top_logprobs: [] }] } },
        }),
      };
    });
    const diagnosis = await diagnose(`{ class: http, args: { url: "${mock.url}", model: mock-1 } }`);
    expect(diagnosis).toMatchObject({ code: 0, stderr: "" });
    expect(diagnosis.findings.map(({ level }) => level)).not.toContain("fail");
    expect(mock.asked).toHaveLength(1);
    expect(mock.asked[0]?.body).toMatchObject({ model: "mock-1", temperature: 0, max_tokens: 16 });
    expect(foundBy(diagnosis, "model.served").says).toBe("served by mock-1, fingerprint fp_mock");
    expect(foundBy(diagnosis, "model.reply")).toMatchObject({
      says: expect.stringMatching(/ in \d.* m?s, 9 tokens in, 2 out$/),
      detail: ["“green”"],
    });
    expect(foundBy(diagnosis, "model.capabilities").says).toContain("log-probabilities (20 alternatives)");
    expect(foundBy(diagnosis, "model.sampling").says).toBe("takes temperature 0, max_tokens 16");
    expect(foundBy(diagnosis, "model.logprobs").level).toBe("ok");
  });

  test("asks nobody when it is told so", async () => {
    const mock = await server(() => list);
    const diagnosis = await diagnose(`{ class: http, args: { url: "${mock.url}", model: q } }`, { args: ["--offline"] });
    expect(diagnosis.code).toBe(0);
    expect(foundBy(diagnosis, "model.offline").level).toBe("ok");
    expect(mock.requests).toHaveLength(0);
  });

  test("warns of sampling that is refused, and counts the requests that it took to find out", async () => {
    const mock = await server((request) => {
      if (request.method === "GET") return list;
      const refused = "temperature" in request.body ? "temperature" : "max_tokens" in request.body ? "max_tokens" : undefined;
      if (refused === undefined) return replyTo(request, "green");
      return {
        status: 400,
        json: { error: { message: `Unsupported parameter: '${refused}'`, param: refused, code: "unsupported_parameter" } },
      };
    });
    const diagnosis = await diagnose(`{ class: http, args: { url: "${mock.url}", model: mock-1 } }`);
    expect(diagnosis.code).toBe(0);
    expect(foundBy(diagnosis, "model.sampling")).toMatchObject({
      level: "warn",
      says: expect.stringMatching(/temperature: dropped.*max_tokens.*max_completion_tokens.*2 requests more/),
    });
  });

  test("warns of another model than was asked for, of missing log-probabilities and of an empty reply", async () => {
    const mock = await server((request) =>
      request.method === "GET" ? list : { json: chatReply("", { reply: { model: "gpt-3.5-turbo" } }) },
    );
    const azure = `{ class: azure, args: { deployment: prod, model: gpt-4.1, endpoint: "${mock.origin}", api_version: "2024-10-21" } }`;
    const diagnosis = await diagnose(azure, { env: { AZURE_OPENAI_API_KEY: "0123456789abcdef0123456789abcdef" } });
    expect(diagnosis.code).toBe(0);
    expect(foundBy(diagnosis, "model.served")).toMatchObject({
      level: "warn",
      says: expect.stringContaining('"gpt-4.1" was expected, and deployment "prod" serves gpt-3.5-turbo'),
    });
    expect(foundBy(diagnosis, "model.logprobs").level).toBe("warn");
    // What it was asked for and did not give is not claimed a line before.
    expect(foundBy(diagnosis, "model.capabilities").says).toMatch(/^can do text, tools.*; not log-probabilities/);
    expect(foundBy(diagnosis, "model.reply").level).toBe("warn");
  });

  test("asks the first sample of an eval, in what the model wraps around it", async () => {
    using scratch = scratchFolder();
    const mock = await server((request) => (request.method === "GET" ? list : replyTo(request, "the sum is 0")));
    writeSumsRegistry(scratch.path, { samples: 30, url: mock.url, functionArgs: ' }, wrap: { system: "Add." ' });
    const diagnosis = await doctorIn(scratch.path, ["mock", "--eval", "sums"]);
    expect(foundBy(diagnosis, "model.reply").says).toContain("the first sample of sums.test.v1");
    expect(mock.asked[0]?.body.messages).toEqual([
      { role: "system", content: "Add." },
      { role: "user", content: "What is 0 plus 0?" },
    ]);
  });

  test("checks every model that a glob names, and one that fails hides no other", async () => {
    using scratch = scratchFolder();
    const mock = await server((request) => (request.method === "GET" ? list : replyTo(request, "green")));
    const fn = (url: string) => `{ class: http, args: { url: "${url}", model: mock-1 } }`;
    writeFiles(scratch.path, { "registry/completion-fns/m.yaml": `m-a: ${fn("http://127.0.0.1:9/v1")}\nm-b: ${fn(mock.url)}\n` });
    const diagnosis = await doctorIn(scratch.path, ["m-*"]);
    expect(diagnosis.subjects.filter(({ findings }) => findings.length > 0).map(({ subject }) => subject)).toEqual([
      "m-a (http)",
      "m-b (http)",
    ]);
    expect(failsOf(diagnosis)).toHaveLength(1);
    expect(foundBy(diagnosis, "model.reply").level).toBe("ok");
  });

  test.each([
    { args: ["tickets-tund"], says: /no model named "tickets-tund"[\s\S]*did you mean "tickets-tuned"/ },
    { args: ["./nowhere/"], says: /there is no folder \.\/nowhere\// },
    { args: ["--eval", "tickets"], says: /--eval is about a model, and none is named/ },
    { args: ["tickets-tuned", "--eval", "tickts"], says: /no eval named "tickts"/ },
    { args: ["tickets-tuned", "--training-config", "none.yml"], says: /training config cannot be read/ },
  ])("ends with 2 for $args", async ({ args, says }) => {
    const { code, stderr } = await finegauge(["doctor", ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(says) });
  });
});

describe("doctor of the machine and the folder", () => {
  test("tells what there is to work with, and names variables without their values", async () => {
    using scratch = scratchFolder();
    const args = ", api_key_env: MOCK_ACCESS";
    writeSumsRegistry(scratch.path, { samples: 30, url: "http://127.0.0.1:9/v1", functionArgs: args });
    writeFiles(scratch.path, {
      ".env": "MOCK_ACCESS=CANARY-value-1\nMOCK_OTHER=CANARY-value-2\n",
      "finegauge.yaml": "models: gpt-4.1\n",
    });
    const proxy = { HTTPS_PROXY: "http://user:CANARY-proxy@proxy.example:3128" };
    const diagnosis = await doctorIn(scratch.path, [], { ...proxy, MOCK_OTHER: "CANARY-value-3" });
    const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(engines.node).toBe(">=22.22");
    expect(foundBy(diagnosis, "node").says).toContain(`Node ${process.versions.node}`);
    expect(foundBy(diagnosis, "dotenv")).toMatchObject({
      level: "warn",
      says: expect.stringMatching(/sets MOCK_ACCESS, MOCK_OTHER; MOCK_OTHER set otherwise/),
    });
    expect(foundBy(diagnosis, "proxy").says).toContain("proxy.example:3128 (HTTPS_PROXY)");
    expect(foundBy(diagnosis, "settings").says).toBe("finegauge.yaml is read");
    expect(foundBy(diagnosis, "registry").says).toMatch(/^\d+ evals and 3 models in registry/);
    expect(foundBy(diagnosis, "runs").says).toContain("can be written to; no run yet");
    expect(foundBy(diagnosis, "llama").says).toContain("llama.cpp");
    expect(foundBy(diagnosis, "key").says).toBe("MOCK_ACCESS is set: for mock");
    // What finegauge.yaml names is asked by the next run.
    expect(foundBy(diagnosis, "key.missing")).toMatchObject({ level: "fail", says: "OPENAI_API_KEY is not set: for gpt-4.1" });
    expect(diagnosis.code).toBe(1);
    expect(JSON.stringify(diagnosis)).not.toContain("CANARY");
  });

  test("ends with 0 where only a model that nobody asks for has no key", async () => {
    using scratch = scratchFolder();
    writeFiles(scratch.path, { "registry/completion-fns/m.yaml": "big: { class: openai, args: { model: gpt-4.1 } }\n" });
    const { code, stdout } = await finegauge(["doctor"], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^ {2}warn {2}OPENAI_API_KEY is not set: for big\n {8}→ export OPENAI_API_KEY=… or put it into \.env$/m,
    );
    expect(stdout).toMatch(/\n1 warning, \d+ ok\n$/);
  });
});

test("counts the evals of all registries, each named as what it is", async () => {
  using scratch = scratchFolder();
  const packaged = await doctorIn(scratch.path, []);
  expect(foundBy(packaged, "registry").says).toMatch(/^\d+ evals and \d+ models in the registry that comes with the package$/);
  writeFiles(scratch.path, { "registry/evals/a.yaml": "a.x.v1: { class: match, args: { samples_jsonl: a.jsonl } }\n" });
  const both = await doctorIn(scratch.path, []);
  expect(foundBy(both, "registry").says).toMatch(/ in registry and the registry that comes with the package$/);
});

describe("doctor of a registry", () => {
  test("tells what is broken, missing, unused and too small, and asks nobody", async () => {
    using scratch = scratchFolder();
    const mock = await server(() => list);
    const gate = "  gate: { margin: { accuracy: 0.02 } }\n";
    const root = writeSumsRegistry(scratch.path, { samples: 60, url: mock.url, evalMore: gate });
    writeFiles(root, {
      "evals/broken.yaml": "bad: { id: bad.x.v1 }\nbad.x.v1: { class: mtch, args: { samples_jsonl: sums/rows.jsonl } }\n",
      "evals/lost.yaml": "lost: { id: lost.x.v1 }\nlost.x.v1: { class: match, args: { samples_jsonl: lost/rows.jsonl } }\n",
      "data/old/rows.jsonl": '{"input": "?", "ideal": "!"}\n',
      "completion-fns/gone.yaml": "gone: { class: llama, args: { model: gone.gguf } }\nodd: { class: htp, args: {} }\n",
    });
    const diagnosis = await doctorIn(scratch.path, ["./registry"]);
    expect(foundBy(diagnosis, "registry.evals").says).toBe("1 eval with 60 samples can be run");
    expect(foundBy(diagnosis, "registry.broken").says).toMatch(/^bad\.x\.v1: .*mtch/);
    expect(foundBy(diagnosis, "registry.data-missing").says).toMatch(/^lost\.x\.v1: no data file "lost\/rows\.jsonl"/);
    expect(foundBy(diagnosis, "registry.unused-data").says).toBe("1 data file that no eval names: data/old/rows.jsonl");
    expect(foundBy(diagnosis, "registry.model-file").says).toContain("gone: there is no model file gone.gguf");
    expect(foundBy(diagnosis, "registry.model").says).toContain('there is no class "htp"');
    expect(foundBy(diagnosis, "registry.margin")).toMatchObject({
      level: "warn",
      says: "sums.test.v1: 60 samples cannot settle a margin of 2.0 points, even if only 5 % of replies flip",
      next: expect.stringMatching(/^add \d+ samples/),
    });
    expect(diagnosis.code).toBe(1);
    expect(mock.requests).toHaveLength(0);
  });

  test("finds nothing wrong with the one that comes with the package but margins that its samples cannot settle", async () => {
    const diagnosis = await doctorIn(process.cwd(), ["registry"]);
    expect(diagnosis.code).toBe(0);
    expect([...new Set(diagnosis.findings.filter(({ level }) => level === "warn").map(({ check }) => check))]).toEqual([
      "registry.margin",
    ]);
  });
});

describe("what doctor prints", () => {
  test("has no secret in it, though a server repeats them in replies and errors", async () => {
    using scratch = scratchFolder();
    const key = "CANARY-key/1+2==";
    const corporate = "CANARY-corp-value-77";
    const mock = await server((request) => {
      const told = `${request.headers.authorization} ${encodeURIComponent(key)} ${request.headers["x-corp"]} ${request.query.get("sig")}`;
      if (request.method === "GET") return list;
      return request.path.includes("/bad") ? { status: 401, json: { error: { message: told } } } : replyTo(request, told);
    });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the registry expands it
    const more = 'api_key_env: MOCK_ACCESS, headers: { X-Corp: "${CORPVAL}" }';
    const fn = (path: string) => `{ class: http, args: { url: "${mock.origin}${path}?sig=\${SIGVAL}", model: mock-1, ${more} } }`;
    writeFiles(scratch.path, {
      "registry/completion-fns/m.yaml": `m-good: ${fn("/v1")}\nm-bad: ${fn("/bad/v1")}\n`,
      "registry/completion-fns/bad.yaml":
        'x: { class: http, args: { url: "http://user:CANARY-pass@127.0.0.1:9/v1", model: m } }\n',
      ".env": `MOCK_ACCESS=${key}\n`,
    });
    const env = { CORPVAL: corporate, SIGVAL: "CANARY-signature-1" };
    for (const args of [["m-*"], ["m-*", "--json"], ["m-*", "--offline"], [], ["./registry"], ["x"]]) {
      const { stdout, stderr } = await finegauge(["doctor", ...args, "--debug"], { cwd: scratch.path, env });
      expect(stdout + stderr).not.toBe("");
      expect(stdout + stderr).not.toContain("CANARY");
    }
  });

  test("is tame, whatever a server says", async () => {
    const evil = "\u001b[31mred\u001b[0m\r\n::error::owned\u0007\u202e";
    const mock = await server((request) => (request.method === "GET" ? list : replyTo(request, evil)));
    using scratch = scratchFolder();
    writeSumsRegistry(scratch.path, { samples: 3, url: mock.url });
    for (const args of [["mock"], ["mock", "--json"]]) {
      const { stdout } = await finegauge(["doctor", ...args], { cwd: scratch.path });
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
      expect(stdout).not.toMatch(/^\s*::/m);
    }
  });

  test("is coloured where colour is forced, and plain in a pipe", async () => {
    const options = { cwd: join(process.cwd(), "registry") };
    expect((await finegauge(["doctor", "."], options)).stdout).not.toContain("\u001b[");
    expect((await finegauge(["doctor", "."], { ...options, env: { FORCE_COLOR: "1" } })).stdout).toContain("\u001b[");
  });
});
