import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpBindings } from "@hono/node-server";
import { FinegaugeError, messageOf } from "../core/errors.ts";
import { throughProxies } from "../net/connection.ts";
import { openAllowance } from "./allowance.ts";
import { upstreamPath } from "./endpoint.ts";
import { openExchange } from "./exchange.ts";
import { forward } from "./forward.ts";
import { isLoopback, isLoopbackHost } from "./loopback.ts";
import type { Recorder } from "./recorder.ts";

export interface ProxyOptions {
  /** Address to listen at. */
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** Where requests go; its path is that of the API. */
  readonly upstream: URL;
  readonly recorder: Recorder;
  readonly env: { readonly [name: string]: string | undefined };
  /** The upstream could not be reached, or cut an answer. */
  onFailure?(error: Error): void;
}

export interface Proxy {
  /** `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** Takes no more, lets what is in flight finish, and ends. The recorder is the caller's. */
  close(): Promise<void>;
  /** Cuts what is in flight. */
  drop(): void;
}

/**
 * Starts the recording proxy.
 *
 * @throws FinegaugeError `cli.usage` when the port is taken or the address is none of this machine
 */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const [{ Hono }, { createAdaptorServer }, { RESPONSE_ALREADY_SENT }, undici] = await Promise.all([
    import("hono"),
    import("@hono/node-server"),
    import("@hono/node-server/utils/response"),
    import("undici"),
  ]);
  const { host, port, upstream, recorder, env, onFailure = () => {} } = options;
  // How long somebody waits for an answer is for the client to say.
  const patience = { headersTimeout: 0, bodyTimeout: 0, allowH2: false, pipelining: 1 };
  const proxies = throughProxies(env, upstream.origin);
  const dispatcher =
    proxies === undefined ? new undici.Agent(patience) : new undici.EnvHttpProxyAgent({ ...patience, ...proxies });
  const allowance = openAllowance();
  const base = upstream.pathname.replace(/\/+$/, "");
  const onlyLoopback = isLoopback(host);

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(async (context, next) => {
    // A page in somebody's browser can reach this address too, under a name of its own.
    const { host: asked, origin } = context.env.incoming.headers;
    const isOurs = isLoopbackHost(asked) && (origin === undefined || isLoopbackHost(hostOf(origin)));
    if (onlyLoopback && !isOurs)
      return context.json({ error: { message: "only for programs on this machine", type: "forbidden" } }, 403);
    return next();
  });
  app.all("*", ({ env: { incoming, outgoing } }) => {
    const { method = "GET", url = "/", rawHeaders } = incoming;
    forward({
      incoming,
      outgoing,
      upstream: { origin: upstream.origin, dispatcher },
      path: upstreamPath(url, base),
      exchange: openExchange({ method, path: url, rawHeaders, recorder, allowance }),
      onFailure,
    });
    return RESPONSE_ALREADY_SENT;
  });

  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
    // Idle connections are closed by clients: one that we close may just be taking the next request.
    serverOptions: { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 3_600_000, keepAlive: true, noDelay: true },
  }) as Server;
  const address = await listening(server, host, port);
  if (isLoopback(upstream.hostname) && Number(upstream.port || 80) === address.port) {
    server.close();
    throw new FinegaugeError("cli.usage", `${upstream.origin} is this proxy itself`, {
      hint: "say with --upstream where requests go; OPENAI_BASE_URL may already name the proxy",
    });
  }
  return {
    origin: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection whose answer is over only now would be kept open for the next request.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      await closed;
      clearInterval(sweep);
      await dispatcher.destroy();
    },
    drop: () => server.closeAllConnections(),
  };
}

function listening(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      const message = taken ? `port ${port} of ${host} is taken` : `cannot listen at ${host}: ${messageOf(error)}`;
      reject(
        new FinegaugeError("cli.usage", message, taken ? { hint: "choose another with --port; 0 is any that is free" } : {}),
      );
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
