import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  readonly path: string;
  readonly body: { readonly [key: string]: unknown };
}

/** Answers chats by a rule, streamed when asked to be, and breaks when the last message says so. */
export async function startUpstream(answer: (question: string) => string = (question) => `${question}!`) {
  const asked: Asked[] = [];
  const headers: { readonly [name: string]: unknown }[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === "" ? {} : JSON.parse(text)) as Asked["body"];
    const path = incoming.url ?? "";
    asked.push({ path, body });
    headers.push(incoming.headers);
    outgoing.setHeader("x-request-id", "req_1");
    respond(path, body, outgoing, answer, String(incoming.headers.authorization ?? incoming.headers["api-key"]));
  });
  server.keepAliveTimeout = 3_600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

function respond(
  path: string,
  body: Asked["body"],
  outgoing: ServerResponse,
  answer: (question: string) => string,
  key: string,
): unknown {
  if (path.includes("/embeddings"))
    return json(outgoing, { object: "list", model: "e", data: [{ index: 0, embedding: [0.5, 0.25] }] });
  if (path.includes("/responses")) return json(outgoing, responsesReply(String(body.input)));
  if (!path.includes("/chat/")) return json(outgoing, legacyReply(String(body.prompt)));
  const messages = body.messages as { content: string }[];
  const question = String(messages.at(-1)?.content);
  switch (question) {
    case "busy":
      outgoing.setHeader("retry-after", "7");
      return json(outgoing, { error: { message: "slow down", type: "requests", param: null, code: "rate_limit_exceeded" } }, 429);
    case "cut":
      outgoing.writeHead(200, { "content-type": body.stream === true ? "text/event-stream" : "application/json" });
      outgoing.write(`data: ${JSON.stringify(chunk({ content: "half" }))}\n\n`, () => outgoing.socket?.destroy());
      return;
    case "key":
      return reply(outgoing, body, { content: `your key is ${key}` }, "stop");
    case "tool":
      return reply(outgoing, body, { content: null, tool_calls: [call("call_1", "Oslo"), call("call_2", "Lima")] }, "tool_calls");
    default:
      return reply(outgoing, body, { content: answer(question) }, "stop");
  }
}

const call = (id: string, city: string) => ({
  id,
  type: "function",
  function: { name: "weather", arguments: JSON.stringify({ city }) },
});

function reply(
  outgoing: ServerResponse,
  body: Asked["body"],
  message: { content: string | null; tool_calls?: object[] },
  finish: string,
): ServerResponse {
  if (body.stream !== true) {
    const choice = { index: 0, message: { role: "assistant", refusal: null, ...message }, logprobs: null, finish_reason: finish };
    return json(outgoing, { id: "chatcmpl-1", object: "chat.completion", created: 1, model: "mock-1", choices: [choice], usage });
  }
  const pieces: object[] = [chunk({ role: "assistant", content: message.content === null ? null : "" })];
  for (const piece of message.content?.match(/[\s\S]{1,3}/gu) ?? []) pieces.push(chunk({ content: piece }));
  for (const [index, made] of (message.tool_calls ?? []).entries()) {
    const { function: called, ...rest } = made as ReturnType<typeof call>;
    pieces.push(chunk({ tool_calls: [{ index, ...rest, function: { name: called.name, arguments: "" } }] }));
    for (const piece of called.arguments.match(/.{1,4}/g) ?? [])
      pieces.push(chunk({ tool_calls: [{ index, function: { arguments: piece } }] }));
  }
  pieces.push(chunk({}, finish));
  if ((body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true) {
    pieces.push({ ...chunk({}), choices: [], usage });
  }
  outgoing.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  for (const piece of pieces) outgoing.write(`data: ${JSON.stringify(piece)}\n\n`);
  return outgoing.end("data: [DONE]\n\n");
}

function chunk(delta: object, finish: string | null = null) {
  const choice = { index: 0, delta, logprobs: null, finish_reason: finish };
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "mock-1", choices: [choice] };
}

function legacyReply(prompt: string) {
  const choice = { index: 0, text: ` after ${prompt}`, logprobs: null, finish_reason: "length" };
  return { id: "cmpl-1", object: "text_completion", created: 1, model: "mock-1", choices: [choice], usage };
}

function responsesReply(input: string) {
  const content = [{ type: "output_text", text: `${input}!`, annotations: [] }];
  const output = [{ id: "msg_1", type: "message", role: "assistant", status: "completed", content }];
  const tokens = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
  return { id: `resp_${input}`, object: "response", created_at: 1, status: "completed", model: "mock-1", output, usage: tokens };
}

function json(outgoing: ServerResponse, value: object, status = 200): ServerResponse {
  const text = JSON.stringify(value);
  return outgoing.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}
