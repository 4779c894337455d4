import { openTransport } from "../src/net/transport.ts";
import { bodyOf, measure } from "./loop.ts";

/** Our transport alone: what the lean reply reader gains. */
await measure(async ({ url, concurrency }) => {
  const { origin, pathname } = new URL(url);
  const headers = { "content-type": "application/json", authorization: "Bearer bench" };
  const { request } = await openTransport({ origin, headers, width: concurrency, timeoutMs: 60_000, env: {} });
  const path = `${pathname}/chat/completions`;
  return async (text) => {
    const { body } = await request({ method: "POST", path, body: bodyOf(text) });
    return (JSON.parse(body) as { choices: { message: { content: string } }[] }).choices[0]?.message.content;
  };
});
