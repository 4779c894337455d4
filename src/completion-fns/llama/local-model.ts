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

/** What a model makes of texts and chats; nothing is evaluated. */
export interface Vocabulary {
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
}

/** A vocabulary without its model, for whoever wants to see what the model would be shown. */
export interface OpenVocabulary extends Vocabulary {
  /** The name of a control token, `<s>`; undefined for one that is text. */
  nameOf(token: number): string | undefined;
  /** The control token of that name. */
  named(name: string): number | undefined;
  /** Names of the tokens that the file has for the end of a text and the end of a turn. */
  readonly ends: readonly string[];
  /** Frees the memory. */
  close(): Promise<void>;
}

/** A loaded model with one sequence. The only view of llama.cpp that the rest of this folder has. */
export interface LocalModel extends Vocabulary {
  /** Tokens that a prompt and its reply may have together. */
  readonly contextTokens: number;
  /** How many tokens one evaluation takes at most, so that a stop need not wait for a long prompt. */
  readonly batchTokens: number;
  clear(): Promise<void>;
  /** Forgets all but the first `length` tokens; false when the model cannot and has to start over. */
  rewind(length: number): Promise<boolean>;
  /** Appends to what was evaluated; one answer for each token that has a wish. Never shifts the context: the caller counts. */
  evaluate(tokens: readonly number[], wanted: (index: number) => Wanted | undefined): Promise<(Next | undefined)[]>;
  /** Frees the memory. */
  close(): Promise<void>;
}
