import { describe, expect, test } from "vitest";
import { problemIn, readProblem } from "./problem.ts";

describe("readProblem", () => {
  test.each([
    {
      server: "OpenAI",
      body: { error: { message: "no", type: "invalid_request_error", param: "temperature", code: "unsupported_value" } },
      problem: { message: "no", type: "invalid_request_error", param: "temperature", code: "unsupported_value" },
    },
    {
      server: "llama-server",
      body: { error: { code: 400, message: "no", type: "t" } },
      problem: { message: "no", code: "400", type: "t" },
    },
    { server: "Ollama", body: { error: "model not found" }, problem: { message: "model not found" } },
    {
      server: "older vLLM",
      body: { object: "error", message: "no", type: "BadRequestError", code: 400 },
      problem: { message: "no", code: "400" },
    },
    { server: "FastAPI", body: { detail: [{ loc: ["body", "seed"] }] }, problem: { message: '[{"loc":["body","seed"]}]' } },
    { server: "a gateway in plain text", body: "upstream is down", problem: { message: "upstream is down" } },
    { server: "a gateway in HTML", body: "<html><body>Bad gateway</body></html>", problem: { message: "" } },
  ])("reads the error of $server", ({ body, problem }) => {
    expect(readProblem(typeof body === "string" ? body : JSON.stringify(body))).toMatchObject(problem);
  });

  test("shortens what goes on and on", () => {
    expect(readProblem(JSON.stringify({ error: { message: "x".repeat(90_000) } })).message).toHaveLength(20_001);
  });
});

test.each([[{ choices: [] }], [{ error: null }], [null], [[]], ["text"]])("problemIn finds none in %j", (data) => {
  expect(problemIn(data)).toBeUndefined();
});
