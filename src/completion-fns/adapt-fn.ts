import type { CompletionFn } from "../core/completion.ts";

/** The same completion function, which may be an instance of a class, with some members in place of its own. */
export function adaptFn(fn: CompletionFn, changes: Partial<CompletionFn>): CompletionFn {
  const { describe, wrap, continuations, embed, close } = fn;
  return {
    name: fn.name,
    identity: () => fn.identity(),
    capabilities: () => fn.capabilities(),
    complete: (request, ctx) => fn.complete(request, ctx),
    ...(describe && { describe: () => describe.call(fn) }),
    ...(wrap && { wrap: (prompt) => wrap.call(fn, prompt) }),
    ...(continuations && { continuations: (request, ctx) => continuations.call(fn, request, ctx) }),
    ...(embed && { embed: (texts, ctx) => embed.call(fn, texts, ctx) }),
    ...(close && { close: () => close.call(fn) }),
    ...changes,
  };
}
