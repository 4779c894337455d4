import type { Completion, CompletionFn, Usage } from "../core/completion.ts";
import type { TokenPrice } from "../registry/index.ts";

/** Dollars for the tokens of one reply. Reasoning is part of the output, what the provider had cached part of the input. */
export function costAt({ input, output, cached_input = input }: TokenPrice): (usage: Usage) => number {
  const [perInput, perOutput, perCached] = [input / 1e6, output / 1e6, cached_input / 1e6];
  return (usage) => {
    // A server may say that more was cached than was sent; nobody is paid for asking.
    const cached = Math.min(usage.cached ?? 0, usage.input);
    return (usage.input - cached) * perInput + cached * perCached + usage.output * perOutput;
  };
}

/** The completion function with a cost in each reply that says how many tokens it took; what the response cache answers has none. */
export function pricedFn(fn: CompletionFn, price: TokenPrice | undefined): CompletionFn {
  if (price === undefined) return fn;
  const cost = costAt(price);
  const addCost = (completion: Completion) => {
    if (completion.usage !== undefined && completion.cached !== true) completion.cost = cost(completion.usage);
    return completion;
  };
  return askedThrough(fn, (request, ctx) => fn.complete(request, ctx).then(addCost));
}

/** The same completion function, asked another way. */
export function askedThrough(fn: CompletionFn, complete: CompletionFn["complete"]): CompletionFn {
  const { describe, wrap, continuations, embed, close } = fn;
  return {
    name: fn.name,
    identity: () => fn.identity(),
    capabilities: () => fn.capabilities(),
    complete,
    ...(describe && { describe: () => describe.call(fn) }),
    ...(wrap && { wrap: (prompt) => wrap.call(fn, prompt) }),
    ...(continuations && { continuations: (request, ctx) => continuations.call(fn, request, ctx) }),
    ...(embed && { embed: (texts, ctx) => embed.call(fn, texts, ctx) }),
    ...(close && { close: () => close.call(fn) }),
  };
}
