import { describe, expect, test } from "vitest";
import type { Bag } from "../../core/json.ts";
import { accessOf } from "./access.ts";
import { checkKeys, issuerOf } from "./check-keys.ts";

const azureKey = "0123456789abcdef0123456789abcdef";

describe("checkKeys", () => {
  test.each<{ class: string; args: Bag; env: { [name: string]: string }; found: string[] }>([
    { class: "openai", args: { model: "m" }, env: {}, found: ["key.missing fail"] },
    { class: "openai", args: { model: "m" }, env: { OPENAI_API_KEY: " " }, found: ["key.missing fail"] },
    { class: "openai", args: { model: "m" }, env: { OPENAI_API_KEY: "sk-proj-x" }, found: ["key ok"] },
    { class: "openai", args: { model: "m" }, env: { OPENAI_API_KEY: azureKey }, found: ["key.other warn"] },
    { class: "openai", args: { model: "m" }, env: { OPENAI_API_KEY: "sk-ant-x" }, found: ["key.other warn"] },
    // A gateway takes whose keys it likes.
    {
      class: "openai",
      args: { model: "m", base_url: "https://gateway.example/v1" },
      env: { OPENAI_API_KEY: azureKey },
      found: ["key ok"],
    },
    {
      class: "azure",
      args: { deployment: "d" },
      env: { AZURE_OPENAI_API_KEY: azureKey },
      found: ["key ok", "key.variable fail", "key.variable fail"],
    },
    {
      class: "azure",
      args: { deployment: "d", endpoint: "https://r.openai.azure.com", api_version: "2024-10-21" },
      env: { AZURE_OPENAI_API_KEY: "sk-x" },
      found: ["key.other warn"],
    },
    { class: "http", args: { url: "http://127.0.0.1/v1" }, env: {}, found: [] },
    {
      class: "http",
      args: { url: "http://127.0.0.1/v1", api_key_env: "VLLM" },
      env: { VLLM: "“x”" },
      found: ["key.unusable fail"],
    },
    { class: "llama", args: { model: "m.gguf" }, env: {}, found: [] },
  ])("of class $class with $args and $env", ({ class: name, args, env, found }) => {
    const findings = checkKeys(name, accessOf(name, args, env), env);
    expect(findings.map(({ check, level }) => `${check} ${level}`)).toEqual(found);
    for (const value of Object.values(env)) if (value.trim() !== "") expect(JSON.stringify(findings)).not.toContain(value);
  });
});

test.each([
  ["sk-proj-abc", "OpenAI"],
  ["sk-ant-abc", "Anthropic"],
  ["gsk_abc", "Groq"],
  [azureKey, "Azure"],
  ["anything", undefined],
])("issuerOf(%s) is %s", (key, issuer) => {
  expect(issuerOf(key)).toBe(issuer);
});
