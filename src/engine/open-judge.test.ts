import { describe, expect, test } from "vitest";
import { busy, failing, gate, modelOf, quickClock } from "../../test/support/engine-values.ts";
import type { CompletionFn, CompletionRequest } from "../core/completion.ts";
import type { Prompt } from "../core/message.ts";
import { type JudgeSetup, openJudge } from "./open-judge.ts";
import { createStop } from "./stop.ts";

const request: CompletionRequest = { prompt: "grade this", sampling: { temperature: 0, max_tokens: 9 } };

async function open(fn: CompletionFn, more: Partial<JudgeSetup> = {}) {
  const stop = createStop();
  const judge = await openJudge({
    fn,
    sampling: {},
    concurrency: 20,
    stop,
    redact: (text) => text.replaceAll("secret", "[redacted]"),
    clock: quickClock(),
    ...more,
  });
  const drop = new AbortController();
  const ask = (id = "s") => judge.ask(request, { sample: { id, attempt: 0 }, signal: drop.signal });
  return { judge, ask, stop, drop };
}

describe("a judge", () => {
  test("is asked again after a failure that may pass, and tells the tries", async () => {
    let n = 0;
    const { ask } = await open(
      modelOf(() => {
        if (n++ < 2) throw busy();
        return "Y";
      }),
    );
    const { text, tries } = await ask();
    expect([text, tries?.map(({ code }) => code)]).toEqual(["Y", ["provider.server", "provider.server"]]);
  });

  test("is not asked for what it recalls", async () => {
    const fn = modelOf(() => {
      throw new Error("nobody is to be asked");
    });
    const recall = {
      complete: ({ sampling }: CompletionRequest) => ({
        text: `Y at ${sampling.temperature}`,
        finish: "stop" as const,
        ms: 0,
        cached: true as const,
      }),
      continuations: () => undefined,
    };
    const { ask } = await open({ ...fn, recall }, { sampling: { temperature: 1 } });
    expect(await ask()).toMatchObject({ text: "Y at 1", cached: true });
  });

  test("says why it has no reply, without secrets", async () => {
    const { ask } = await open(
      modelOf(() => {
        throw failing("provider.auth", {});
      }),
    );
    await expect(ask()).rejects.toMatchObject({ code: "provider.auth", message: "the model says provider.auth" });
  });

  test("has a retry budget of its own", async () => {
    let n = 0;
    const fn = modelOf(() => {
      n++;
      throw busy();
    });
    const { ask } = await open(fn, {
      retry: { maxTries: 9, baseMs: 1, capMs: 1, retryAfterCapMs: 1, maxTurnedAway: 1, budget: 3 },
    });
    for (const id of ["a", "b"]) await expect(ask(id)).rejects.toMatchObject({ code: "provider.server" });
    expect(n).toBe(2 + 3);
  });

  test.each([
    { asked: 3, takes: undefined, most: 3 },
    { asked: 3, takes: 2, most: 2 },
    { asked: undefined, takes: undefined, most: 20 },
    { asked: undefined, takes: 6, most: 6 },
  ])("answers at most $most at once to begin with ($asked asked for, it takes $takes)", async ({ asked, takes, most }) => {
    const opened = gate();
    let [now, peak] = [0, 0];
    const fn = modelOf(async () => {
      peak = Math.max(peak, ++now);
      await opened.opened;
      now--;
      return "Y";
    });
    const capabilities = async () => ({ ...(await fn.capabilities()), ...(takes !== undefined && { concurrency_max: takes }) });
    const { ask } = await open({ ...fn, capabilities }, { concurrency: asked });
    const all = Array.from({ length: 30 }, (_, i) => ask(`${i}`));
    await new Promise(setImmediate);
    expect(peak).toBe(most);
    opened.open();
    await Promise.all(all);
  });

  test("is sampled and wrapped as its own entry says", async () => {
    let seen: CompletionRequest | undefined;
    const fn = modelOf(
      (_, __, asked) => {
        seen = asked;
        return "Y";
      },
      { wrap: (prompt: Prompt) => `be strict: ${String(prompt)}` },
    );
    const { ask } = await open(fn, { sampling: { temperature: 1 } });
    await ask();
    expect(seen).toEqual({ prompt: "be strict: grade this", sampling: { temperature: 1, max_tokens: 9 } });
  });

  test("is told whose reply it grades", async () => {
    const samples: string[] = [];
    const { ask } = await open(
      modelOf((_, ctx) => {
        samples.push(`${ctx.sample.id}#${ctx.sample.attempt}`);
        return "Y";
      }),
    );
    await ask("t.7");
    expect(samples).toEqual(["t.7#0"]);
  });
});

describe("a stop", () => {
  test("that drops what is in flight waits for no judge", async () => {
    const { ask, drop } = await open(modelOf(() => new Promise(() => {})));
    const asked = ask();
    drop.abort();
    await expect(asked).rejects.toMatchObject({ code: "run.interrupted" });
    await expect(ask()).rejects.toMatchObject({ code: "run.interrupted" });
  });

  test("that lets what is in flight finish cuts off a judge between two tries", async () => {
    const { ask, stop } = await open(
      modelOf(() => {
        stop.request("run.interrupted");
        throw busy();
      }),
    );
    await expect(ask()).rejects.toMatchObject({ code: "run.interrupted" });
  });

  test("lets a judge that answers finish", async () => {
    const { ask, stop } = await open(
      modelOf(() => {
        stop.request("run.interrupted");
        return "Y";
      }),
    );
    expect(await ask()).toMatchObject({ text: "Y" });
  });
});
