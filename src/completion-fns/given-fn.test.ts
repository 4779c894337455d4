import { expect, test } from "vitest";
import type { CallContext } from "../core/completion.ts";
import { givenFn } from "./given-fn.ts";

const request = { prompt: "?", sampling: {} };
const context = (signal: AbortSignal): CallContext => ({ signal, onTry: () => {}, sample: { id: "1", attempt: 0 }, seed: 0 });

test.each([
  ["never answers", () => new Promise<string>(() => {})],
  ["fails afterwards", () => new Promise<string>((_, reject) => setImmediate(reject, new Error("too late")))],
])("a model that %s holds up no run that is stopped", async (_, complete) => {
  const stop = new AbortController();
  const asked = givenFn({ name: "deaf", complete }).complete(request, context(stop.signal));
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: "run.interrupted" });
  // An unhandled rejection would fail this test.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
});

test.each([
  [
    "text",
    {
      get text(): string {
        throw new Error("gone");
      },
    },
  ],
  [
    "usage",
    {
      text: "a",
      usage: {
        get input(): number {
          throw new Error("gone");
        },
      },
    },
  ],
])("a reply whose %s cannot be read is its sample's error", async (_, reply) => {
  const asked = givenFn({ name: "odd", complete: () => reply as never }).complete(request, context(new AbortController().signal));
  await expect(asked).rejects.toMatchObject({
    name: "FinegaugeError",
    code: "provider.reply",
    message: expect.stringContaining("gone"),
  });
});
