import { expect, test } from "vitest";
import { inTime } from "./in-time.ts";

const never = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener("abort", () => reject(new Error("of its own"))));

test("an answer is passed on", async () => {
  const { signal } = new AbortController();
  expect(await inTime("m", { signal, timeoutMs: 60_000 }, async () => "yes")).toBe("yes");
});

test("nobody waits longer than was said, even for a provider that goes on", async () => {
  const { signal } = new AbortController();
  const deaf = () => new Promise<string>(() => {});
  await expect(inTime("m", { signal, timeoutMs: 1 }, deaf)).rejects.toMatchObject({
    code: "provider.timeout",
    more: { retry: {} },
  });
  await expect(inTime("m", { signal, timeoutMs: 1 }, never)).rejects.toMatchObject({ code: "provider.timeout" });
});

test("a run that stops gives up at once, and asks nothing any more", async () => {
  const stop = new AbortController();
  const waiting = inTime("m", { signal: stop.signal, timeoutMs: 60_000 }, never);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: "run.interrupted" });
  let asked = 0;
  const ask = async () => ++asked;
  await expect(inTime("m", { signal: stop.signal, timeoutMs: 60_000 }, ask)).rejects.toMatchObject({ code: "run.interrupted" });
  expect(asked).toBe(0);
});
