import { expect, test } from "vitest";
import { errorReply } from "../../test/support/mock-openai.ts";
import { ask, failureOf, make, mockFor, secret } from "../../test/support/wire-functions.ts";
import { azure } from "./azure.ts";

const key = { AZURE_OPENAI_API_KEY: secret };
const base = { deployment: "my-gpt", api_version: "2024-10-21" };

test.each([
  { ending: "", path: "/openai/deployments/my-gpt/chat/completions" },
  { ending: "/", path: "/openai/deployments/my-gpt/chat/completions" },
  { ending: "/openai/", path: "/openai/deployments/my-gpt/chat/completions" },
  { ending: "/openai/v1", path: "/openai/deployments/my-gpt/chat/completions" },
  { ending: "/gateway", path: "/gateway/openai/deployments/my-gpt/chat/completions" },
])("an endpoint that ends in '$ending' leads to $path", async ({ ending, path }) => {
  const server = await mockFor();
  await ask(await make(azure, { ...base, endpoint: server.origin + ending }, key));
  expect(server.asked[0]?.path).toBe(path);
});

test("the SDK's environment variables stand in for arguments, and OPENAI_BASE_URL does not get in the way", async () => {
  const server = await mockFor();
  const env = {
    ...key,
    AZURE_OPENAI_ENDPOINT: server.origin,
    OPENAI_API_VERSION: "2025-01-01-preview",
    OPENAI_BASE_URL: "http://127.0.0.1:1",
  };
  const fn = await make(azure, { deployment: "my-gpt", model: "gpt-4.1" }, env);
  await ask(fn);
  expect(server.asked[0]?.query.get("api-version")).toBe("2025-01-01-preview");
  expect(server.asked[0]?.body.model).toBe("my-gpt");
  expect(await fn.identity()).toMatchObject({ fn: "azure", model: "gpt-4.1" });
});

test("the responses endpoint takes the deployment in the body", async () => {
  const server = await mockFor();
  await ask(await make(azure, { ...base, endpoint: server.origin, api: "responses" }, key));
  expect(server.asked[0]).toMatchObject({ path: "/openai/responses", body: { model: "my-gpt" } });
});

test("the probe needs no deployment", async () => {
  const server = await mockFor();
  await (await make(azure, { ...base, endpoint: server.origin }, key)).capabilities();
  expect(server.requests[0]).toMatchObject({ method: "GET", path: "/openai/models" });
});

test.each([
  {
    wrong: "deployment",
    answer: errorReply(404, { code: "DeploymentNotFound", message: "The API deployment for this resource does not exist." }),
    code: "provider.rejected",
    hint: /has no deployment "my-gpt"/,
  },
  {
    wrong: "API version",
    answer: errorReply(400, { code: "BadRequest", message: "API version not supported" }),
    code: "provider.rejected",
    hint: /does not know api_version "2024-10-21"/,
  },
  {
    wrong: "resource",
    answer: errorReply(404, { code: "404", message: "Resource not found" }),
    code: "provider.rejected",
    hint: /check that endpoint is an Azure OpenAI resource/,
  },
  {
    wrong: "key",
    answer: errorReply(401, { code: "401", message: "Access denied due to invalid subscription key or wrong API endpoint." }),
    code: "provider.auth",
    hint: /the key in AZURE_OPENAI_API_KEY does not belong to 127/,
  },
])("a wrong $wrong has its own remedy", async ({ answer, code, hint }) => {
  const server = await mockFor(() => answer);
  const error = await failureOf(ask(await make(azure, { ...base, endpoint: server.origin }, key)));
  expect(error.code).toBe(code);
  expect(error.more.hint).toMatch(hint);
});

test.each([
  { missing: "an API version", args: { deployment: "d", endpoint: "http://127.0.0.1:1" }, hint: /OPENAI_API_VERSION/ },
  { missing: "an endpoint", args: base, hint: /AZURE_OPENAI_ENDPOINT/ },
  { missing: "a usable endpoint", args: { ...base, endpoint: "my-resource" }, hint: /AZURE_OPENAI_ENDPOINT/ },
])("says at once that $missing is missing", async ({ args, hint }) => {
  const error = await failureOf(make(azure, args, key));
  expect(error.code).toBe("registry.invalid");
  expect(error.more.hint).toMatch(hint);
});
