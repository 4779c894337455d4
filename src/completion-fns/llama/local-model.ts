/** One message of a chat, as a chat template knows it. */
export interface Turn {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
}

/** What to say about the token that would come next. */
export interface Wanted {
  /** The most probable ones; at least 1. */
  readonly top: number | "all";
  /** Others by name. */
  readonly tokens?: readonly number[];
}

/** The next token's natural log-probabilities by the model itself: no temperature, no penalty, over the whole vocabulary. */
export interface Next {
  /** As many as were wanted, best first; -Infinity = probability 0. */
  readonly top: readonly { readonly token: number; readonly logprob: number }[];
  /** Of a token that was wanted. */
  logprob(token: number): number;
}

/** A loaded model with one sequence. The only view of llama.cpp that the rest of this folder has. */
export interface LocalModel {
  /** Tokens that a prompt and its reply may have together. */
  readonly contextTokens: number;
  /** How many tokens one evaluation takes at most, so that a stop need not wait for a long prompt. */
  readonly batchTokens: number;
  /** Put in front of every text, when the vocabulary wants it. */
  readonly start: readonly number[];
  /** What an empty context is replaced by; undefined for a vocabulary that has neither start nor end token. */
  readonly prefix: number | undefined;
  /** The prompt as the chat template writes it, without the start token; message texts stay plain text. Throws what the template throws. */
  renderChat(turns: readonly Turn[]): readonly number[];
  /** As plain text: `<|end|>` is seven characters, never a control token. */
  tokenize(text: string): readonly number[];
  /** What a token adds to the text; nothing for control tokens. */
  bytes(token: number): Buffer;
  /** Ends a reply. */
  isEnd(token: number): boolean;
  clear(): Promise<void>;
  /** Forgets all but the first `length` tokens; false when the model cannot and has to start over. */
  rewind(length: number): Promise<boolean>;
  /** Appends to what was evaluated; one answer for each token that has a wish. Never shifts the context: the caller counts. */
  evaluate(tokens: readonly number[], wanted: (index: number) => Wanted | undefined): Promise<(Next | undefined)[]>;
  /** Frees the memory. */
  close(): Promise<void>;
}
