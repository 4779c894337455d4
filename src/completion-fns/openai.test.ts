import { describe, expect, test } from "vitest";
import { ask, failureOf, make, mockFor, secret } from "../../test/support/wire-functions.ts";
import { openai } from "./openai.ts";

test.each([
  { model: "gpt-4.1-mini", path: "/v1/chat/completions" },
  { model: "gpt-9-unheard-of", path: "/v1/chat/completions" },
  { model: "ft:gpt-4o-mini-2024-07-18:org::id", path: "/v1/chat/completions" },
  { model: "davinci-002", path: "/v1/completions" },
  { model: "babbage-002", path: "/v1/completions" },
  { model: "ft:davinci-002:org::id", path: "/v1/completions" },
  { model: "gpt-3.5-turbo-instruct-0914", path: "/v1/completions" },
  { model: "davinci-002", endpoint: "chat", path: "/v1/chat/completions" },
  { model: "gpt-4.1-mini", endpoint: "responses", path: "/v1/responses" },
])("$model, endpoint $endpoint, is asked at $path", async ({ model, endpoint, path }) => {
  const server = await mockFor();
  await ask(await make(openai, { model, base_url: server.url, ...(endpoint && { endpoint }) }, { OPENAI_API_KEY: secret }));
  expect(server.asked[0]).toMatchObject({ path, body: { model } });
});

test("the SDK's environment variables lead to the server, the organisation and the project", async () => {
  const server = await mockFor();
  const env = { OPENAI_API_KEY: secret, OPENAI_BASE_URL: server.url, OPENAI_ORG_ID: "org-1", OPENAI_PROJECT_ID: "proj-1" };
  await ask(await make(openai, { model: "m" }, env));
  await ask(await make(openai, { model: "m", organization: "org-2", project: "proj-2" }, env));
  expect(server.asked.map(({ headers }) => [headers["openai-organization"], headers["openai-project"]])).toEqual([
    ["org-1", "proj-1"],
    ["org-2", "proj-2"],
  ]);
});

test("another variable may hold the key", async () => {
  const server = await mockFor();
  const env = { OPENAI_API_KEY: "not this one", OTHER_KEY: ` ${secret}\n` };
  await ask(await make(openai, { model: "m", base_url: server.url, api_key_env: "OTHER_KEY" }, env));
  expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${secret}`);
});

test.each(["o3-mini", "gpt-5", "ft:o4-mini:org::id"])("%s gets max_completion_tokens at once, and says so", async (model) => {
  const server = await mockFor();
  const fn = await make(openai, { model, base_url: server.url }, { OPENAI_API_KEY: secret });
  const completion = await ask(fn, { sampling: { max_tokens: 8 } });
  expect(completion.adjusted).toEqual(["max_tokens: sent as max_completion_tokens"]);
  expect(server.asked.map(({ body }) => [body.max_tokens, body.max_completion_tokens])).toEqual([[undefined, 8]]);
});

test("the probe asks for the model itself", async () => {
  const server = await mockFor();
  await (await make(openai, { model: "ft:a/b", base_url: server.url }, { OPENAI_API_KEY: secret })).capabilities();
  expect(server.requests[0]).toMatchObject({ method: "GET", path: "/v1/models/ft%3Aa%2Fb" });
});

describe("a base URL", () => {
  test.each(["http://user:pass@127.0.0.1/v1", "127.0.0.1:8000/v1", "file:///v1"])(
    "like %s in the environment is refused",
    async (url) => {
      const error = await failureOf(make(openai, { model: "m" }, { OPENAI_API_KEY: secret, OPENAI_BASE_URL: url }));
      expect(error.code).toBe("registry.invalid");
      expect(error.message).not.toContain("pass");
    },
  );
});
