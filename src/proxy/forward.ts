import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dispatcher } from "undici";
import type { Exchange } from "./exchange.ts";
import { headerOf, nameHeader, passedOn } from "./headers.ts";

interface Upstream {
  readonly origin: string;
  readonly dispatcher: Dispatcher;
}

/** One request on its way to the upstream and its answer back. */
export interface Passage {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly upstream: Upstream;
  /** With its query. */
  readonly path: string;
  readonly exchange: Exchange | undefined;
  /** The upstream could not be reached, or cut the answer. */
  onFailure(error: Error): void;
}

/**
 * Passes a request on and its answer back, to the byte and as it comes. Whoever goes away ends it for the other as well; an answer that the
 * upstream cuts is cut.
 */
export function forward(passage: Passage): void {
  const { incoming, outgoing, upstream, path, exchange } = passage;
  let controller: Dispatcher.DispatchController | undefined;
  let ended = false;
  let left = false;

  outgoing.on("close", () => {
    exchange?.over();
    if (ended) return;
    left = true;
    controller?.abort(new Error("the client went away"));
  });
  outgoing.on("error", () => {});
  outgoing.on("drain", () => controller?.resume());
  if (exchange !== undefined) incoming.on("data", exchange.asked).on("end", exchange.askedAll);
  // Whoever sends it sets it going again.
  incoming.pause();

  const answer: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (left) started.abort(new Error("the client went away"));
    },
    onResponseStart({ rawHeaders }, status, _headers, statusText) {
      if (status < 200) return;
      const headers = passedOn(asTexts(rawHeaders));
      exchange?.answered(status, headers);
      // What the upstream does not say is not added.
      outgoing.sendDate = false;
      outgoing.writeHead(status, statusText, headers);
      // Node would write them as UTF-8, where nothing of the body is at hand.
      if (headers.every((text) => /^[\x20-\x7e\t]*$/.test(text))) outgoing.flushHeaders();
    },
    onResponseData(started, chunk) {
      exchange?.data(chunk);
      if (!outgoing.write(chunk)) started.pause();
    },
    onResponseEnd() {
      ended = true;
      exchange?.ended();
      outgoing.end();
    },
    onResponseError(_, error) {
      ended = true;
      exchange?.over();
      if (left) return;
      passage.onFailure(error);
      if (outgoing.headersSent || wasSent(error)) cut(outgoing);
      else refuse(outgoing, upstream.origin);
    },
  };
  try {
    upstream.dispatcher.dispatch(
      {
        origin: upstream.origin,
        path,
        method: incoming.method as Dispatcher.HttpMethod,
        headers: passedOn(incoming.rawHeaders, ["host", "expect", nameHeader]),
        body: hasBody(incoming) ? incoming : null,
      },
      answer,
    );
  } catch (error) {
    // A request that undici takes for none.
    answer.onResponseError?.(undefined as never, error as Error);
  }
}

function hasBody({ rawHeaders }: IncomingMessage): boolean {
  const length = headerOf(rawHeaders, "content-length");
  return headerOf(rawHeaders, "transfer-encoding") !== undefined || (length !== undefined && length !== "0");
}

function asTexts(raw: Dispatcher.DispatchController["rawHeaders"]): string[] {
  if (!Array.isArray(raw))
    return Object.entries(raw ?? {}).flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, one]));
  return (raw as readonly (Buffer | string)[]).map((one) => (typeof one === "string" ? one : one.toString("latin1")));
}

const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "UND_ERR_CONNECT_TIMEOUT"]);

/** The upstream may have had it: a connection that was cut, as against one that was never made. */
function wasSent(error: Error): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return !neverSent.has(code) && /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE|HPE_.*|UND_ERR_.*)$/.test(code);
}

/** What came so far goes out; then the connection ends in the middle of the answer, as it did for us. */
function cut(outgoing: ServerResponse): void {
  if (outgoing.socket === null) outgoing.destroy();
  else outgoing.socket.destroySoon();
}

/** In the form in which OpenAI's errors are, so that clients show it. */
function refuse(outgoing: ServerResponse, origin: string): void {
  const error = { message: `finegauge record cannot reach ${origin}`, type: "upstream_unreachable", param: null, code: null };
  const text = JSON.stringify({ error });
  outgoing.writeHead(502, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  outgoing.end(text);
}
