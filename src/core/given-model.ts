import type { CallContext, Completion, CompletionFn, CompletionRequest } from "./completion.ts";

/** What somebody's own model may reply: the text, or what it knows of a completion around it. */
export type GivenReply = string | (Partial<Completion> & { readonly text: string });

/** A model that is a value of a program: a `CompletionFn` of which `name` and `complete` must be there, or one whole. */
export interface GivenModel extends Partial<Omit<CompletionFn, "name" | "complete">> {
  /** As runs call it; without commas. */
  readonly name: string;
  complete(request: CompletionRequest, ctx: CallContext): GivenReply | Promise<GivenReply>;
}
