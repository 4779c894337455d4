import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadPromptfoo, type Promptfoo } from "../../src/bridges/promptfoo/promptfoo.ts";
import { recorded } from "../support/fake-promptfoo.ts";
import { scratchFolder } from "../support/finegauge.ts";
import { type MockAnswer, startMockOpenai } from "../support/mock-openai.ts";
import { claims } from "../support/promptfoo-claims.ts";
import { here } from "./real-promptfoo.ts";

const before = process.cwd();
let promptfoo: Promptfoo;
const home = scratchFolder();
beforeAll(async () => {
  process.chdir(here);
  // A worker of the tests ends without the event on which the folder would be removed.
  process.env.PROMPTFOO_CONFIG_DIR = home.path;
  promptfoo = await loadPromptfoo();
});
afterAll(() => {
  process.chdir(before);
  home[Symbol.dispose]();
});

test("is the release that the recorded answers are of", () => {
  expect(promptfoo.version).toBe("0.123.1");
});

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
const chat = (message: object, finish_reason = "stop"): MockAnswer => ({
  json: {
    id: "x",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason }],
    usage,
  },
});
const refusal = (status: number, error: object, headers = {}): MockAnswer => ({ status, json: { error }, headers });

describe("its OpenAI provider answers as it is recorded to", () => {
  const said: { readonly [name in keyof typeof recorded]?: MockAnswer } = {
    fine: chat({ content: "Oslo" }),
    busy: refusal(429, { message: "slow down", type: "requests", code: "rate_limit_exceeded" }, { "retry-after": "2" }),
    spent: refusal(429, { message: "no quota", type: "insufficient_quota", code: "insufficient_quota" }),
    broken: refusal(500, { message: "oops" }),
    denied: refusal(401, { message: "bad key sk-abcdefghijkl" }),
    long: refusal(400, { message: "maximum context length is 10", code: "context_length_exceeded" }),
    wrong: refusal(400, { message: "bad temperature" }),
    filtered: chat({ content: "" }, "content_filter"),
    refused: chat({ content: null, refusal: "I will not" }),
    cut: chat({ content: "half" }, "length"),
    tools: chat(
      { content: null, tool_calls: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }] },
      "tool_calls",
    ),
    empty: chat({ content: "" }),
    reset: { fault: "reset" },
  };

  test.each(Object.entries(said))("%s", async (name, answer) => {
    const mock = await startMockOpenai({ answer: () => answer });
    try {
      const config = { apiBaseUrl: mock.url, apiKey: "sk-of-a-test", maxRetries: 0, omitDefaults: true };
      const provider = await promptfoo.loadApiProvider("openai:chat:gpt-4.1-mini", {
        options: { config },
        basePath: here,
        env: {},
      });
      const found = (await provider.callApi("Capital?", {
        vars: {},
        prompt: { raw: "Capital?", label: "", config: { temperature: 0.5, seed: 3 } },
      })) as object;
      const { latencyMs: _, ...wanted } = recorded[name as keyof typeof recorded] as { latencyMs?: number };
      expect(found).toMatchObject(wanted);
      expect(mock.asked.map(({ body }) => body)).toEqual([
        { model: "gpt-4.1-mini", messages: [{ role: "user", content: "Capital?" }], temperature: 0.5, seed: 3 },
      ]);
    } finally {
      await mock.close();
    }
  });
});

describe("its assertions judge as the table of claims says", () => {
  test.each(claims.map((claim) => [JSON.stringify(claim.assert), claim] as const))("%s", async (_, { assert, passes, fails }) => {
    const judged = async (output: string) => {
      const verdicts: boolean[] = [];
      for (const assertion of assert) {
        const result = (await promptfoo.runAssertion({ assertion, test: { vars: {} }, providerResponse: { output } })) as {
          pass: boolean;
        };
        verdicts.push(result.pass);
      }
      return verdicts.every(Boolean);
    };
    for (const reply of passes) expect([reply, await judged(reply)]).toEqual([reply, true]);
    for (const reply of fails) expect([reply, await judged(reply)]).toEqual([reply, false]);
  });
});
