import { expect, test } from "vitest";
import { tunableModel } from "./tunable-model.ts";

test.each([
  ["gpt-4.1-mini-2025-04-14", { encoding: "o200k_base", maxTokens: 65_536 }],
  ["ft:gpt-4o-mini-2024-07-18:org::abc", { encoding: "o200k_base", maxTokens: 65_536 }],
  ["gpt-3.5-turbo-0613", { encoding: "cl100k_base", maxTokens: 4096 }],
  ["gpt-3.5-turbo", { encoding: "cl100k_base", maxTokens: 16_385 }],
  ["gpt-4", { encoding: "cl100k_base", maxTokens: 8192 }],
  ["gpt-5", { encoding: "o200k_base", maxTokens: undefined }],
  ["davinci-002", { encoding: "cl100k_base", maxTokens: 16_384 }],
  ["llama-3", undefined],
])("of %s encoding and limit are known as far as they are", (name, known) => {
  expect(tunableModel(name)).toEqual(known);
});
