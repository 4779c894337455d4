import { StringDecoder } from "node:string_decoder";
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { type Bag, isBag, type Json } from "../core/json.ts";
import type { Allowance } from "./allowance.ts";
import { type Assembler, assembler } from "./assemble-reply.ts";
import { type Endpoint, endpointOf } from "./endpoint.ts";
import { headerOf, nameHeader, secretsOf } from "./headers.ts";
import type { Prepared, Recorder } from "./recorder.ts";
import { type EventData, eventData } from "./sse.ts";

/** Looks on while a request and its answer pass. It changes nothing of either, and never throws. */
export interface Exchange {
  asked(chunk: Uint8Array): void;
  /** The request is whole. */
  askedAll(): void;
  answered(status: number, rawHeaders: readonly string[]): void;
  /** To be called before the piece is passed on: whoever has the last one finds the conversation recorded. */
  data(chunk: Uint8Array): void;
  /** Also to be called before the end is passed on. */
  ended(): void;
  /** It came to nothing, or ended already: lets go of what was held. Harmless when called twice. */
  over(): void;
}

export interface ExchangeOptions {
  readonly method: string;
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly recorder: Recorder;
  readonly allowance: Allowance;
}

/** undefined: nothing of this request is recorded. */
export function openExchange(options: ExchangeOptions): Exchange | undefined {
  const endpoint = options.method === "POST" ? endpointOf(options.path) : undefined;
  return endpoint === undefined ? undefined : exchangeOf(endpoint, options);
}

const longestSliceMs = 1;

interface Answer {
  readonly encoding: string;
  /** Bytes; undefined = whoever sends says when it is over. */
  readonly length: number | undefined;
  readonly streamed: boolean;
  /** Where events can be read as they come: compressed ones are read at the end. */
  readonly events: EventData | undefined;
}

function exchangeOf(endpoint: Endpoint, { path, rawHeaders, recorder, allowance }: ExchangeOptions): Exchange {
  const at = Date.now();
  const began = performance.now();
  const request: Uint8Array[] = [];
  const reply: Uint8Array[] = [];
  const pieces = assembler(endpoint);
  const decoder = new StringDecoder("utf8");
  const secrets = secretsOf(rawHeaders, path);
  let whatWasAsked: Bag | undefined;
  let prepared: Prepared | undefined;
  let held = 0;
  let received = 0;
  let answer: Answer | undefined;
  let state: "open" | "too-large" | "over" = "open";

  /** @returns whether there is room to hold so much more */
  function hold(bytes: number): boolean {
    if (state !== "open") return false;
    if (allowance.take(held, bytes)) {
      held += bytes;
      return true;
    }
    letGo("too-large");
    return false;
  }

  function letGo(to: "too-large" | "over"): void {
    allowance.give(held);
    held = 0;
    request.length = 0;
    reply.length = 0;
    state = to;
  }

  function read(): Bag | undefined {
    whatWasAsked ??= parsed(decoded(request, headerOf(rawHeaders, "content-encoding")));
    return whatWasAsked;
  }

  /** A slice at a time, so that others' answers pass meanwhile. */
  function prepare(): void {
    if (state !== "open") return;
    try {
      const value = read();
      if (value === undefined) return;
      prepared ??= recorder.prepare(value, secrets);
      const until = performance.now() + longestSliceMs;
      while (performance.now() < until) if (!prepared.step()) return;
    } catch {
      // Whatever is wrong with it is found again, and counted, when it is recorded.
      return;
    }
    setImmediate(prepare);
  }

  function finish(): void {
    if (answer === undefined || state === "over") return;
    if (state === "too-large") recorder.leaveOut();
    else {
      const latency_ms = performance.now() - began;
      const asked = read();
      const got = answer.events === undefined ? wholeReply(endpoint, decoded(reply, answer.encoding), answer) : pieces.reply();
      if (asked === undefined || got === undefined) recorder.leaveOut();
      else {
        recorder.record({
          endpoint,
          request: asked,
          reply: got,
          deployment: deploymentIn(path),
          name: headerOf(rawHeaders, nameHeader),
          secrets,
          prepared,
          streamed: answer.streamed,
          at,
          latency_ms,
        });
      }
    }
    letGo("over");
  }

  return {
    asked(chunk) {
      if (hold(chunk.length)) request.push(chunk);
    },
    askedAll: () => void setImmediate(prepare),
    answered(status, headers) {
      if (status !== 200) {
        letGo("over");
        return;
      }
      const length = headerOf(headers, "content-length");
      const encoding = headerOf(headers, "content-encoding") ?? "";
      const streamed = /^text\/event-stream\b/i.test(headerOf(headers, "content-type") ?? "");
      const plain = encoding === "" || encoding === "identity";
      answer = {
        encoding,
        length: length === undefined ? undefined : Number(length),
        streamed,
        events: streamed && plain ? eventData() : undefined,
      };
    },
    data(chunk) {
      if (answer === undefined || state === "over") return;
      received += chunk.length;
      let whole = received === answer.length;
      if (hold(chunk.length)) {
        if (answer.events === undefined) reply.push(chunk);
        else whole = addEvents(answer.events.feed(decoder.write(chunk)), pieces) || whole;
      }
      if (whole) finish();
    },
    ended() {
      if (answer?.events !== undefined && state === "open") addEvents(answer.events.rest(), pieces);
      finish();
    },
    over: () => letGo("over"),
  };
}

/** @returns whether the stream says that this was all */
function addEvents(events: readonly string[], pieces: Assembler): boolean {
  let whole = false;
  for (const event of events) {
    if (event.trim() === "[DONE]") {
      whole = true;
      continue;
    }
    const value = parsed(event);
    if (value !== undefined) pieces.add(value);
  }
  return whole || pieces.isWhole();
}

function wholeReply(endpoint: Endpoint, text: string | undefined, { streamed }: Answer): Bag | undefined {
  if (text === undefined || !streamed) return parsed(text);
  const [events, pieces] = [eventData(), assembler(endpoint)];
  addEvents([...events.feed(text), ...events.rest()], pieces);
  return pieces.reply();
}

/** Bytes; a small reply may stand for one that no memory holds. */
const longestText = 64 * 2 ** 20;

/** undefined: an encoding that nobody here knows, or bytes that are not in it. */
function decoded(chunks: readonly Uint8Array[], encoding = ""): string | undefined {
  const bytes = Buffer.concat(chunks);
  const limit = { maxOutputLength: longestText };
  try {
    switch (encoding.trim().toLowerCase()) {
      case "":
      case "identity":
        return bytes.toString("utf8");
      case "gzip":
      case "x-gzip":
        return gunzipSync(bytes, limit).toString("utf8");
      case "deflate":
        return inflateSync(bytes, limit).toString("utf8");
      case "br":
        return brotliDecompressSync(bytes, limit).toString("utf8");
      case "zstd":
        return zstdDecompressSync(bytes, limit).toString("utf8");
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

function parsed(text: string | undefined): Bag | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return isBag(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function deploymentIn(path: string): string | undefined {
  const name = /\/deployments\/([^/?]+)\//.exec(path)?.[1];
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return name;
  }
}
