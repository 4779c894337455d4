import { z } from "zod";
import { type FunctionSetup, functionKind } from "../core/catalogue.ts";
import type { CompletionFn } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import { targetOf } from "../net/target.ts";
import type { EndpointName } from "./endpoints.ts";
import { sdkFunction } from "./sdk-function.ts";
import { keyFrom, keyNameSchema, wireArgs } from "./wire-args.ts";

const argsSchema = z.strictObject({
  ...wireArgs,
  model: z.string().min(1),
  /** Default: `OPENAI_BASE_URL`, else OpenAI's own. */
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  api_key_env: keyNameSchema.default("OPENAI_API_KEY"),
  organization: z.string().optional(),
  project: z.string().optional(),
});
type OpenaiArgs = z.output<typeof argsSchema>;

/** A model of OpenAI's, fine-tuned ones included, through the official client. */
export const openai = functionKind({ args: argsSchema, create });

function create(args: OpenaiArgs, setup: FunctionSetup): CompletionFn {
  const { model, api_key_env: keyName } = args;
  const { env } = setup;
  const key = keyFrom(setup, keyName, `export ${keyName}=… or put it into .env; a server without keys is class http`);
  const url = baseUrl(args.base_url ?? (env.OPENAI_BASE_URL?.trim() || "https://api.openai.com/v1"));
  const endpoint = args.endpoint ?? endpointOf(model);
  return sdkFunction(
    {
      fn: "openai",
      model,
      endpoint,
      args,
      target: targetOf(url, { model, keyName, secrets: [key], hint: (status) => (status === 404 ? notFound(model) : undefined) }),
      address: url.href.replace(/\/+$/, ""),
      preferred: reasons(model) ? ["max_tokens"] : [],
      probePath: `/models/${encodeURIComponent(model)}`,
      client: (sdk, options) =>
        new sdk.OpenAI({
          ...options,
          apiKey: key,
          baseURL: url.href,
          organization: args.organization ?? (env.OPENAI_ORG_ID || null),
          project: args.project ?? (env.OPENAI_PROJECT_ID || null),
        }),
    },
    setup,
  );
}

/** Only these know nothing but the completions endpoint. Any other name is a chat model, also one that we never heard of. */
function endpointOf(model: string): EndpointName {
  const base = model.startsWith("ft:") ? (model.split(":")[1] ?? "") : model;
  return /^(?:babbage-002|davinci-002|gpt-3\.5-turbo-instruct)/.test(base) ? "completions" : "chat";
}

/** Models known to take `max_completion_tokens` only; a wrong guess costs a request, as any other refusal does. */
function reasons(model: string): boolean {
  return /^(?:ft:)?(?:o\d|gpt-[5-9])/.test(model);
}

function baseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    throw new FinegaugeError("registry.invalid", "the base URL of the OpenAI API is no plain http(s) address", {
      hint: "look at base_url and OPENAI_BASE_URL; a key goes into the variable that api_key_env names",
    });
  }
  return url;
}

function notFound(model: string): string {
  return `check the model name "${model}", whether this key may use it, and the base URL, which usually ends in /v1`;
}
