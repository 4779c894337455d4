import { Agent, request } from "undici";
import { bodyOf, measure } from "./loop.ts";

/** The bare loop that Finegauge is compared with: `undici.request` on an Agent, JSON out, JSON in, compare. */
await measure(({ url, concurrency }) => {
  const dispatcher = new Agent({ connections: concurrency, pipelining: 1 });
  const headers = { "content-type": "application/json", authorization: "Bearer bench" };
  return async (text) => {
    const { body } = await request(`${url}/chat/completions`, { method: "POST", headers, body: bodyOf(text), dispatcher });
    const reply = (await body.json()) as { choices: { message: { content: string } }[] };
    return reply.choices[0]?.message.content;
  };
});
