import { getEventListeners } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type MockAnswer, type MockOptions, type MockRequest, startMockOpenai } from "../../test/support/mock-openai.ts";
import { openTransport, type TransportOptions } from "./transport.ts";
import { TransportError } from "./transport-error.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function open(origin: string, more: Partial<TransportOptions> = {}) {
  const transport = await openTransport({ origin, headers: {}, width: 50, timeoutMs: 5000, env: {}, ...more });
  cleanups.push(transport.close);
  return transport;
}

async function mock(options: MockOptions) {
  const server = await startMockOpenai(options);
  cleanups.push(server.close);
  return server;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** Answers as the path says: `/reset`, `/hang`, …, and `/` with the body that came. */
function byPath(request: MockRequest): MockAnswer {
  const fault = request.path.slice(1);
  if (fault === "drip") return { fault, everyMs: 20 };
  if (fault === "reset" || fault === "close" || fault === "hang" || fault === "half-body" || fault === "not-http")
    return { fault };
  if (fault === "large") return { text: "x".repeat(5000) };
  return { json: { got: request.text }, headers: { "x-one": "1" } };
}

async function failure(promise: Promise<unknown>): Promise<TransportError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(TransportError);
  return thrown as TransportError;
}

function causeCode(error: TransportError): unknown {
  return (error.cause as { code?: unknown }).code;
}

describe("a request", () => {
  test("carries method, path, body and headers there, and status, headers and body back", async () => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin, { headers: { "x-key": "k" } });
    const reply = await request({ method: "POST", path: "/echo?a=1", body: "grüße 🙂" });
    expect(reply).toMatchObject({ status: 200, body: JSON.stringify({ got: "grüße 🙂" }) });
    expect(reply.header("x-one")).toBe("1");
    expect(reply.header("x-two")).toBeUndefined();
    expect(reply.ms).toBeGreaterThan(0);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/echo", headers: { "x-key": "k" } });
    expect(server.requests[0]?.query.get("a")).toBe("1");
  });

  test("sends its own headers instead of the transport's", async () => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin, { headers: { "x-key": "k" } });
    await request({ method: "GET", path: "/", headers: ["x-other", "o"] });
    expect(server.requests[0]?.headers).toMatchObject({ "x-other": "o" });
    expect(server.requests[0]?.headers["x-key"]).toBeUndefined();
  });

  test("puts characters together that were cut between two chunks", async () => {
    const bytes = Buffer.from('{"t":"🙂é"}');
    const server = createHttpServer(async (_, response) => {
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const { request } = await open(`http://127.0.0.1:${await listen(server)}`);
    expect((await request({ method: "GET", path: "/" })).body).toBe('{"t":"🙂é"}');
  });

  test("of status 500 is a reply", async () => {
    const server = await mock({ answer: () => ({ status: 500, json: {} }) });
    const { request } = await open(server.origin);
    expect((await request({ method: "GET", path: "/" })).status).toBe(500);
  });

  test("keeps its connection for the next", async () => {
    const server = createHttpServer((_, response) => response.end("ok"));
    let connections = 0;
    server.on("connection", () => connections++);
    const { request } = await open(`http://127.0.0.1:${await listen(server)}`);
    for (let i = 0; i < 5; i++) await request({ method: "POST", path: "/", body: "x" });
    expect(connections).toBe(1);
  });
});

describe("a broken reply", () => {
  const faults = [
    { path: "/reset", fault: "connection", answered: false, code: "ECONNRESET" },
    { path: "/close", fault: "connection", answered: false, code: "UND_ERR_SOCKET" },
    { path: "/half-body", fault: "connection", answered: true, code: "UND_ERR_SOCKET" },
    { path: "/not-http", fault: "connection", answered: false, code: undefined },
    { path: "/large", fault: "too-large", answered: true, code: undefined },
    { path: "/hang", fault: "deadline", answered: false, code: undefined },
    { path: "/drip", fault: "deadline", answered: true, code: undefined },
  ];

  test.each(faults)("at $path is told as $fault, and the next request works", async ({ path, fault, answered, code }) => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin, { timeoutMs: 600, maxReplyBytes: 4000 });
    await request({ method: "POST", path: "/", body: "first" });
    const error = await failure(request({ method: "POST", path, body: "x" }));
    expect(error).toMatchObject({ fault, answered });
    if (code !== undefined) expect(causeCode(error)).toBe(code);
    expect((await request({ method: "POST", path: "/", body: "second" })).body).toBe('{"got":"second"}');
  });

  test("settles each of many requests once, in the right way", async () => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin, { timeoutMs: 600, maxReplyBytes: 4000 });
    const paths = Array.from({ length: 10 }, () => ["/", ...faults.map(({ path }) => path)]).flat();
    const counts = new Map<string, number>();
    const count = (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1);
    await Promise.all(
      paths.map((path) =>
        request({ method: "POST", path, body: "x" }).then(
          () => count(`${path} ok`),
          (error: TransportError) => count(`${path} ${error.fault}`),
        ),
      ),
    );
    const expected = new Map([["/ ok", 10], ...faults.map(({ path, fault }) => [`${path} ${fault}`, 10] as const)]);
    expect(counts).toEqual(expected);
  });
});

describe("a connection that never comes about", () => {
  test("is told with its code when nobody listens", async () => {
    const port = await listen(createServer());
    await cleanups.pop()?.();
    const { request } = await open(`http://127.0.0.1:${port}`);
    const error = await failure(request({ method: "GET", path: "/" }));
    expect(error).toMatchObject({ fault: "connection", answered: false });
    expect(causeCode(error)).toBe("ECONNREFUSED");
  });

  test.each([
    { end: "by the deadline", more: { timeoutMs: 300 }, fault: "deadline" },
    { end: "by connectTimeoutMs", more: { connectTimeoutMs: 300 }, fault: "connection" },
  ])("is ended $end in the middle of its handshake", async ({ more, fault }) => {
    const silent = createServer((socket) => cleanups.push(async () => socket.destroy()));
    const { request } = await open(`https://127.0.0.1:${await listen(silent)}`, more);
    expect((await failure(request({ method: "GET", path: "/" }))).fault).toBe(fault);
  });
});

describe("stop", () => {
  test("ends requests under way and those that wait, and no others", async () => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin, { width: 3 });
    const run = new AbortController();
    const other = new AbortController();
    const stopped = [1, 2, 3, 4, 5].map(() => failure(request({ method: "POST", path: "/hang", body: "x", signal: run.signal })));
    const kept = request({ method: "POST", path: "/", body: "kept", signal: other.signal });
    await expect.poll(() => server.requests.length).toBe(3);
    run.abort();
    expect((await Promise.all(stopped)).map(({ fault }) => fault)).toEqual(Array(5).fill("stopped"));
    expect((await kept).body).toBe('{"got":"kept"}');
    expect(server.requests).toHaveLength(4);
  });

  test("before a request begins keeps it from being sent", async () => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin);
    expect((await failure(request({ method: "GET", path: "/", signal: AbortSignal.abort() }))).fault).toBe("stopped");
    expect(server.requests).toHaveLength(0);
  });

  test("costs one listener per run, not per request", async () => {
    const server = await mock({ answer: byPath });
    const { request } = await open(server.origin);
    const runs = [new AbortController(), new AbortController()];
    for (let i = 0; i < 6; i++) {
      for (const { signal } of runs) await request({ method: "GET", path: "/", signal });
    }
    expect(runs.map(({ signal }) => getEventListeners(signal, "abort").length)).toEqual([1, 1]);
  });

  test("by close ends everything and lets the process go", async () => {
    const server = await mock({ answer: byPath });
    const transport = await open(server.origin, { width: 1 });
    const ends = [1, 2].map(() => failure(transport.request({ method: "GET", path: "/hang" })));
    await expect.poll(() => server.requests.length).toBe(1);
    await transport.close();
    expect((await Promise.all(ends)).map(({ fault }) => fault)).toEqual(["stopped", "stopped"]);
    expect((await failure(transport.request({ method: "GET", path: "/" }))).fault).toBe("stopped");
  });
});

test("no more connections are opened than the width allows, and all requests are answered", async () => {
  let connected = 0;
  let most = 0;
  const server = createHttpServer((_, response) => setTimeout(() => response.end("ok"), 5));
  server.on("connection", (socket) => {
    most = Math.max(most, ++connected);
    socket.on("close", () => connected--);
  });
  const { request } = await open(`http://127.0.0.1:${await listen(server)}`, { width: 4 });
  const replies = await Promise.all(Array.from({ length: 40 }, () => request({ method: "POST", path: "/", body: "x" })));
  expect(replies.every(({ body }) => body === "ok")).toBe(true);
  expect(most).toBe(4);
});

describe("a proxy", () => {
  test("in the environment is used, except for hosts in NO_PROXY and for this machine", async () => {
    const server = await mock({ answer: byPath });
    const seen: string[] = [];
    const proxy = createHttpServer((incoming, response) => {
      seen.push(incoming.url ?? "");
      response.end("through the proxy");
    });
    const env = { HTTP_PROXY: `http://127.0.0.1:${await listen(proxy)}`, NO_PROXY: "direct.invalid" };
    const ask = async (origin: string) => (await open(origin, { env })).request({ method: "GET", path: "/x" });

    expect((await ask("http://model.invalid")).body).toBe("through the proxy");
    expect(seen).toEqual([expect.stringContaining("model.invalid")]);
    expect(causeCode(await failure(ask("http://direct.invalid")))).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect((await ask(server.origin)).status).toBe(200);
    expect(seen).toHaveLength(1);
  });
});
