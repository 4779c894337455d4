import { OpenAI } from "openai";
import { sdkOptions } from "../src/completion-fns/openai-sdk.ts";
import { openTransport } from "../src/net/transport.ts";
import { measure } from "./loop.ts";

/** A bare loop over the official client, on the same transport as the `openai` completion function. */
await measure(async ({ url, concurrency }) => {
  const { origin } = new URL(url);
  const transport = await openTransport({ origin, headers: {}, width: concurrency, timeoutMs: 60_000, env: {} });
  const client = new OpenAI({ ...sdkOptions(transport, origin), apiKey: "bench", baseURL: url });
  return async (text) => {
    const reply = await client.chat.completions.create({
      model: "mock",
      temperature: 0,
      messages: [{ role: "user", content: text }],
    });
    return reply.choices[0]?.message.content ?? undefined;
  };
});
