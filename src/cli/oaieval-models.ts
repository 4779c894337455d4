import { FinegaugeError } from "../core/errors.ts";
import type { Bag } from "../core/json.ts";
import { nearestNames } from "../core/nearest.ts";
import type { Registry } from "../registry/index.ts";
import { functionKinds } from "./catalogue.ts";
import type { ModelReference } from "./open-models.ts";

/** What `oaieval` says for a sampling that it could not set either, and what it is called here. */
const samplingKeys = ["temperature", "top_p", "max_tokens", "seed"];

/** `--completion_args`, sorted into what each part means here. */
export interface CompletionArgs {
  /** Over the eval's and the model's. */
  readonly sampling: Bag;
  /** Over a completion function's own arguments. */
  readonly args: Bag;
  /** What has no effect, in words. */
  readonly idle: readonly string[];
}

/** @throws FinegaugeError `cli.usage` for what cannot be given so */
export function completionArgs(given: Bag): CompletionArgs {
  const { api_base: base, api_key: key, n_ctx: context, extra_options: extra, ...others } = given;
  const flag = "--completion_args";
  if (key !== undefined) {
    throw new FinegaugeError("cli.usage", `${flag} api_key: a key on a command line is seen by everybody on the machine`, {
      hint: "OPENAI_API_KEY in the environment or in .env",
    });
  }
  if (extra !== undefined) {
    throw new FinegaugeError("cli.usage", `${flag} extra_options: a mapping cannot be written here`, {
      hint: "`sampling: { extra: … }` of a completion function in the registry",
    });
  }
  const isSampling = ([name]: readonly [string, unknown]) => samplingKeys.includes(name);
  const entries = Object.entries(others);
  return {
    sampling: Object.fromEntries(entries.filter(isSampling)),
    args: {
      ...(base !== undefined && { base_url: base }),
      ...Object.fromEntries(entries.filter((entry) => !isSampling(entry))),
    },
    idle: context === undefined ? [] : [`${flag} n_ctx has no effect, as in oaieval`],
  };
}

/** The registry, with arguments over those of some of its completion functions; a name that it does not have is one of OpenAI's. */
export function withArgs(registry: Registry, names: readonly string[], args: Bag): Registry {
  if (Object.keys(args).length === 0) return registry;
  return {
    ...registry,
    get warnings() {
      return registry.warnings;
    },
    completionFnNames: async () => [...new Set([...(await registry.completionFnNames()), ...names])],
    async completionFn(name) {
      const entry = await registry.completionFn(name);
      if (!names.includes(name)) return entry;
      const fn = entry ?? {
        name,
        class: "openai",
        args: { model: name.replace(/^openai:/, "") },
        sampling: {},
        place: { file: "--completion_args" },
        root: "",
        resolvePath: (file: string) => file,
      };
      const all = { ...fn.args, ...args };
      const kind = await functionKinds[fn.class]?.();
      const checked = kind?.args.safeParse(all);
      const [issue] = checked?.error?.issues ?? [];
      if (issue !== undefined) throw refused(name, fn.class, issue, Object.keys(fn.args));
      return { ...fn, args: all };
    },
  };
}

function refused(
  name: string,
  className: string,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string; readonly keys?: readonly string[] },
  known: readonly string[],
): FinegaugeError {
  const [unknown] = issue.keys ?? [];
  const what = unknown === undefined ? `${issue.path.join(".")}: ${issue.message}` : `there is no argument "${unknown}"`;
  return new FinegaugeError("cli.usage", `--completion_args of ${name}, class ${className}: ${what}`, {
    nearest: unknown === undefined ? [] : nearestNames(unknown, [...known, ...samplingKeys]),
    hint: `arguments of a model: docs/models.md; for sampling: ${samplingKeys.join(", ")}`,
  });
}

/** A model that answers everything alike and asks nobody: for looking whether a new eval runs. */
export const dummy: ModelReference = {
  name: "dummy",
  sampling: {},
  class: "given",
  price: undefined,
  concurrencyMax: undefined,
  wrap: async () => (prompt) => prompt,
  open: async () => ({
    name: "dummy",
    identity: async () => ({ fn: "given", model: "dummy" }),
    capabilities: async () => ({
      chat: "yes",
      text: "yes",
      logprobs: "no",
      top_logprobs_max: 0,
      continuations: "no",
      embeddings: "no",
      tools: "no",
      json_schema: "no",
    }),
    complete: async () => ({ text: "This is a dummy response.", finish: "stop", ms: 0 }),
  }),
};
