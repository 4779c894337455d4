import { z } from "zod";
import type { FunctionSetup } from "../core/catalogue.ts";
import type { Capabilities, Support } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hash64 } from "../core/hash.ts";
import { canonicalJson } from "../core/json.ts";
import { noWholeTexts } from "./echo-likelihoods.ts";
import { type EndpointName, endpoints } from "./endpoints.ts";

/** Name of an environment variable; a key itself is refused. */
export const keyNameSchema = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "the name of an environment variable, not a key");

/** Arguments that `http`, `openai` and `azure` share. */
export const wireArgs = {
  endpoint: z.enum(["chat", "responses", "completions"]).optional(),
  api_key: z.never("name the environment variable that holds it, with api_key_env").optional(),
  /** Role of a text prompt sent to a chat; openai/evals says system. */
  text_role: z.enum(["system", "user"]).default("system"),
  timeout_s: z.number().positive().optional(),
  concurrency_max: z.int().positive().optional(),
  /** 0: the model gives no log-probabilities. */
  top_logprobs_max: z.int().nonnegative().optional(),
  /** Merged into every request last. */
  extra_options: z
    .record(z.string(), z.json())
    .refine((extra) => extra.stream !== true, "replies are not streamed: leave `stream` out")
    .default({}),
};

export type WireArgs = z.output<z.ZodObject<typeof wireArgs>>;

/** The key that an environment variable holds, or `model.key-missing`. */
export function keyFrom(
  { env, name: model, silent }: Pick<FunctionSetup, "env" | "name" | "silent">,
  keyName: string,
  hint?: string,
): string {
  const key = env[keyName]?.trim();
  if (!key) {
    if (silent === true) return "none";
    throw new FinegaugeError("model.key-missing", `no key for ${model}: ${keyName} is not set`, {
      hint: hint ?? `export ${keyName}=… or put it into .env`,
    });
  }
  // Such a value fits into no header, and whoever tries says so by repeating it.
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new FinegaugeError("model.key-missing", `no key for ${model}: what ${keyName} holds cannot be one`, {
      hint: "look for spaces, line breaks and typographic quotes in it",
    });
  }
  return key;
}

/** What a function of this kind can do, by its endpoint and the arguments that narrow it. */
export function wireCapabilities(
  endpoint: EndpointName,
  args: Pick<WireArgs, "top_logprobs_max" | "concurrency_max">,
  /** What a probe found out about likelihoods of given texts. */
  echo?: Support,
): Capabilities {
  const legacy = { no: "the completions endpoint has no such thing" };
  const top = args.top_logprobs_max ?? endpoints[endpoint].topLogprobsMax;
  return {
    chat: "yes",
    text: "yes",
    logprobs: top === 0 ? { no: "top_logprobs_max is 0" } : "yes",
    top_logprobs_max: top,
    continuations: echo ?? { no: "an OpenAI-compatible server does not score a given text" },
    ...(echo === "yes" && { rolling: { no: noWholeTexts } }),
    // Of a model that makes none the server says so itself.
    embeddings: "yes",
    tools: endpoint === "completions" ? legacy : "yes",
    json_schema: endpoint === "completions" ? legacy : "yes",
    ...(args.concurrency_max !== undefined && { concurrency_max: args.concurrency_max }),
  };
}

/** Where and in what manner a model is asked, as a hash: no address leaves this process. */
export function endpointHash(address: string, args: Pick<WireArgs, "text_role" | "extra_options">): string {
  const { text_role, extra_options } = args;
  const plain = text_role === "system" && Object.keys(extra_options).length === 0;
  return hash64(plain ? address : address + canonicalJson({ text_role, extra_options }));
}

/** What a transport needs to know from the arguments and from the user. */
export function wireLimits(args: Pick<WireArgs, "timeout_s" | "concurrency_max">, setup: FunctionSetup) {
  return {
    // The engine decides how many requests are under way; 1024 only keeps a program without one from opening a million connections.
    width: args.concurrency_max ?? setup.concurrency ?? 1024,
    timeoutMs: args.timeout_s === undefined ? setup.timeoutMs : args.timeout_s * 1000,
    env: setup.env,
  };
}
