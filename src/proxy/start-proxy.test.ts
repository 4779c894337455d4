import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { scratchFolder } from "../../test/support/finegauge.ts";
import { openRecorder, type RecorderOptions } from "./recorder.ts";
import { startProxy } from "./start-proxy.ts";

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer) => void;

async function upstreamOf(handler: Handler) {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    handler(incoming, outgoing, Buffer.concat(chunks));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function proxyTo(upstream: string, options: Partial<RecorderOptions> = {}) {
  const scratch = scratchFolder();
  const output = join(scratch.path, "recorded.jsonl");
  const recorder = openRecorder({ output, ...options });
  const proxy = await startProxy({ host: "127.0.0.1", port: 0, upstream: new URL(upstream), recorder, env: {} });
  onTestFinished(async () => {
    proxy.drop();
    await proxy.close();
    await recorder.close();
    scratch[Symbol.dispose]();
  });
  const rows = () =>
    readFileSync(output, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { messages: { content: unknown }[]; metadata: { [key: string]: unknown } });
  return { origin: proxy.origin, recorder, rows, folder: scratch.path };
}

interface Got {
  readonly status: number | undefined;
  readonly message: string | undefined;
  readonly headers: readonly string[];
  readonly chunks: readonly Buffer[];
  readonly cut: boolean;
}

/** A request whose answer is kept as it comes. */
function ask(url: string, options: { method?: string; body?: string | Buffer; headers?: readonly string[] } = {}): Promise<Got> {
  const { method = "POST", body, headers = [] } = options;
  return new Promise((resolve, reject) => {
    const { host } = new URL(url);
    const length = body === undefined ? [] : ["content-length", String(Buffer.byteLength(body))];
    const sent = request(url, { method, headers: ["host", host, ...length, ...headers], agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", () => {});
      reply.on("close", () => {
        const { statusCode: status, statusMessage: message, rawHeaders, complete } = reply;
        resolve({ status, message, headers: rawHeaders, chunks, cut: !complete });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const bytesOf = ({ chunks }: Got) => Buffer.concat(chunks);
const chat = (content: string, more: object = {}) =>
  JSON.stringify({ model: "m", messages: [{ role: "user", content }], ...more });
const chatReply = (content: string) =>
  JSON.stringify({ model: "m-1", choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }] });

describe("an answer comes through as the upstream gave it", () => {
  test.each([
    { name: "status, reason and headers in their order and case", status: 418, reason: "Short and stout", body: "tea" },
    { name: "an empty body", status: 204, reason: "No Content", body: "" },
    { name: "bytes that are no text", status: 200, reason: "OK", body: Buffer.from([0, 255, 254, 10, 13]) },
  ])("$name", async ({ status, reason, body }) => {
    const upstream = await upstreamOf((_, outgoing) => {
      outgoing.writeHead(status, reason, [
        "X-Zeta",
        "1",
        "Set-Cookie",
        "a=1",
        "x-alpha",
        "caf\u00e9",
        "Set-Cookie",
        "b=2",
        "Date",
        "now",
      ]);
      outgoing.end(body);
    });
    const { origin } = await proxyTo(upstream);
    const [direct, through] = [
      await ask(`${upstream}/v1/anything`, { body: "?" }),
      await ask(`${origin}/v1/anything`, { body: "?" }),
    ];
    const ours = (headers: readonly string[]) => {
      const kept: string[] = [];
      for (let at = 0; at < headers.length; at += 2) {
        if (!/^(?:connection|keep-alive|transfer-encoding)$/i.test(headers[at] as string))
          kept.push(...headers.slice(at, at + 2));
      }
      return kept;
    };
    expect(ours(through.headers)).toEqual(ours(direct.headers));
    expect([through.status, through.message]).toEqual([direct.status, direct.message]);
    expect(bytesOf(through)).toEqual(bytesOf(direct));
  });

  test("each piece of a stream before the next is sent", async () => {
    let go = () => {};
    const upstream = await upstreamOf((_, outgoing) => {
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write("data: 1\n\n");
      go = () => outgoing.end("data: 2\n\n");
    });
    const { origin } = await proxyTo(upstream);
    const reply = await fetch(`${origin}/v1/chat/completions`, { method: "POST", body: chat("?", { stream: true }) });
    const reader = (reply.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("data: 1\n\n");
    go();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("data: 2\n\n");
    expect((await reader.read()).done).toBe(true);
  });

  test("method, path, query, headers and body reach the upstream, and what is meant for the proxy does not", async () => {
    const seen: unknown[] = [];
    const upstream = await upstreamOf(({ method, url, headers }, outgoing, body) => {
      const { authorization, "x-own": own, "x-finegauge-name": name, host } = headers;
      seen.push({ method, url, authorization, own, name, host, body: body.toString() });
      outgoing.end("ok");
    });
    const { origin } = await proxyTo(`${upstream}/v1`);
    const headers = ["Authorization", "Bearer key", "X-Own", "1", "X-Finegauge-Name", "mine"];
    await ask(`${origin}/v1/files?a=%20b`, { method: "PUT", body: "text", headers });
    const { host } = new URL(upstream);
    const expected = { method: "PUT", url: "/v1/files?a=%20b", authorization: "Bearer key", own: "1", host, body: "text" };
    expect(seen).toEqual([{ ...expected, name: undefined }]);
  });

  test("a body of 100 MB passes, and is not kept", async () => {
    const upstream = await upstreamOf((_, outgoing, body) => outgoing.end(String(body.length)));
    const { origin, recorder } = await proxyTo(upstream);
    const got = await ask(`${origin}/v1/chat/completions`, { body: Buffer.alloc(100 * 2 ** 20, "a") });
    expect(bytesOf(got).toString()).toBe(String(100 * 2 ** 20));
    expect(recorder.counts).toMatchObject({ exchanges: 0, leftOut: 1 });
  });
});

describe("what breaks, breaks for both", () => {
  test("a reply that is cut in the middle comes as far as it came, and is no record", async () => {
    const upstream = await upstreamOf((_, outgoing) => {
      outgoing.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
      outgoing.write('{"choices":[', () => outgoing.socket?.destroy());
    });
    const { origin, recorder } = await proxyTo(upstream);
    const got = await ask(`${origin}/v1/chat/completions`, { body: chat("?") });
    expect([got.status, got.cut, bytesOf(got).toString()]).toEqual([200, true, '{"choices":[']);
    expect(recorder.counts.exchanges).toBe(0);
  });

  test("a connection that is closed without an answer", async () => {
    const server = createTcpServer((socket) => socket.once("data", () => socket.destroy())).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { origin } = await proxyTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await expect(ask(`${origin}/v1/chat/completions`, { body: chat("?") })).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test("an upstream that is not there is named", async () => {
    const server = createTcpServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const { origin } = await proxyTo(`http://127.0.0.1:${port}`);
    const got = await ask(`${origin}/v1/chat/completions`, { body: chat("?") });
    expect(got.status).toBe(502);
    expect(JSON.parse(bytesOf(got).toString())).toMatchObject({ error: { type: "upstream_unreachable" } });
  });

  test("a client that goes away ends the request at the upstream", async () => {
    let gone: (value: string) => void = () => {};
    const closed = new Promise<string>((resolve) => {
      gone = resolve;
    });
    const upstream = await upstreamOf((_, outgoing) => {
      outgoing.on("close", () => gone("closed"));
      outgoing.writeHead(200, { "content-type": "text/event-stream" });
      outgoing.write("data: {}\n\n");
    });
    const { origin, recorder } = await proxyTo(upstream);
    const { port } = new URL(origin);
    const socket = connect(Number(port), "127.0.0.1");
    const body = chat("?", { stream: true });
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await once(socket, "data");
    socket.destroy();
    expect(await closed).toBe("closed");
    expect(recorder.counts.exchanges).toBe(0);
  });
});

test("closing waits for the answer in flight, and not for the connection that a client keeps", async () => {
  let begun = () => {};
  let go = () => {};
  const asked = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const upstream = await upstreamOf((_, outgoing) => {
    go = () => outgoing.end("late");
    begun();
  });
  using folder = scratchFolder();
  const recorder = openRecorder({ output: join(folder.path, "recorded.jsonl") });
  const proxy = await startProxy({ host: "127.0.0.1", port: 0, upstream: new URL(upstream), recorder, env: {} });
  const reply = fetch(`${proxy.origin}/v1/anything`, { method: "POST", body: "?" }).then((got) => got.text());
  await asked;
  const closed = proxy.close();
  go();
  expect(await reply).toBe("late");
  await closed;
  await recorder.close();
});

describe("only programs on this machine are served", () => {
  test.each([
    { name: "another host's name", headers: ["host", "evil.example"] },
    { name: "a page from elsewhere", headers: ["host", "127.0.0.1", "origin", "https://evil.example"] },
  ])("not $name", async ({ headers }) => {
    const seen: string[] = [];
    const upstream = await upstreamOf((_, outgoing) => {
      seen.push("asked");
      outgoing.end();
    });
    const { origin } = await proxyTo(upstream);
    const { port } = new URL(origin);
    const status = await new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, path: "/v1/models", headers, agent: false }, (reply) =>
        resolve(reply.resume().statusCode),
      )
        .on("error", reject)
        .end();
    });
    expect([status, seen]).toEqual([403, []]);
  });
});

describe("whoever has a whole reply finds it recorded", () => {
  const events = (...list: object[]) => list.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("");
  const streamed = `${events(
    { model: "m-1", choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] },
    { model: "m-1", choices: [{ index: 0, delta: { content: "Os" }, finish_reason: null }] },
    { model: "m-1", choices: [{ index: 0, delta: { content: "lo" }, finish_reason: "stop" }] },
  )}data: [DONE]\n\n`;
  test.each([
    { name: "with its length", headers: { "content-type": "application/json" }, body: chatReply("Oslo") },
    {
      name: "in chunks",
      headers: { "content-type": "application/json", "transfer-encoding": "chunked" },
      body: chatReply("Oslo"),
    },
    {
      name: "compressed",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: gzipSync(chatReply("Oslo")),
    },
    { name: "streamed", headers: { "content-type": "text/event-stream; charset=utf-8" }, body: streamed },
    {
      name: "streamed and compressed",
      headers: { "content-type": "text/event-stream", "content-encoding": "gzip" },
      body: gzipSync(streamed),
    },
  ])("$name", async ({ headers, body }) => {
    const upstream = await upstreamOf((_, outgoing) => {
      outgoing.writeHead(200, headers as unknown as Record<string, string>);
      outgoing.end(body);
    });
    const { origin, rows } = await proxyTo(upstream);
    const got = await ask(`${origin}/v1/chat/completions`, { body: chat("Capital of Norway?") });
    expect(bytesOf(got)).toEqual(Buffer.from(body));
    expect(rows()).toMatchObject([
      {
        messages: [
          { role: "user", content: "Capital of Norway?" },
          { role: "assistant", content: "Oslo" },
        ],
        metadata: {
          model: "m",
          served: "m-1",
          finish_reason: "stop",
          streamed: headers["content-type"].startsWith("text/event-stream"),
        },
      },
    ]);
  });
});
