import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerTo } from "./questions.ts";

/**
 * A server that takes so many requests a second, and says of each one beyond, in another form each time, how long to wait.
 *
 *     node bench/rate-server.ts REQUESTS_PER_SECOND LATENCY_MS      prints its port
 */
const perSecond = Number(process.argv[2] ?? 50);
const latencyMs = Number(process.argv[3] ?? 100);

/** When the requests of the last second were taken. */
const taken: number[] = [];
let refusals = 0;

/** How long until there is room, in every form in which servers say it. */
const forms: readonly ((ms: number) => { readonly headers?: { readonly [name: string]: string }; readonly message?: string })[] =
  [
    (ms) => ({ headers: { "retry-after": String(Math.max(1, Math.ceil(ms / 1000))) } }),
    (ms) => ({ headers: { "retry-after": new Date(Math.ceil((Date.now() + ms) / 1000) * 1000).toUTCString() } }),
    (ms) => ({ headers: { "retry-after-ms": String(Math.ceil(ms)) } }),
    (ms) => ({ headers: { "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": `${Math.ceil(ms)}ms` } }),
    (ms) => ({ message: `Rate limit reached. Please try again in ${(Math.ceil(ms) / 1000).toFixed(3)}s.` }),
    () => ({}),
  ];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const reply = (status: number, body: object, headers: { readonly [name: string]: string } = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
    if (request.method !== "POST") {
      reply(200, { object: "list", data: [] });
      return;
    }
    const now = performance.now();
    while (taken[0] !== undefined && taken[0] <= now - 1000) taken.shift();
    if (taken.length >= perSecond) {
      const form = forms[refusals++ % forms.length] as (typeof forms)[number];
      const { headers, message = "Rate limit reached." } = form((taken[0] as number) + 1000 - now);
      reply(429, { error: { message, code: "rate_limit_exceeded", type: "requests" } }, headers);
      return;
    }
    taken.push(now);
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { content: string }[] };
    const message = { role: "assistant", content: answerTo(messages[0]?.content ?? "") };
    const usage = { prompt_tokens: 14, completion_tokens: 2, total_tokens: 16 };
    const body = {
      id: "c",
      object: "chat.completion",
      model: "mock",
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage,
    };
    setTimeout(() => reply(200, body), latencyMs);
  });
});
server.keepAliveTimeout = 3_600_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
