import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { FinegaugeError } from "../../core/errors.ts";
import { connectionFailure, rejection } from "../../net/classify-failure.ts";
import type { Reply, WireRequest } from "../../net/exchange.ts";
import { type Target, targetOf } from "../../net/target.ts";
import { openTransport } from "../../net/transport.ts";

export interface ConnectionOptions {
  readonly url: URL;
  readonly key: string | undefined;
  readonly keyName: string | undefined;
  readonly width: number;
  readonly timeoutMs: number;
  readonly env: { readonly [name: string]: string | undefined };
  /** Why the server that we started is no more, once it is. */
  readonly ended?: (() => FinegaugeError | undefined) | undefined;
}

/** A llama-server over HTTP. Everything rejects with FinegaugeError only. */
export interface Connection {
  readonly target: Target;
  /** A reply of any status. */
  send(request: WireRequest): Promise<Reply>;
  /** A checked success. */
  ask<Schema extends z.ZodType>(
    schema: Schema,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<z.output<Schema>>;
  close(): Promise<void>;
}

export async function connect(options: ConnectionOptions): Promise<Connection> {
  const { url, key, keyName, width, timeoutMs, env } = options;
  const base = url.pathname.replace(/\/+$/, "");
  const target = targetOf(url, { model: "llama-server", keyName, secrets: key === undefined ? [] : [key] });
  const transport = await openTransport({
    origin: url.origin,
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": "finegauge",
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    width,
    timeoutMs,
    env,
  });
  const send = async (request: WireRequest): Promise<Reply> => {
    try {
      return await transport.request({ ...request, path: base + request.path });
    } catch (thrown) {
      throw options.ended?.() ?? connectionFailure(thrown, target);
    }
  };
  return {
    target,
    send,
    ask: async (schema, path, body, signal) => {
      const reply = await send(
        body === undefined ? { method: "GET", path, signal } : { method: "POST", path, body: JSON.stringify(body), signal },
      );
      if (reply.status !== 200) throw rejection(reply, target);
      const parsed = schema.safeParse(jsonOrUndefined(reply.body));
      if (parsed.success) return parsed.data;
      const issue = parsed.error.issues[0];
      throw new FinegaugeError(
        "provider.reply",
        `${url.origin}${path} answered otherwise than llama-server: ${issue?.path.join(".")}: ${issue?.message}`,
        {
          hint: "is it one, and no older than a year?",
        },
      );
    },
    close: () => transport.close(),
  };
}

const pollMs = 100;

/**
 * Waits until the server has loaded its model: `/health` answers 503 until then.
 *
 * @param starting the server is being started by us, so that nobody listens at first; rejects when that fails
 * @throws FinegaugeError `provider.unreachable`, `provider.timeout`
 */
export async function waitUntilLoaded(connection: Connection, deadlineMs: number, starting?: Promise<never>): Promise<void> {
  const until = performance.now() + deadlineMs;
  const never = starting ?? new Promise<never>(() => {});
  for (;;) {
    const ready = await Promise.race([isLoaded(connection, until - performance.now(), starting !== undefined), never]);
    if (ready) return;
    if (performance.now() > until) {
      throw new FinegaugeError(
        "provider.timeout",
        `${connection.target.origin} did not load its model in ${deadlineMs / 1000} s`,
        {
          hint: "raise start_timeout_s",
        },
      );
    }
    await Promise.race([sleep(pollMs), never]);
  }
}

async function isLoaded(connection: Connection, patienceMs: number, mayBeAbsent: boolean): Promise<boolean> {
  try {
    const { status } = await connection.send({
      method: "GET",
      path: "/health",
      signal: AbortSignal.timeout(Math.max(1, Math.ceil(patienceMs))),
    });
    // Any other answer is not ours to judge here: the questions that follow say what is wrong.
    return status !== 503;
  } catch (error) {
    if (!(error instanceof FinegaugeError)) throw error;
    if (error.code === "provider.unreachable" && !mayBeAbsent) throw error;
    return false;
  }
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
