import type { FunctionSetup } from "../core/catalogue.ts";
import type { CallContext, CompletionFn, Continuations } from "../core/completion.ts";
import type { Target } from "../net/target.ts";
import { openTransport, type Transport } from "../net/transport.ts";
import { asker } from "./ask.ts";
import { echoLikelihoods } from "./echo-likelihoods.ts";
import { embedder } from "./embedder.ts";
import { type EndpointName, endpoints } from "./endpoints.ts";
import { loadSdk, type Sdk, type SdkClient, type SdkOptions, type SdkSend, sdkOptions, sdkSender } from "./openai-sdk.ts";
import { probe } from "./probe.ts";
import { endpointHash, type WireArgs, wireCapabilities, wireLimits } from "./wire-args.ts";

export interface SdkFunctionOptions {
  readonly fn: "openai" | "azure";
  readonly model: string;
  /** What the body says, where that is not the model. */
  readonly wireModel?: string;
  readonly endpoint: EndpointName;
  readonly target: Target;
  /** Where requests go, for the identity: only its hash leaves this process. */
  readonly address: string;
  readonly args: Omit<WireArgs, "endpoint">;
  readonly preferred?: readonly string[];
  /** Cheap, and answered by whoever is there. */
  readonly probePath: string;
  client(sdk: Sdk, options: SdkOptions): SdkClient;
}

/** A completion function over the official client. */
export function sdkFunction(options: SdkFunctionOptions, setup: FunctionSetup): CompletionFn {
  const { args, model, target } = options;
  const endpoint = endpoints[options.endpoint];

  let opening: Promise<{ transport: Transport; send: SdkSend }> | undefined;
  const open = () => {
    opening ??= openClient();
    return opening;
  };
  async function openClient() {
    const transport = await openTransport({
      origin: target.origin,
      headers: {},
      ...wireLimits(args, setup),
    });
    const client = options.client(await loadSdk(), sdkOptions(transport, target.origin));
    return { transport, send: sdkSender(client, target) };
  }

  const echo =
    options.endpoint === "completions"
      ? echoLikelihoods({
          target,
          model: options.wireModel ?? model,
          extraOptions: args.extra_options,
          send: async (body, signal) => (await open()).send({ method: "post", path: endpoint.path, body, signal }),
        })
      : undefined;

  let probed: Promise<void> | undefined;
  return {
    name: setup.name,
    identity: async () => ({ fn: options.fn, model, endpoint_hash: endpointHash(options.address + endpoint.path, args) }),
    capabilities: async () => {
      probed ??= probe(async (signal) => (await open()).send({ method: "get", path: options.probePath, signal }), target);
      await probed;
      return wireCapabilities(options.endpoint, args, await echo?.support());
    },
    describe: () => `${options.endpoint} at ${new URL(target.origin).host}`,
    complete: asker({
      endpoint,
      target,
      model: options.wireModel ?? model,
      textRole: args.text_role,
      extraOptions: args.extra_options,
      ...(options.preferred && { preferred: options.preferred }),
      send: async (body, prompt, signal) => {
        const { send } = await open();
        return send({ method: "post", path: endpoint.path, body: { ...body.parameters, [endpoint.promptKey]: prompt }, signal });
      },
    }),
    embed: embedder({
      target,
      model: options.wireModel ?? model,
      send: async (body, signal) => (await open()).send({ method: "post", path: "/embeddings", body, signal }),
    }),
    ...(echo && { continuations: (asked: Continuations, ctx: CallContext) => echo.continuations(asked, ctx.signal) }),
    close: async () => (await opening)?.transport.close(),
  };
}
