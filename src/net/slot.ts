import type { Dispatcher } from "undici";
import type { Reply, WireRequest } from "./exchange.ts";
import { TransportError, type TransportFault } from "./transport-error.ts";

/** What all slots of a transport share. */
export interface SlotSettings {
  readonly origin: string;
  readonly headers: string[];
  readonly timeoutMs: number;
  readonly maxReplyBytes: number;
  /** One connection (or one way through a proxy) for the slot's own use. */
  readonly open: () => Dispatcher;
  /** The slot may take another request. */
  readonly release: (slot: Slot) => void;
}

type IncomingHeaders = { readonly [name: string]: string | string[] | undefined };

const noHeaders: IncomingHeaders = Object.freeze({});

/**
 * One place in flight: lives as long as its transport and is undici's handler for one request after another, so that a request
 * makes no object of its own beyond its reply.
 *
 * A request settles only from undici's callbacks, once. The deadline and Stop merely destroy the connection, which makes undici
 * report; settling from there as well would settle twice.
 */
export class Slot implements Dispatcher.DispatchHandler {
  /** On the clock of `performance.now()`; infinite while idle. */
  deadline = Number.POSITIVE_INFINITY;
  signal: AbortSignal | undefined = undefined;

  readonly #settings: SlotSettings;
  readonly #options: Dispatcher.DispatchOptions;
  #dispatcher: Dispatcher | undefined = undefined;
  #resolve: ((reply: Reply) => void) | undefined = undefined;
  #reject: ((error: TransportError) => void) | undefined = undefined;
  #fault: TransportFault | undefined = undefined;
  #sent = 0;
  #status = 0;
  #headers: IncomingHeaders = noHeaders;
  #first: Buffer | undefined = undefined;
  #rest: Buffer[] | undefined = undefined;
  #bytes = 0;

  constructor(settings: SlotSettings) {
    this.#settings = settings;
    this.#options = { origin: settings.origin, path: "/", method: "GET", body: null, headers: settings.headers };
  }

  start(request: WireRequest, resolve: (reply: Reply) => void, reject: (error: TransportError) => void): void {
    this.#resolve = resolve;
    this.#reject = reject;
    this.signal = request.signal;
    this.#sent = performance.now();
    this.deadline = this.#sent + this.#settings.timeoutMs;
    const options = this.#options;
    options.method = request.method;
    options.path = request.path;
    options.body = request.body ?? null;
    options.headers = request.headers ?? this.#settings.headers;
    this.#dispatcher ??= this.#settings.open();
    this.#dispatcher.dispatch(options, this);
  }

  /** Gives the request up; it settles when undici has let go of it. */
  abandon(fault: TransportFault): void {
    if (this.#reject === undefined) return;
    this.#fault ??= fault;
    this.deadline = Number.POSITIVE_INFINITY;
    void this.close();
  }

  /** Ends the connection, also one that is still being made; the next request opens another. */
  async close(): Promise<void> {
    const dispatcher = this.#dispatcher;
    this.#dispatcher = undefined;
    await dispatcher?.destroy();
  }

  onRequestStart(): void {
    this.#sent = performance.now();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHeaders): void {
    // An interim 1xx may come first.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#settings.maxReplyBytes) {
      this.abandon("too-large");
      return;
    }
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#rest === undefined) this.#rest = [this.#first, chunk];
    else this.#rest.push(chunk);
  }

  onResponseEnd(): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    const bytes = this.#rest === undefined ? this.#first : Buffer.concat(this.#rest, this.#bytes);
    const headers = this.#headers;
    const reply: Reply = {
      status: this.#status,
      header: (name) => {
        const value = headers[name];
        return typeof value === "string" || value === undefined ? value : value.join(", ");
      },
      body: bytes === undefined ? "" : bytes.toString("utf8"),
      ms: performance.now() - this.#sent,
    };
    this.#reset();
    resolve(reply);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const reject = this.#reject;
    if (reject === undefined) return;
    const failure = new TransportError(this.#fault ?? "connection", this.#status !== 0, error);
    this.#reset();
    reject(failure);
  }

  #reset(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#fault = undefined;
    this.signal = undefined;
    this.deadline = Number.POSITIVE_INFINITY;
    this.#options.body = null;
    this.#status = 0;
    this.#headers = noHeaders;
    this.#first = undefined;
    this.#rest = undefined;
    this.#bytes = 0;
    this.#settings.release(this);
  }
}
