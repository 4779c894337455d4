import { FinegaugeError } from "../core/errors.ts";
import { type Bag, isBag } from "../core/json.ts";
import type { RegistryWarning } from "./registry.ts";
import type { YamlEntry } from "./yaml-file.ts";

const endpoints: { readonly [dotted: string]: string } = {
  "evals.completion_fns.openai:OpenAIChatCompletionFn": "chat",
  "evals.completion_fns.openai:OpenAICompletionFn": "completions",
};

/** What one of openai/evals' own functions is here. */
export interface TranslatedFunction {
  readonly class: "openai";
  readonly args: Bag;
  /** What upstream merges into every request last. */
  readonly extra: Bag | undefined;
}

/**
 * The class and arguments here of a completion function written for openai/evals; undefined for a class of somebody else's.
 *
 * @param args as they are written, `${NAME}` not expanded: a key must be named, never stand there
 * @throws FinegaugeError `registry.invalid` for a key in the file
 */
export function translateFunction(
  className: string,
  args: Bag,
  entry: YamlEntry,
  warn: (warning: RegistryWarning) => void,
): TranslatedFunction | undefined {
  const endpoint = Object.hasOwn(endpoints, className) ? endpoints[className] : undefined;
  if (endpoint === undefined) return undefined;
  const { model, api_base: baseUrl, api_key: key, extra_options: extra, n_ctx: _unused, ...others } = args;
  for (const other of Object.keys(others)) {
    warn({
      message: `"${entry.name}": unknown key "${other}" in args has no effect`,
      where: entry.placeOf(["args", other], "key"),
    });
  }
  if (extra !== undefined && extra !== null && !isBag(extra)) {
    throw new FinegaugeError("registry.invalid", `"${entry.name}": args.extra_options is no mapping`, {
      where: entry.placeOf(["args", "extra_options"]),
    });
  }
  return {
    class: "openai",
    args: {
      ...(model !== undefined && { model }),
      ...(baseUrl !== undefined && baseUrl !== null && { base_url: baseUrl }),
      ...(key !== undefined && key !== null && { api_key_env: keyName(key, entry) }),
      endpoint,
    },
    extra: isBag(extra) ? extra : undefined,
  };
}

function keyName(key: unknown, entry: YamlEntry): string {
  const name = typeof key === "string" ? /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(key)?.[1] : undefined;
  if (name !== undefined) return name;
  throw new FinegaugeError("registry.invalid", `"${entry.name}": args.api_key holds a key`, {
    where: entry.placeOf(["args", "api_key"], "key"),
    hint: "keep keys out of files: api_key_env: NAME names the environment variable that holds it",
  });
}
