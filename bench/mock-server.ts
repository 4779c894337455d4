import { createServer, type Socket } from "node:net";
import { answerTo } from "./questions.ts";

/**
 * A server that speaks just enough of OpenAI's protocol, in a process of its own, as fast as Node can: the client is to be
 * measured, not this. Its answers are computed from the questions, so that every reply can be checked.
 *
 *     node bench/mock-server.ts [latency ms]      prints its port
 */
const latencyMs = Number(process.argv[2] ?? 0);
const headEnd = Buffer.from("\r\n\r\n");

const server = createServer({ noDelay: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    pending = takeRequests(pending, socket);
  });
  // A client that goes away is its own affair.
  socket.on("error", () => socket.destroy());
});

/** Answers the whole requests at the start of the bytes, and returns what is left. */
function takeRequests(bytes: Buffer, socket: Socket): Buffer {
  let left = bytes;
  for (;;) {
    const end = left.indexOf(headEnd);
    if (end < 0) return left;
    const length = Number(/content-length: *(\d+)/i.exec(left.toString("latin1", 0, end))?.[1] ?? 0);
    const next = end + headEnd.length + length;
    if (left.length < next) return left;
    respond(left.toString("utf8", end + headEnd.length, next), socket);
    left = left.subarray(next);
  }
}

function respond(body: string, socket: Socket): void {
  const text = reply(body === "" ? '{"object":"list","data":[]}' : completion(body));
  if (latencyMs === 0) socket.write(text);
  else setTimeout(() => socket.write(text), latencyMs);
}

function reply(json: string): string {
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`;
}

function completion(body: string): string {
  const { messages } = JSON.parse(body) as { messages: { content: string }[] };
  const answer = answerTo(messages[0]?.content ?? "");
  return (
    `{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"mock-1","choices":[{"index":0,` +
    `"message":{"role":"assistant","content":"${answer}","refusal":null},"logprobs":null,"finish_reason":"stop"}],` +
    `"usage":{"prompt_tokens":14,"completion_tokens":2,"total_tokens":16},"system_fingerprint":"fp_1"}`
  );
}

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object") process.stdout.write(`${address?.port}\n`);
});
