import { z } from "zod";
import { type FunctionSetup, functionKind } from "../core/catalogue.ts";
import type { CompletionFn } from "../core/completion.ts";
import { connectionFailure } from "../net/classify-failure.ts";
import type { Reply, WireRequest } from "../net/exchange.ts";
import { targetOf } from "../net/target.ts";
import { openTransport, type Transport } from "../net/transport.ts";
import { asker } from "./ask.ts";
import { echoLikelihoods } from "./echo-likelihoods.ts";
import { embedder } from "./embedder.ts";
import { endpoints } from "./endpoints.ts";
import { probe } from "./probe.ts";
import { endpointHash, keyFrom, keyNameSchema, wireArgs, wireCapabilities, wireLimits } from "./wire-args.ts";

const argsSchema = z.strictObject({
  ...wireArgs,
  /** Base URL; `/chat/completions` and the like go behind it. */
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !URL.canParse(url) || (new URL(url).username === "" && new URL(url).password === ""), {
      message: "no credentials in the URL: put the name of their variable into api_key_env, or use `headers`",
    }),
  model: z.string().min(1),
  api_key_env: keyNameSchema.optional(),
  headers: z.record(z.string(), z.string()).default({}),
});
type HttpArgs = z.output<typeof argsSchema>;

/** A model behind any server that speaks OpenAI's protocol: vLLM, Ollama, LiteLLM, llama-server, … */
export const http = functionKind({ args: argsSchema, create });

function create(args: HttpArgs, setup: FunctionSetup): CompletionFn {
  const { model, api_key_env: keyName } = args;
  const endpointName = args.endpoint ?? "chat";
  const endpoint = endpoints[endpointName];
  const url = new URL(args.url);
  const base = url.pathname.replace(/\/+$/, "");
  const path = base + endpoint.path + url.search;
  const key = keyName === undefined ? undefined : keyFrom(setup, keyName);
  const target = targetOf(url, {
    model,
    keyName,
    secrets: [...(key === undefined ? [] : [key]), ...Object.values(args.headers)],
  });

  let opening: Promise<Transport> | undefined;
  const transport = () => {
    opening ??= openTransport({
      origin: url.origin,
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        "user-agent": "finegauge",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...args.headers,
      },
      ...wireLimits(args, setup),
    });
    return opening;
  };
  const request = async (wire: WireRequest): Promise<Reply> => {
    const { request: send } = await transport();
    try {
      return await send(wire);
    } catch (thrown) {
      throw connectionFailure(thrown, target);
    }
  };

  const echo =
    endpointName === "completions"
      ? echoLikelihoods({
          target,
          model,
          extraOptions: args.extra_options,
          send: (body, signal) => request({ method: "POST", path, body: JSON.stringify(body), signal }),
        })
      : undefined;

  let probed: Promise<void> | undefined;
  return {
    name: setup.name,
    identity: async () => ({ fn: "http", model, endpoint_hash: endpointHash(url.origin + path, args) }),
    capabilities: async () => {
      probed ??= probe((signal) => request({ method: "GET", path: `${base}/models${url.search}`, signal }), target);
      await probed;
      return wireCapabilities(endpointName, args, await echo?.support());
    },
    describe: () => `${endpointName} at ${url.host}`,
    complete: asker({
      endpoint,
      target,
      model,
      textRole: args.text_role,
      extraOptions: args.extra_options,
      send: (body, prompt, signal) => request({ method: "POST", path, body: `${body.head}${JSON.stringify(prompt)}}`, signal }),
    }),
    embed: embedder({
      target,
      model,
      send: (body, signal) =>
        request({ method: "POST", path: `${base}/embeddings${url.search}`, body: JSON.stringify(body), signal }),
    }),
    ...(echo && { continuations: (asked, ctx) => echo.continuations(asked, ctx.signal) }),
    close: async () => {
      const open = await opening;
      await open?.close();
    },
  };
}
