/** What gpt-tokenizer has; the first is that of most models today. */
export const encodings = ["o200k_base", "cl100k_base", "o200k_harmony", "p50k_base", "r50k_base"] as const;
export type EncodingName = (typeof encodings)[number];

/** Counts the tokens of a text. */
export interface TokenCounter {
  readonly encoding: EncodingName;
  /** The package that counts, with its version; undefined: the counts are estimates. */
  readonly tokenizer: string | undefined;
  count(text: string): number;
}
