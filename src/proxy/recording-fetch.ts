import { openAllowance } from "./allowance.ts";
import { type Exchange, openExchange } from "./exchange.ts";
import type { Recorder } from "./recorder.ts";

type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A `fetch` that answers as the given one does, and records what passes. */
export function recordingFetch(fetch: Fetch, recorder: Recorder): Fetch {
  const allowance = openAllowance();
  return async (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    const { method = "GET", body } = init ?? {};
    const rawHeaders = [...new Headers(init?.headers)].flat();
    // A body that is no text is a file on its way, or a stream that only one can read.
    const exchange =
      typeof body === "string"
        ? openExchange({ method: method.toUpperCase(), path: pathname + search, rawHeaders, recorder, allowance })
        : undefined;
    if (exchange === undefined || typeof body !== "string") return fetch(input, init);
    exchange.asked(Buffer.from(body));
    exchange.askedAll();
    try {
      return watched(await fetch(input, init), exchange);
    } catch (error) {
      exchange.over();
      throw error;
    }
  };
}

/** What fetch gives is decoded already, whatever its headers say. */
const ofTheWire = new Set(["content-encoding", "content-length"]);

function watched(response: Response, exchange: Exchange): Response {
  const { status, statusText, headers, body } = response;
  exchange.answered(status, [...headers].filter(([name]) => !ofTheWire.has(name)).flat());
  if (body === null || status !== 200) return response;
  const reader = body.getReader();
  const seen = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) {
          exchange.ended();
          controller.close();
          return;
        }
        exchange.data(value);
        controller.enqueue(value);
      } catch (error) {
        exchange.over();
        throw error;
      }
    },
    cancel(reason) {
      exchange.over();
      return reader.cancel(reason);
    },
  });
  const copy = new Response(seen, { status, statusText, headers });
  // A response that a program makes has no address of its own.
  return Object.defineProperty(copy, "url", { value: response.url });
}
