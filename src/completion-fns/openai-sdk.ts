import type { AzureOpenAI, OpenAI } from "openai";
import { connectionFailure } from "../net/classify-failure.ts";
import type { Reply } from "../net/exchange.ts";
import type { Target } from "../net/target.ts";
import type { Transport } from "../net/transport.ts";

/** A request on its way through the SDK, and what came of it: the SDK's own errors and parsed bodies say less. */
interface Passage {
  readonly signal: AbortSignal;
  reply?: Reply;
  failure?: unknown;
}

const passageKey = Symbol("passage");

interface SdkCall {
  readonly method: "get" | "post";
  /** Below the base URL; the SDK adds the rest, such as a deployment. */
  readonly path: string;
  readonly body?: object | undefined;
  readonly signal: AbortSignal;
}

export type Sdk = typeof import("openai");
export type SdkClient = OpenAI | AzureOpenAI;
/** What every client of ours is made with. */
export interface SdkOptions {
  readonly maxRetries: 0;
  readonly timeout: number;
  readonly logLevel: "off";
  readonly fetch: Fetch;
}
export type SdkSend = (call: SdkCall) => Promise<Reply>;

/** Loads the official client: 120 ms, so only when one is made. */
export const loadSdk = () => import("openai");

/**
 * Options that every client of ours has: no retries and no deadline of its own, since the engine and the transport keep these and
 * record them, and no log.
 */
export function sdkOptions(transport: Transport, origin: string): SdkOptions {
  return { maxRetries: 0, timeout: 2 ** 31 - 1, logLevel: "off", fetch: sdkFetch(transport, origin) };
}

/** Sends through the client, which makes URL, headers and body; the reply is the transport's, of whatever status. */
export function sdkSender(client: SdkClient, target: Target): SdkSend {
  return async (call) => {
    const passage: Passage = { signal: call.signal };
    // The client hands these on to our fetch untouched, as it would a dispatcher.
    const fetchOptions: object = { [passageKey]: passage };
    const options = { body: call.body, fetchOptions };
    try {
      await client[call.method](call.path, options).asResponse();
    } catch (thrown) {
      // A status that is no success also ends here; its reply is whole.
      if (passage.reply === undefined) throw connectionFailure(passage.failure ?? thrown, target);
    }
    if (passage.reply === undefined) throw new Error("the client sent nothing");
    return passage.reply;
  };
}

type Fetch = NonNullable<ConstructorParameters<typeof OpenAI>[0]>["fetch"] & {};

/**
 * `fetch` as far as the client uses it, over our transport: no streams, and no Response of the web, which costs more than all the
 * rest of a request.
 */
function sdkFetch(transport: Transport, origin: string): Fetch {
  return async (input, init) => {
    const url = String(input);
    const passage = init === undefined ? undefined : (init as { [passageKey]?: Passage })[passageKey];
    if (!url.startsWith(`${origin}/`)) throw new Error(`the client asked for another origin than ${origin}`);
    try {
      const reply = await transport.request({
        method: init?.method === "POST" ? "POST" : "GET",
        path: url.slice(origin.length),
        body: typeof init?.body === "string" ? init.body : undefined,
        headers: [...new Headers(init?.headers)].flat(),
        signal: passage?.signal,
      });
      if (passage !== undefined) passage.reply = reply;
      return asResponse(reply, url);
    } catch (thrown) {
      if (passage !== undefined) passage.failure = thrown;
      throw thrown;
    }
  };
}

/** The part of a Response that the client reads of a reply that is not streamed. */
function asResponse(reply: Reply, url: string): Response {
  const headers = {
    get: (name: string) => reply.header(name.toLowerCase()) ?? null,
    has: (name: string) => reply.header(name.toLowerCase()) !== undefined,
    // Only read for the client's log, which is off.
    entries: () => [][Symbol.iterator](),
  };
  const response = {
    status: reply.status,
    ok: reply.status >= 200 && reply.status < 300,
    url,
    headers,
    body: null,
    text: async () => reply.body,
    json: async () => JSON.parse(reply.body),
  };
  return response as unknown as Response;
}
