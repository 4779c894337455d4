import type { Dispatcher } from "undici";

export interface ConnectionOptions {
  readonly origin: string;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly env: { readonly [name: string]: string | undefined };
}

/** How to open one connection to an origin: straight, or through the proxy that the environment names. */
export function connectionOpener(undici: typeof import("undici"), options: ConnectionOptions): () => Dispatcher {
  const { env, origin, timeoutMs } = options;
  const settings = {
    // One request at a time on a connection of HTTP/1: more would put one reply's time into another's.
    pipelining: 1,
    allowH2: false,
    connectTimeout: options.connectTimeoutMs,
    // These two only see a silent server; the transport's own deadline also ends a slow drip.
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  };
  const proxies = throughProxies(env, origin);
  if (proxies === undefined) return () => new undici.Client(origin, settings);
  return () => new undici.EnvHttpProxyAgent({ ...settings, ...proxies });
}

interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy: string;
}

/** The proxies that the environment names for an origin, as undici's `EnvHttpProxyAgent` takes them; undefined = none is needed. */
export function throughProxies(env: ConnectionOptions["env"], origin: string): Proxies | undefined {
  const httpProxy = env.http_proxy || env.HTTP_PROXY;
  const httpsProxy = env.https_proxy || env.HTTPS_PROXY;
  const proxy = origin.startsWith("https:") ? httpsProxy || httpProxy : httpProxy;
  if (!proxy || isLoopback(origin)) return undefined;
  return { ...(httpProxy && { httpProxy }), ...(httpsProxy && { httpsProxy }), noProxy: env.no_proxy || env.NO_PROXY || "" };
}

/** A proxy elsewhere cannot reach a server on this machine. */
function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\./.test(hostname);
}
