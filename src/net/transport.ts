import { connectionOpener } from "./connection.ts";
import type { Reply, WireRequest } from "./exchange.ts";
import { Slot } from "./slot.ts";
import { TransportError } from "./transport-error.ts";

export interface TransportOptions {
  /** `https://host:port`, nothing behind it. */
  readonly origin: string;
  /** Sent with every request that brings none of its own. */
  readonly headers: { readonly [name: string]: string };
  /** Connections at most; requests beyond wait in order of arrival. */
  readonly width: number;
  /** Of a request in all, connecting included, waiting for a place excluded. Kept to within 250 ms. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs?: number | undefined;
  readonly maxReplyBytes?: number | undefined;
  /** Read for `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. */
  readonly env: { readonly [name: string]: string | undefined };
}

/** Requests to one origin over connections that are kept. */
export interface Transport {
  /** Rejects with TransportError only; a status of 500 is a reply. */
  request(request: WireRequest): Promise<Reply>;
  close(): Promise<void>;
}

const sweepMs = 250;

/**
 * The leanest way from a body to a reply: undici's `dispatch`, one long-lived slot with a connection of its own for each place in
 * flight, no stream, signal or timer per request. One sweep keeps all deadlines; one listener per signal serves Stop.
 *
 * Loads undici, so that a command that asks nobody does not.
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { connectTimeoutMs = 10_000, maxReplyBytes = 64 * 1024 * 1024 } = options;
  const open = connectionOpener(await import("undici"), { ...options, connectTimeoutMs });
  const settings = {
    origin: options.origin,
    headers: Object.entries(options.headers).flat(),
    timeoutMs: options.timeoutMs,
    maxReplyBytes,
    open,
    release,
  };
  const slots: Slot[] = [];
  const idle: Slot[] = [];
  const waiting: Waiting[] = [];
  const watched = new WeakSet<AbortSignal>();
  let lastSignal: AbortSignal | undefined;
  let closed = false;

  const sweep = setInterval(() => {
    const now = performance.now();
    for (const slot of slots) if (slot.deadline <= now) slot.abandon("deadline");
  }, sweepMs);
  sweep.unref();

  function release(slot: Slot): void {
    const next = waiting.shift();
    if (next === undefined) idle.push(slot);
    else slot.start(next.request, next.resolve, next.reject);
  }

  function watch(signal: AbortSignal): void {
    lastSignal = signal;
    if (watched.has(signal)) return;
    watched.add(signal);
    signal.addEventListener("abort", () => stop(signal), { once: true });
  }

  function stop(signal: AbortSignal): void {
    for (const place of waiting.splice(0)) {
      if (place.request.signal === signal) place.reject(new TransportError("stopped", false));
      else waiting.push(place);
    }
    for (const slot of slots) if (slot.signal === signal) slot.abandon("stopped");
  }

  function request(wire: WireRequest): Promise<Reply> {
    const { signal } = wire;
    if (closed || signal?.aborted === true) return Promise.reject(new TransportError("stopped", false));
    if (signal !== undefined && signal !== lastSignal) watch(signal);
    return new Promise((resolve, reject) => {
      let slot = idle.pop();
      if (slot === undefined && slots.length < options.width) {
        slot = new Slot(settings);
        slots.push(slot);
      }
      if (slot === undefined) waiting.push({ request: wire, resolve, reject });
      else slot.start(wire, resolve, reject);
    });
  }

  return {
    request,
    close: async () => {
      closed = true;
      clearInterval(sweep);
      for (const place of waiting.splice(0)) place.reject(new TransportError("stopped", false));
      for (const slot of slots) slot.abandon("stopped");
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
}

interface Waiting {
  readonly request: WireRequest;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: TransportError) => void;
}
