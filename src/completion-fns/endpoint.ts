import type { Completion, CompletionRequest } from "../core/completion.ts";
import type { Prompt } from "../core/message.ts";

/** A part of a request body, in the endpoint's own names. */
export type Parameters = { readonly [name: string]: unknown };

/** One of the ways in which OpenAI-compatible servers are asked. */
export interface Endpoint {
  /** Below the base URL. */
  readonly path: string;
  /** Where the prompt goes in the body; it comes last. */
  readonly promptKey: string;
  /** @param textRole the role that a text prompt gets where messages are wanted */
  prompt(prompt: Prompt, textRole: "system" | "user"): unknown;
  /** What a model may refuse and the request do without: sampling, log-probabilities. */
  wishes(request: CompletionRequest): Parameters;
  /** What the request makes no sense without: tools, a schema. */
  needs(request: CompletionRequest): Parameters;
  /** Asked for by everybody, never possible here; dropped and reported. */
  readonly unknown: readonly string[];
  /** Other names to try for a parameter that a model refuses. */
  readonly renames: { readonly [name: string]: string };
  /** Most alternatives per token that OpenAI itself gives here. */
  readonly topLogprobsMax: number;
  /**
   * @param data the parsed body of a success
   * @param top alternatives per token that were asked for; undefined = no log-probabilities
   * @throws ZodError, BadReply
   */
  read(data: unknown, ms: number, top: number | undefined): Completion;
}
