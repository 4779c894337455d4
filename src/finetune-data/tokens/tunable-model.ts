import type { EncodingName } from "./token-counter.ts";

/** What has to be known of a model to judge the length of what it is trained on. */
export interface TunableModel {
  readonly encoding: EncodingName;
  /** Tokens of one example, above which it is cut; undefined: not known. */
  readonly maxTokens: number | undefined;
}

/** By the beginning of the name; the first that fits. Limits are those of OpenAI's guide to supervised fine-tuning. */
const models: readonly (readonly [string, TunableModel])[] = [
  ["gpt-4.1", { encoding: "o200k_base", maxTokens: 65_536 }],
  ["gpt-4o", { encoding: "o200k_base", maxTokens: 65_536 }],
  ["gpt-3.5-turbo-0613", { encoding: "cl100k_base", maxTokens: 4096 }],
  ["gpt-3.5-turbo", { encoding: "cl100k_base", maxTokens: 16_385 }],
  ["gpt-4-", { encoding: "cl100k_base", maxTokens: 8192 }],
  ["babbage-002", { encoding: "cl100k_base", maxTokens: 16_384 }],
  ["davinci-002", { encoding: "cl100k_base", maxTokens: 16_384 }],
  ["gpt-5", { encoding: "o200k_base", maxTokens: undefined }],
  ["gpt-oss", { encoding: "o200k_harmony", maxTokens: undefined }],
  ["o1", { encoding: "o200k_base", maxTokens: undefined }],
  ["o3", { encoding: "o200k_base", maxTokens: undefined }],
  ["o4", { encoding: "o200k_base", maxTokens: undefined }],
];

/** @param name also of a model that is tuned already: `ft:gpt-4.1-mini-2025-04-14:org::id` */
export function tunableModel(name: string): TunableModel | undefined {
  const base = name.startsWith("ft:") ? (name.split(":")[1] ?? "") : name;
  return models.find(([start]) => base.startsWith(start) || `${base}-` === start)?.[1];
}
