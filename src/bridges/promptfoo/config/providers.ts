import { type Bag, isBag, type Json } from "../../../core/json.ts";
import type { Config } from "./config-schema.ts";
import { slug } from "./convert.ts";
import type { Left } from "./left.ts";

/** The models of a config: those that their id names, and those that need an entry of their own. */
export interface ConvertedProviders {
  /** For the command line: `promptfoo:openai:chat:gpt-4.1-mini`. */
  readonly names: readonly string[];
  /** `completion-fns/*.yaml`. */
  readonly entries: { readonly [name: string]: Bag };
  readonly left: readonly Left[];
}

const samplingKeys = ["temperature", "top_p", "max_tokens", "stop", "seed"];
const secretName = /key|token|secret|pass|auth|credential|cookie/i;

/** @param base what the names of entries begin with */
export function convertProviders(config: Config, base: string): ConvertedProviders {
  const key = config.providers === undefined ? "targets" : "providers";
  const given = config[key] ?? [];
  const names: string[] = [];
  const entries: { [name: string]: Bag } = {};
  const left: Left[] = [];
  (typeof given === "string" ? [given] : given).forEach((one, index) => {
    const at = [key, index];
    const leave = (path: readonly string[], why: string) => void left.push({ at: [...at, ...path], why, matters: true });
    const provider = typeof one === "string" ? { id: one } : normal(one);
    if (provider === undefined) {
      leave([], "it has no id");
      return;
    }
    const { id, label, config: settings, ...others } = provider;
    for (const other of Object.keys(others)) leave([other], "a model has no such thing here");
    if (!isBag(settings) || Object.keys(settings).length === 0) {
      names.push(`promptfoo:${id}`);
      return;
    }
    const secret = secretIn(settings);
    if (secret !== undefined) {
      leave(
        ["config", secret],
        `it may be a key, which stands in no file here: write "{{env.NAME}}", or set the variable that promptfoo reads`,
      );
      return;
    }
    let name = `${base}-${slug(typeof label === "string" ? label : id) || index + 1}`;
    while (Object.hasOwn(entries, name)) name = `${name}-${index + 1}`;
    entries[name] = entryOf(id, settings);
    names.push(name);
  });
  return { names, entries, left };
}

/** `{id, config}`, or `{"openai:gpt-4": {config}}`. */
function normal(given: { readonly [key: string]: unknown }): ({ id: string } & { readonly [key: string]: unknown }) | undefined {
  if (typeof given.id === "string") return given as { id: string };
  const [[id, settings] = [], ...others] = Object.entries(given);
  return id !== undefined && others.length === 0 && isBag(settings) ? { id, ...settings } : undefined;
}

function entryOf(provider: string, settings: Bag): Bag {
  const sampling: { [key: string]: Json } = {};
  const config: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(settings)) {
    if (samplingKeys.includes(key)) sampling[key] = key === "stop" && typeof value === "string" ? [value] : value;
    else config[key] = escaped(value);
  }
  return {
    class: "promptfoo",
    args: { provider, ...(Object.keys(config).length > 0 && { config }) },
    ...(Object.keys(sampling).length > 0 && { sampling }),
  };
}

/** `${NAME}` is a variable here, and a text there. */
function escaped(value: Json): Json {
  if (typeof value === "string") return value.replaceAll("${", () => "$${");
  if (Array.isArray(value)) return value.map(escaped);
  if (!isBag(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, escaped(one)]));
}

/** The first setting that looks like a key and is no reference to a variable. */
function secretIn(settings: Bag): string | undefined {
  for (const [key, value] of Object.entries(settings)) {
    if (isBag(value)) {
      const inside = secretIn(value);
      if (inside !== undefined) return `${key}.${inside}`;
    }
    const named = secretName.test(key) && !/max_?(?:completion_)?tokens|env/i.test(key);
    if (named && typeof value === "string" && !/^\s*\{\{\s*env\b.*\}\}\s*$|^\$\{\w+\}$/.test(value)) return key;
  }
  return undefined;
}
