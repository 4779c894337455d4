import { describe, expect, test } from "vitest";
import { endpointOf, upstreamPath } from "./endpoint.ts";

describe("what is recorded", () => {
  test.each([
    ["/v1/chat/completions", "chat"],
    ["/chat/completions/", "chat"],
    ["/openai/deployments/gpt-4/chat/completions?api-version=2024-10-21", "chat"],
    ["/openai/deployments/gpt-4/completions?api-version=2024-10-21", "completions"],
    ["/openai/v1/responses?api-version=preview", "responses"],
    ["/v1/completions", "completions"],
    ["/v1/responses/resp_1", undefined],
    ["/v1/embeddings?x=/chat/completions", undefined],
    ["/v1/models", undefined],
  ])("%s: %s", (path, endpoint) => {
    expect(endpointOf(path)).toBe(endpoint);
  });
});

describe("where a request goes", () => {
  test.each([
    { path: "/v1/models?a=1", base: "/v1", to: "/v1/models?a=1" },
    { path: "/models", base: "/v1", to: "/v1/models" },
    { path: "/v1", base: "/v1", to: "/v1" },
    { path: "/v1beta/x", base: "/v1", to: "/v1/v1beta/x" },
    { path: "/v1/models", base: "/api/v1", to: "/api/v1/models" },
    { path: "/api/v1/models", base: "/api/v1", to: "/api/v1/models" },
    { path: "/v1/models", base: "", to: "/v1/models" },
    { path: "/openai/deployments/x/completions", base: "/v1", to: "/openai/deployments/x/completions" },
    { path: "/openai/v1/responses", base: "/openai/v1", to: "/openai/v1/responses" },
    { path: "/v1/responses", base: "/openai/v1", to: "/openai/v1/responses" },
  ])("$path at an upstream with the path '$base': $to", ({ path, base, to }) => {
    expect(upstreamPath(path, base)).toBe(to);
  });
});
