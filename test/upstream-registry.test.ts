import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";
import { type MockOpenai, replyTo, startMockOpenai } from "./support/mock-openai.ts";
import { questionIn, writeSumsRegistry } from "./support/sums-registry.ts";

const upstream = fileURLToPath(new URL("fixtures/registry/upstream", import.meta.url));

/** What the model says; verdicts below follow from openai/evals' rules. */
const replies: { readonly [question: string]: string } = {
  "Capital of Norway?": "Oslo.",
  "Capital of Peru?": "lima",
  "Capital of Côte d'Ivoire?": "yamoussoukro, since 1983",
  "Capital of Ghana?": " Accra",
  "Capital of Nepal?": "I think Kathmandu",
  "River through Cairo?": "the Nile!",
  "River through Paris?": "Loire",
  "Longest river of Europe?": "Volga",
};

interface SampleLine {
  type: string;
  id: string;
  seq: number;
  scores?: { name: string; passed?: boolean }[];
}

describe("a registry written for oaieval runs unchanged", () => {
  let mock: MockOpenai;
  beforeAll(async () => {
    mock = await startMockOpenai({
      answer: (request) =>
        request.method === "GET" ? { json: { data: [] } } : replyTo(request, replies[questionIn(request)] ?? "I do not know"),
    });
  });
  afterAll(() => mock.close());

  async function run(evals: string, more: readonly string[] = []) {
    const scratch = scratchFolder();
    writeSumsRegistry(scratch.path, { samples: 1, url: mock.url });
    const from = mock.asked.length;
    const args = [
      "run",
      "mock",
      evals,
      "--registry",
      upstream,
      "--concurrency",
      "1",
      "--json",
      "--quiet",
      "--no-report",
      ...more,
    ];
    const { code, stdout, stderr } = await finegauge(args, { cwd: scratch.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { runs } = JSON.parse(stdout) as { runs: { eval: string; file: string; metrics: { name: string; value: number }[] }[] };
    const lines = runs.map(({ file }) =>
      readFileSync(join(scratch.path, file), "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as SampleLine)
        .filter(({ type }) => type === "sample"),
    );
    scratch[Symbol.dispose]();
    return { runs, lines, asked: mock.asked.slice(from) };
  }
  const verdicts = (lines: readonly SampleLine[] | undefined) =>
    Object.fromEntries((lines ?? []).map(({ id, scores }) => [id, scores?.find(({ name }) => name === "accuracy")?.passed]));

  test.each([
    {
      eval: "capitals",
      what: "an alias of an alias, dotted Match",
      concrete: "capitals.dev.v0",
      right: {
        "capitals.dev.0": true,
        "capitals.dev.1": false,
        "capitals.dev.2": true,
        "capitals.dev.3": false,
        "capitals.dev.4": false,
      },
    },
    {
      eval: "capitals-includes",
      what: "gzip data, `ignore_case: no`, a version with more dots",
      concrete: "capitals-includes.s1.simple-v0",
      right: {
        "capitals-includes.s1.0": true,
        "capitals-includes.s1.1": false,
        "capitals-includes.s1.2": true,
        "capitals-includes.s1.3": true,
        "capitals-includes.s1.4": true,
      },
    },
    {
      eval: "rivers.dev.v0",
      what: "a merge key, a folder of files, text inputs",
      concrete: "rivers.dev.v0",
      right: { "rivers.dev.0": true, "rivers.dev.1": false, "rivers.dev.2": true },
    },
  ])("$eval: $what", async ({ eval: name, concrete, right }) => {
    const { runs, lines } = await run(name);
    expect(runs.map((each) => each.eval)).toEqual([concrete]);
    expect(verdicts(lines[0])).toEqual(right);
  });

  test("asks in oaieval's order, and a text as one system message with the class's own sampling", async () => {
    const { lines, asked } = await run("capitals");
    expect(lines[0]?.map(({ id }) => id)).toEqual([3, 1, 4, 2, 0].map((line) => `capitals.dev.${line}`));
    expect(asked[0]?.body).toMatchObject({ temperature: 0 });
    expect(asked[0]?.body).not.toHaveProperty("max_tokens");
    const rivers = await run("rivers.dev.v0", ["--max-samples", "1"]);
    expect(rivers.lines[0]?.map(({ id }) => id)).toEqual(["rivers.dev.2"]);
    expect(rivers.asked[0]?.body).toMatchObject({
      messages: [{ role: "system", content: expect.any(String) }],
      temperature: 0,
      max_tokens: 100,
    });
  });

  test("puts few-shot turns before the last message", async () => {
    const { asked } = await run("capitals-fewshot", ["--max-samples", "1"]);
    const messages = asked[0]?.body.messages as { role: string; content: string; name?: string }[];
    expect(messages.map(({ content, name }) => `${name ?? ""}|${content}`)).toEqual([
      "|Answer in one word.",
      "example_user|Capital of Chad?",
      "example_assistant|N'Djamena",
      "example_user|Capital of Laos?",
      "example_assistant|Vientiane",
      "|Capital of Ghana?",
    ]);
  });

  test("an eval set runs its evals in its own order", async () => {
    const { runs } = await run("geography");
    expect(runs.map((each) => each.eval)).toEqual([
      "rivers.dev.v0",
      "capitals.dev.v0",
      "capitals-fewshot.test.v1",
      "capitals-includes.s1.simple-v0",
    ]);
  });

  test("reports the bootstrap figure under both spellings", async () => {
    const { runs } = await run("capitals");
    const value = (name: string) => runs[0]?.metrics.find((metric) => metric.name === name)?.value;
    // Two of five right: sqrt(0.4 * 0.6 / 2 * (5 - 2) / (5 - 1)).
    expect(value("boostrap_std")).toBeCloseTo(0.3, 10);
    expect(value("bootstrap_std")).toBeCloseTo(0.3, 10);
  });
});
