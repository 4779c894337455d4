import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Answers of promptfoo 0.123.1's OpenAI chat provider, as it gave them to a server that said this. */
export const recorded = {
  fine: {
    output: "Oslo",
    tokenUsage: { total: 7, prompt: 5, completion: 2, numRequests: 1 },
    cached: false,
    latencyMs: 60,
    finishReason: "stop",
    cost: 0.000005200000000000001,
    guardrails: { flagged: false },
    metadata: { http: { status: 200, statusText: "OK", headers: { "content-type": "application/json" } } },
  },
  busy: {
    error: "Rate limit exceeded: HTTP 429 Too Many Requests (code: rate_limit_exceeded) [retry after 2s]",
    metadata: {
      rateLimitKind: "rate_limit",
      http: { status: 429, statusText: "Too Many Requests", headers: { "content-type": "application/json", "retry-after": "2" } },
    },
  },
  spent: {
    error:
      "Quota exceeded: HTTP 429 Too Many Requests (code: insufficient_quota). Retries will not help — check your billing or daily quota.",
    metadata: { rateLimitKind: "quota", http: { status: 429, statusText: "Too Many Requests", headers: {} } },
  },
  broken: {
    error: 'API error: 500 Internal Server Error\n{"error":{"message":"oops"}}',
    metadata: { http: { status: 500, statusText: "Internal Server Error", headers: {} } },
  },
  denied: {
    error: 'API error: 401 Unauthorized\n{"error":{"message":"bad key sk-abcdefghijkl"}}',
    metadata: { http: { status: 401, statusText: "Unauthorized", headers: {} } },
  },
  long: {
    error: 'API error: 400 Bad Request\n{"error":{"message":"maximum context length is 10","code":"context_length_exceeded"}}',
    metadata: { http: { status: 400, statusText: "Bad Request", headers: {} } },
  },
  wrong: {
    error: 'API error: 400 Bad Request\n{"error":{"message":"bad temperature"}}',
    metadata: { http: { status: 400, statusText: "Bad Request", headers: {} } },
  },
  filtered: {
    output: "Content filtered by provider",
    tokenUsage: { total: 7, prompt: 5, completion: 2, numRequests: 1 },
    cached: false,
    isRefusal: true,
    finishReason: "content_filter",
    guardrails: { flagged: true },
  },
  refused: { output: "I will not", cached: false, isRefusal: true, finishReason: "stop", guardrails: { flagged: true } },
  cut: { output: "half", cached: false, finishReason: "length" },
  tools: {
    output: [{ id: "1", type: "function", function: { name: "f", arguments: "{}" } }],
    cached: false,
    finishReason: "tool_calls",
  },
  empty: { output: "", cached: false, finishReason: "stop" },
  reset: {
    error: "API call error: Error: Request failed after 0 retries: TypeError: fetch failed (Cause: Error: read ECONNRESET)",
    metadata: { http: { status: 0, statusText: "Error", headers: {} } },
  },
  thinking: { output: "<think>hm</think>Oslo", cached: false },
  replayed: { output: "Oslo", tokenUsage: { total: 7, cached: 7 }, cached: true, latencyMs: 60, cost: 0 },
  http: { raw: "…", latencyMs: 1, cached: false, output: "Oslo", tokenUsage: { prompt: 0, completion: 0, cached: 0, total: 0 } },
  exec: { output: "ABC" },
} as const;

/** Public functions of promptfoo 0.123.1 with the answers that it gives, and none of its 280 MB. */
const source = `
const recorded = ${JSON.stringify(recorded)};
const note = (what) => { (globalThis.fakePromptfoo ??= []).push(what); };
note({ imported: { LOG_LEVEL: process.env.LOG_LEVEL, dir: process.env.PROMPTFOO_CONFIG_DIR } });

export async function loadApiProvider(id, context) {
  note({ loaded: id, context });
  if (id.startsWith("nonsense")) throw new Error("Could not identify provider: " + id + ".");
  const provider = {
    id: () => id,
    async callApi(prompt, context, options) {
      note({ asked: prompt, context });
      if (id === "echo") return { output: prompt, cost: 0, cached: false, tokenUsage: { total: 0, prompt: 0, completion: 0 } };
      if (id === "scripted:hang") return new Promise((_, reject) => {
        options.abortSignal.addEventListener("abort", () => reject(options.abortSignal.reason));
      });
      if (id === "scripted:keyless") throw new Error("API key is not set. Set the OPENAI_API_KEY environment variable or add \`apiKey\` to the provider config.");
      return recorded[id.slice("scripted:".length)];
    },
    cleanup() { note({ cleanup: id }); },
  };
  if (id.startsWith("embedding:")) provider.callEmbeddingApi = async (text) => id === "embedding:down"
    ? { error: "API error: 503 Service Unavailable" } : { embedding: [text.length, 1] };
  return provider;
}

async function graded(assertion, test, output, read) {
  const prompt = JSON.stringify([{ role: "system", content: "Grade." }, { role: "user", content: output + " / " + assertion.value }]);
  const reply = await assertion.provider.callApi(prompt, { vars: test.vars });
  return read(reply);
}

const assertions = {
  async runAssertion({ assertion, test, providerResponse, prompt, latencyMs }) {
    note({ assertion, test, providerResponse, prompt, latencyMs });
    const { type } = assertion;
    const { output } = providerResponse;
    const value = typeof assertion.value === "string" ? assertion.value.replace(/{{ (\\w+) }}/g, (_, name) => test.vars[name]) : assertion.value;
    const plain = (pass, reason) => ({ pass, score: pass ? 1 : 0, reason: pass ? "Assertion passed" : reason, assertion });
    switch (type) {
      case "equals": return plain(output === value, 'Expected output "' + output + '" to equal "' + value + '"');
      case "not-equals": return plain(output !== value, "no");
      case "contains-any": return plain(assertion.value.some((_, at) => output.includes(test.vars.ideals[at])), "no");
      case "javascript":
        if (value === "throw") return { pass: false, score: 0, reason: "Custom function threw error: boom\\nStack Trace: …", assertion };
        if (value === "NaN") return { pass: false, score: NaN, reason: "?", assertion };
        return { pass: true, score: 0.25, reason: "quarter", namedScores: { "tone of voice": 0.5, accuracy: 9 }, assertion };
      case "cost": throw new Error("Cost assertion does not support providers that do not return cost");
      case "llm-rubric": return graded(assertion, test, output, ({ error, output: said }) => {
        if (error) return { pass: false, score: 0, reason: error, metadata: { graderError: true } };
        try { return { ...JSON.parse(said), assertion }; }
        catch { return { pass: false, score: 0, reason: "Could not extract JSON from llm-rubric response", metadata: { graderError: true } }; }
      });
      case "model-graded-closedqa": return graded(assertion, test, output, ({ error, output: said }) => {
        if (error || !said) return { pass: false, score: 0, reason: error || "No output" };
        if (said.endsWith("Y")) return { pass: true, score: 1, reason: "The submission meets the criterion:\\n" + said };
        if (said.endsWith("N")) return { pass: false, score: 0, reason: "The submission does not meet the criterion:\\n" + said };
        return { pass: false, score: 0, reason: "Model grader produced a malformed response:\\n" + said };
      });
      case "factuality": return graded(assertion, test, output, ({ error, output: said }) => {
        if (error || !said) return { pass: false, score: 0, reason: error || "No output" };
        const option = /\\(?([A-E])\\)/.exec(said)?.[1];
        if (option === undefined) return { pass: false, score: 0, reason: "Factuality checker output did not match expected format: " + said };
        return { pass: option !== "D", score: option === "D" ? 0 : 1, reason: said };
      });
      case "similar": {
        const { embedding, error } = await assertion.provider.callEmbeddingApi(output);
        if (error) return { pass: false, score: 0, reason: error };
        return { pass: embedding[0] > 3, score: embedding[0] / 10, reason: "Similarity" };
      }
      default: throw new Error("Unknown assertion type: " + type);
    }
  },
};

const cache = { disableCache() { note({ cache: "disabled" }); } };
const BaseAssertionTypesSchema = { options: ["equals", "contains-any", "javascript", "cost", "llm-rubric", "model-graded-closedqa", "factuality", "similar"] };
export { assertions, cache, BaseAssertionTypesSchema };
`;

/** Puts a package called promptfoo, or this in place of it, into a folder. */
export function installFakePromptfoo(folder: string, text = source): void {
  const home = join(folder, "node_modules/promptfoo");
  mkdirSync(join(home, "dist/src"), { recursive: true });
  const exports = { ".": { import: "./dist/src/index.js", require: "./dist/src/index.cjs" } };
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "promptfoo", version: "0.123.1", type: "module", exports }));
  writeFileSync(join(home, "dist/src/index.js"), text);
}

/** What the fake package was asked so far in this process. */
export function notes(): readonly { readonly [what: string]: unknown }[] {
  return (globalThis as { fakePromptfoo?: { [what: string]: unknown }[] }).fakePromptfoo ?? [];
}
