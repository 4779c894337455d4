import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** A request as the mock got it. */
export interface MockRequest {
  /** In order of arrival, from 0. */
  readonly index: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** The parsed body; {} when there is none or it is no JSON object. */
  readonly body: { readonly [key: string]: unknown };
  readonly text: string;
}

/** What the mock does with a request. */
export type MockAnswer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: { readonly [name: string]: string } }
  | { readonly status?: number; readonly text: string; readonly headers?: { readonly [name: string]: string } }
  | { readonly fault: "reset" | "close" | "hang" | "half-body" | "not-http" }
  /** A byte each `everyMs`, for ever. */
  | { readonly fault: "drip"; readonly everyMs: number };

export interface MockOptions {
  /** Default: every POST is answered with the last word of its prompt, every GET with an empty list. */
  readonly answer?: (request: MockRequest) => MockAnswer | Promise<MockAnswer>;
  readonly delayMs?: number;
}

export interface MockOpenai {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** With `/v1`. */
  readonly url: string;
  readonly requests: readonly MockRequest[];
  /** Those that ask for a reply: no probes. */
  readonly asked: readonly MockRequest[];
  close(): Promise<void>;
}

/** A real HTTP server on loopback that speaks OpenAI's protocol, Azure's paths included, and misbehaves when told to. */
export async function startMockOpenai(options: MockOptions = {}): Promise<MockOpenai> {
  const { answer = answerWithLastWord, delayMs = 0 } = options;
  const requests: MockRequest[] = [];
  const sockets = new Set<Duplex>();

  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming, requests.length);
    requests.push(request);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    send(await answer(request), response);
  });
  // Node's 5 s would close idle connections in the middle of a slow test.
  server.keepAliveTimeout = 3_600_000;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    url: `${origin}/v1`,
    requests,
    get asked() {
      return requests.filter(({ method }) => method === "POST");
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A success in the shape of the endpoint that was asked. */
export function replyTo(request: MockRequest, text: string): MockAnswer {
  if (request.path.endsWith("/chat/completions")) return { json: chatReply(text) };
  if (request.path.endsWith("/responses")) return { json: responsesReply(text) };
  return { json: legacyReply(text) };
}

export function chatReply(content: unknown, more: { message?: object; choice?: object; reply?: object } = {}): object {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1_700_000_000,
    model: "mock-1",
    system_fingerprint: "fp_mock",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content, refusal: null, ...more.message },
        logprobs: null,
        finish_reason: "stop",
        ...more.choice,
      },
    ],
    usage: {
      prompt_tokens: 9,
      completion_tokens: 2,
      total_tokens: 11,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
    ...more.reply,
  };
}

export function legacyReply(text: string, more: { choice?: object } = {}): object {
  return {
    id: "cmpl-1",
    object: "text_completion",
    model: "mock-1",
    choices: [{ index: 0, text, logprobs: null, finish_reason: "stop", ...more.choice }],
    usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
  };
}

export function responsesReply(text: string, more: { reply?: object; output?: readonly object[] } = {}): object {
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
  };
  return {
    id: "resp_1",
    object: "response",
    status: "completed",
    error: null,
    incomplete_details: null,
    model: "mock-1",
    output: more.output ?? [message],
    usage: {
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4 },
      output_tokens: 2,
      output_tokens_details: { reasoning_tokens: 1 },
      total_tokens: 11,
    },
    ...more.reply,
  };
}

export function errorReply(status: number, error: object, headers: { readonly [name: string]: string } = {}): MockAnswer {
  return { status, json: { error }, headers };
}

/** The text of the last message, or of the prompt. */
export function promptText(request: MockRequest): string {
  const { messages, input, prompt } = request.body;
  const list = Array.isArray(messages) ? messages : Array.isArray(input) ? input : [{ content: prompt }];
  return String(list.at(-1)?.content ?? "");
}

function answerWithLastWord(request: MockRequest): MockAnswer {
  if (request.method !== "POST") return { json: { object: "list", data: [] } };
  return replyTo(request, promptText(request).split(" ").at(-1) ?? "");
}

async function readRequest(incoming: IncomingMessage, index: number): Promise<MockRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(incoming.url ?? "/", "http://mock");
  let body: MockRequest["body"] = {};
  try {
    if (text !== "") body = JSON.parse(text) as MockRequest["body"];
  } catch {
    // The caller sees it in `text`.
  }
  const { method = "", headers } = incoming;
  return { index, method, path: url.pathname, query: url.searchParams, headers, body, text };
}

function send(answer: MockAnswer, response: ServerResponse): void {
  if ("fault" in answer) {
    misbehave(answer, response);
    return;
  }
  const text = "json" in answer ? JSON.stringify(answer.json) : answer.text;
  const type = "json" in answer ? "application/json" : "text/html; charset=utf-8";
  response.writeHead(answer.status ?? 200, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    ...answer.headers,
  });
  response.end(text);
}

function misbehave(answer: Extract<MockAnswer, { fault: string }>, response: ServerResponse): void {
  const { socket } = response;
  switch (answer.fault) {
    case "reset":
      socket?.resetAndDestroy();
      return;
    case "close":
      socket?.destroy();
      return;
    case "hang":
      return;
    case "not-http":
      socket?.end("SSH-2.0-mock\r\n");
      return;
    case "half-body":
      response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      response.write('{"choices":[', () => socket?.destroy());
      return;
    case "drip": {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), answer.everyMs);
      response.on("close", () => clearInterval(timer));
    }
  }
}
