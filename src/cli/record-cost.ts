import type { Usage } from "../core/completion.ts";
import type { Registry } from "../registry/index.ts";
import { costAt } from "./price-fn.ts";

/** What a reply costs, by whose server it is; undefined = the price is not known. */
export function recordCost(
  prices: Awaited<ReturnType<Registry["prices"]>>,
  upstream: URL,
): (model: string, usage: Usage) => number | undefined {
  const className = classOf(upstream.hostname);
  const known = new Map<string, ((usage: Usage) => number) | undefined>();
  return (model, usage) => {
    if (!known.has(model)) {
      // Names come from whoever asks.
      if (known.size > 1000) known.clear();
      const price = prices(className, model)?.price;
      known.set(model, price === undefined ? undefined : costAt(price));
    }
    return known.get(model)?.(usage);
  };
}

function classOf(hostname: string): string {
  if (/\.azure(?:-api)?\.(?:com|net|us|cn)$/.test(hostname)) return "azure";
  return hostname === "api.openai.com" || hostname.endsWith(".api.openai.com") ? "openai" : "http";
}
