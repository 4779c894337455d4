import { describe, expect, test } from "vitest";
import { diagnose, failsOf, server } from "./support/diagnose.ts";
import type { MockAnswer, MockRequest } from "./support/mock-openai.ts";

const refusal = (status: number, error: object): MockAnswer => ({ status, json: { error } });
const page: MockAnswer = { text: "<!doctype html><title>Sign in</title>" };
const openaiKey = "sk-proj-CANARY0123456789";
const azureKey = "0123456789abcdef0123456789abcdef";
const resourceNotFound = refusal(404, { code: "404", message: "Resource not found" });

/** As the services answer; the list is only asked for to see that somebody is there. */
const services: readonly {
  readonly fault: string;
  readonly entry: (origin: string) => string;
  readonly env?: { readonly [name: string]: string | undefined };
  readonly answer: (request: MockRequest) => MockAnswer;
  readonly check: string;
  readonly says: RegExp;
  readonly next: RegExp;
}[] = [
  {
    fault: "an Azure deployment that is not there",
    entry: (origin) => `{ class: azure, args: { deployment: gpt-4-prod, endpoint: "${origin}", api_version: "2024-10-21" } }`,
    env: { AZURE_OPENAI_API_KEY: azureKey },
    answer: () =>
      refusal(404, {
        code: "DeploymentNotFound",
        message:
          "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
      }),
    check: "azure.deployment",
    says: /has no deployment "gpt-4-prod"/,
    next: /deployment's own name/,
  },
  {
    fault: "an API version that Azure does not have",
    entry: (origin) => `{ class: azure, args: { deployment: d, endpoint: "${origin}", api_version: "2024-10-99" } }`,
    env: { AZURE_OPENAI_API_KEY: azureKey },
    answer: () => refusal(400, { code: "BadRequest", message: "API version not supported" }),
    check: "azure.api-version",
    says: /does not know api_version "2024-10-99"/,
    next: /2024-10-21/,
  },
  {
    fault: "an API version that cannot be one, to which Azure says that nothing is there",
    entry: (origin) => `{ class: azure, args: { deployment: d, endpoint: "${origin}", api_version: "21.10.2024" } }`,
    env: { AZURE_OPENAI_API_KEY: azureKey },
    answer: () => resourceNotFound,
    check: "azure.api-version",
    says: /does not know api_version "21\.10\.2024"/,
    next: /2024-10-21/,
  },
  {
    fault: "an endpoint that is no Azure OpenAI resource",
    entry: (origin) => `{ class: azure, args: { deployment: d, endpoint: "${origin}", api_version: "2024-10-21" } }`,
    env: { AZURE_OPENAI_API_KEY: azureKey },
    answer: () => resourceNotFound,
    check: "azure.address",
    says: /no Azure OpenAI resource/,
    next: /openai\.azure\.com/,
  },
  {
    fault: "a key of another Azure resource",
    entry: (origin) => `{ class: azure, args: { deployment: d, endpoint: "${origin}", api_version: "2024-10-21" } }`,
    env: { AZURE_OPENAI_API_KEY: azureKey },
    answer: () =>
      refusal(401, {
        code: "401",
        message:
          "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
      }),
    check: "key.refused",
    says: /refuses the key in AZURE_OPENAI_API_KEY, or it belongs to another resource/,
    next: /from one resource's page/,
  },
  {
    fault: "a key of OpenAI's at Azure",
    entry: (origin) => `{ class: azure, args: { deployment: d, endpoint: "${origin}", api_version: "2024-10-21" } }`,
    env: { AZURE_OPENAI_API_KEY: openaiKey },
    answer: () => refusal(401, { code: "401", message: "Access denied due to invalid subscription key or wrong API endpoint." }),
    check: "key.other",
    says: /looks like a key of OpenAI/,
    next: /put a key of Azure into AZURE_OPENAI_API_KEY/,
  },
  {
    fault: "Azure's firewall",
    entry: (origin) => `{ class: azure, args: { deployment: d, endpoint: "${origin}", api_version: "2024-10-21" } }`,
    env: { AZURE_OPENAI_API_KEY: azureKey },
    answer: () => refusal(403, { code: "403", message: "Access denied due to Virtual Network/Firewall rules." }),
    check: "network.firewall",
    says: /firewall .* keeps this machine out/,
    next: /network rules/,
  },
  {
    fault: "an Azure resource asked as if it were OpenAI, without /openai",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: azureKey },
    answer: () => resourceNotFound,
    check: "address.azure-openai",
    says: /answers as an Azure resource, and the base URL lacks \/openai/,
    next: /class azure/,
  },
  {
    fault: "/v1 twice in the base URL",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: ({ path }) =>
      refusal(404, { message: `Invalid URL (POST ${path})`, type: "invalid_request_error", param: null, code: null }),
    check: "address.doubled-v1",
    says: /\/v1 twice/,
    next: /write it once/,
  },
  {
    fault: "no /v1 in the base URL of the environment",
    entry: () => "{ class: openai, args: { model: gpt-4.1 } }",
    env: { OPENAI_API_KEY: openaiKey },
    answer: ({ path }) =>
      refusal(404, { message: `Invalid URL (POST ${path})`, type: "invalid_request_error", param: null, code: null }),
    check: "address.no-v1",
    says: /knows no such address, and the base URL does not end in \/v1/,
    next: /put \/v1 at the end/,
  },
  {
    fault: "a site in place of its API",
    entry: (origin) => `{ class: http, args: { url: "${origin}", model: q } }`,
    answer: () => page,
    check: "address.no-v1",
    says: /answers with a web page, and the base URL does not end in \/v1/,
    next: /put \/v1/,
  },
  {
    fault: "a login page before an API",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: q } }`,
    answer: () => page,
    check: "address.page",
    says: /web page in place of JSON/,
    next: /login page/,
  },
  {
    fault: "an endpoint's path in the base URL",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1/chat/completions", model: q } }`,
    answer: () => ({ status: 404, json: { detail: "Not Found" } }),
    check: "address.endpoint",
    says: /names an endpoint/,
    next: /leave out \/chat\/completions/,
  },
  {
    fault: "a 404 in HTML",
    entry: (origin) => `{ class: http, args: { url: "${origin}/api/v1", model: q } }`,
    answer: () => ({ ...page, status: 404 }),
    check: "address.wrong",
    says: /neither this address nor the model "q"/,
    next: /check the model's name/,
  },
  {
    fault: "a key that OpenAI does not know, which it repeats",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: () =>
      refusal(401, {
        message: `Incorrect API key provided: ${openaiKey}. You can find your API key at https://platform.openai.com/account/api-keys.`,
        type: "invalid_request_error",
        param: null,
        code: "invalid_api_key",
      }),
    check: "key.refused",
    says: /refuses the key in OPENAI_API_KEY/,
    next: /make a new key/,
  },
  {
    fault: "a key of Azure's at OpenAI",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: azureKey },
    answer: () =>
      refusal(401, {
        message: "Incorrect API key provided",
        type: "invalid_request_error",
        param: null,
        code: "invalid_api_key",
      }),
    check: "key.other",
    says: /looks like a key of Azure/,
    next: /put a key of OpenAI into OPENAI_API_KEY/,
  },
  {
    fault: "a model that OpenAI does not have",
    entry: (origin) => `{ class: openai, args: { model: gpt-9, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: () =>
      refusal(404, {
        message: "The model `gpt-9` does not exist or you do not have access to it.",
        type: "invalid_request_error",
        param: null,
        code: "model_not_found",
      }),
    check: "model.unknown",
    says: /has no model "gpt-9", or this key may not use it/,
    next: /spelling/,
  },
  {
    fault: "a model that Ollama has not pulled",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: "qwen3:8b" } }`,
    answer: () => refusal(404, { message: 'model "qwen3:8b" not found, try pulling it first', type: "not_found_error" }),
    check: "model.unknown",
    says: /has no model "qwen3:8b"/,
    next: /pulled first/,
  },
  {
    fault: "a quota that is used up",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: () =>
      refusal(429, {
        message: "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota",
        param: null,
        code: "insufficient_quota",
      }),
    check: "quota.spent",
    says: /quota behind OPENAI_API_KEY .* is used up/,
    next: /plan and billing/,
  },
  {
    fault: "too many requests",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: () => refusal(429, { message: "Rate limit reached", type: "requests", param: null, code: "rate_limit_exceeded" }),
    check: "quota.rate",
    says: /fewer requests/,
    next: /wait a minute/,
  },
  {
    fault: "a country that is not served",
    entry: (origin) => `{ class: openai, args: { model: gpt-4.1, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: () =>
      refusal(403, {
        code: "unsupported_country_region_territory",
        message: "Country, region, or territory not supported",
        param: null,
        type: "request_forbidden",
      }),
    check: "network.region",
    says: /country or region/,
    next: /supported region/,
  },
  {
    fault: "a project that may not use the model",
    entry: (origin) => `{ class: openai, args: { model: o3, base_url: "${origin}/v1" } }`,
    env: { OPENAI_API_KEY: openaiKey },
    answer: () =>
      refusal(403, { message: "Project does not have access", type: "invalid_request_error", param: null, code: "x" }),
    check: "key.forbidden",
    says: /lets it not use "o3"/,
    next: /access to the model/,
  },
  {
    fault: "a redirect",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: q } }`,
    answer: () => ({ status: 308, text: "", headers: { location: "/elsewhere" } }),
    check: "address.redirect",
    says: /redirects elsewhere \(308\)/,
    next: /points to/,
  },
  {
    fault: "a server with a fault of its own",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: q } }`,
    answer: () => ({ status: 502, text: "<html>Bad gateway</html>" }),
    check: "server.down",
    says: /fault of its own \(502\)/,
    next: /again in a minute/,
  },
  {
    fault: "a server that takes the question and never answers",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: q } }`,
    answer: ({ method }) => (method === "GET" ? { json: { data: [] } } : { fault: "hang" }),
    check: "network.timeout",
    says: /did not answer in 2 s/,
    next: /--timeout/,
  },
  {
    fault: "something that does not speak HTTP",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: q } }`,
    answer: () => ({ fault: "not-http" }),
    check: "address.no-http",
    says: /does not speak HTTP/,
    next: /check the port/,
  },
  {
    fault: "https asked of a server of plain HTTP",
    entry: (origin) => `{ class: http, args: { url: "${origin.replace("http:", "https:")}/v1", model: q } }`,
    answer: () => page,
    check: "network.plain-http",
    says: /speaks plain HTTP/,
    next: /write http:\/\//,
  },
  {
    fault: "an error that comes as a success",
    entry: (origin) => `{ class: http, args: { url: "${origin}/v1", model: q } }`,
    answer: ({ method }) => (method === "GET" ? { json: { data: [] } } : { json: { error: { message: "the worker died" } } }),
    check: "model.reply",
    says: /an error as a success: the worker died/,
    next: /docs\/errors\.md/,
  },
  {
    fault: "another server where a llama-server was named",
    entry: (origin) => `{ class: llama-server, args: { url: "${origin}" } }`,
    answer: () => ({ json: { status: "ok" } }),
    check: "model.reply",
    says: /answered otherwise than llama-server/,
    next: /is it one/,
  },
  {
    fault: "a llama-server with a key",
    entry: (origin) => `{ class: llama-server, args: { url: "${origin}" } }`,
    answer: ({ path }) =>
      path === "/health"
        ? { json: { status: "ok" } }
        : refusal(401, { code: 401, message: "Invalid API Key", type: "authentication_error" }),
    check: "key.refused",
    says: /refuses the key in the request/,
    next: /api_key_env/,
  },
  {
    fault: "a llama-server that still loads its model",
    entry: (origin) => `{ class: llama-server, args: { url: "${origin}" } }`,
    answer: () => refusal(503, { code: 503, message: "Loading model", type: "unavailable_error" }),
    check: "server.loading",
    says: /still loading its model after 2 s/,
    next: /again in a minute/,
  },
];

describe("doctor", () => {
  test.each(services)("tells $fault by a sentence of its own", async ({ entry, env = {}, answer, check, says, next }) => {
    const mock = await server(answer);
    const diagnosis = await diagnose(entry(mock.origin), { env: { OPENAI_BASE_URL: mock.origin, ...env } });
    const [found, ...others] = failsOf(diagnosis);
    expect({ found, others }).toMatchObject({
      found: { check, says: expect.stringMatching(says), next: expect.stringMatching(next) },
      others: [],
    });
    expect(diagnosis.code).toBe(1);
    expect(JSON.stringify(diagnosis)).not.toContain("CANARY");
  });
});

/** Faults before any server answers. */
describe("doctor, when nothing answers", () => {
  test.each([
    {
      fault: "a port at which nobody listens",
      entry: '{ class: http, args: { url: "http://127.0.0.1:9/v1", model: q } }',
      check: "network.refused",
      says: /nobody listens at 127\.0\.0\.1:9/,
    },
    {
      fault: "a host that is not there",
      entry: '{ class: http, args: { url: "http://no-such-host.invalid/v1", model: q } }',
      check: "network.dns",
      says: /no host no-such-host\.invalid|no name server answers/,
    },
    {
      fault: "an Azure resource that is not there",
      entry: '{ class: azure, args: { deployment: d, endpoint: "https://no-such.invalid", api_version: "2024-10-21" } }',
      env: { AZURE_OPENAI_API_KEY: azureKey },
      check: "network.dns",
      says: /no host no-such\.invalid|no name server answers/,
    },
    {
      fault: "a proxy that is not there",
      entry: '{ class: http, args: { url: "http://model.invalid/v1", model: q } }',
      env: { HTTP_PROXY: "http://user:CANARY-password@127.0.0.1:9" },
      check: "network.proxy",
      says: /not reached through the proxy in HTTP_PROXY/,
    },
    {
      fault: "a key that is not set",
      entry: "{ class: openai, args: { model: gpt-4.1 } }",
      check: "key.missing",
      says: /^OPENAI_API_KEY is not set$/,
    },
    {
      fault: "a key in quotes",
      entry: "{ class: openai, args: { model: gpt-4.1 } }",
      env: { OPENAI_API_KEY: `"${openaiKey}"` },
      check: "key.quoted",
      says: /OPENAI_API_KEY holds stands in quotes/,
    },
    {
      fault: "a key with a line break in it",
      entry: "{ class: openai, args: { model: gpt-4.1 } }",
      env: { OPENAI_API_KEY: `${openaiKey}\nmore` },
      check: "key.unusable",
      says: /cannot be a key/,
    },
    {
      fault: "an Azure resource without an address",
      entry: '{ class: azure, args: { deployment: d, api_version: "2024-10-21" } }',
      env: { AZURE_OPENAI_API_KEY: azureKey },
      check: "key.variable",
      says: /AZURE_OPENAI_ENDPOINT is not set/,
    },
  ])("tells $fault by a sentence of its own", async ({ entry, env, check, says }) => {
    const diagnosis = await diagnose(entry, { env });
    const [found, ...others] = failsOf(diagnosis);
    expect({ found, others }).toMatchObject({
      found: { check, says: expect.stringMatching(says), next: expect.any(String) },
      others: [],
    });
    expect(diagnosis.code).toBe(1);
    expect(JSON.stringify(diagnosis)).not.toContain("CANARY");
  });
});
