import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../../../test/support/finegauge.ts";
import type {
  CallContext,
  Completion,
  CompletionFn,
  CompletionRequest,
  Likelihood,
  ModelIdentity,
} from "../../core/completion.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { type CacheMode, cachedFn, openLookup } from "./cached-fn.ts";
import { openReplyStore } from "./reply-store.ts";

const ctx: CallContext = { signal: new AbortController().signal, onTry() {}, sample: { id: "s", attempt: 0 }, seed: 1 };
const capabilities = {
  chat: "yes",
  text: "yes",
  logprobs: "yes",
  top_logprobs_max: 5,
  continuations: "yes",
  embeddings: "yes",
  tools: "no",
  json_schema: "no",
} as const;
const ask = (prompt: string): CompletionRequest => ({ prompt, sampling: {} });
const storedAt = Date.parse("2026-11-17T10:00:00Z");

/** A model that counts what it is asked and says what it is told to. */
function counting(
  say: (prompt: string) => Partial<Completion> = () => ({}),
  identity: ModelIdentity = { fn: "http", model: "m" },
) {
  const asked = { replies: 0, likelihoods: 0, capabilities: 0, embeddings: 0 };
  const fn: CompletionFn = {
    name: "model",
    identity: async () => identity,
    capabilities: async () => {
      asked.capabilities++;
      return capabilities;
    },
    async complete({ prompt }) {
      asked.replies++;
      return { text: `${prompt} ${asked.replies}`, finish: "stop", ms: 120, cost: 0.1, ...say(String(prompt)) };
    },
    async continuations({ continuations }): Promise<Likelihood[]> {
      asked.likelihoods++;
      return continuations.map((_, at) => ({ logprob: -1 - at, tokens: 1, greedy: at === 0 }));
    },
    async embed(texts) {
      asked.embeddings++;
      return texts.map(() => new Float32Array([1]));
    },
  };
  return { fn, asked };
}

async function opened(file: string) {
  const problems: string[] = [];
  const store = await openReplyStore({ file, create: true, onProblem: (problem) => problems.push(problem) });
  const through = (fn: CompletionFn, mode: CacheMode, now = storedAt, redactLine = (text: string) => text) =>
    cachedFn(fn, { store, mode, now: () => now, redactLine });
  return { store, through };
}

describe("a cached completion function", () => {
  test("asks once, and says of what comes from the cache how old it is, and neither how long it took nor what it cost", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn, asked } = counting(() => ({ usage: { input: 3, output: 2 }, served: { model: "m-2026" }, tries: [] }));
    const cached = await through(fn, "on");
    expect(await cached.complete(ask("a"), ctx)).toMatchObject({ text: "a 1", ms: 120, cost: 0.1 });
    const again = await (await through(fn, "on", storedAt + 1e9)).complete(ask("a"), ctx);
    expect(again).toEqual({
      text: "a 1",
      finish: "stop",
      ms: 0,
      usage: { input: 3, output: 2 },
      served: { model: "m-2026" },
      cached: true,
      cached_at: "2026-11-17T10:00:00.000Z",
    });
    expect(asked.replies).toBe(1);
    store.close();
  });

  test("keeps attempts apart, and several replies within one", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn } = counting();
    const cached = await through(fn, "on");
    const places = [0, 1].flatMap((attempt) => [0, 1].map((reply) => ({ ...ctx, sample: { id: "s", attempt }, reply })));
    const replies = async () => {
      const texts: string[] = [];
      for (const place of places) texts.push((await cached.complete(ask("a"), place)).text);
      return texts;
    };
    expect(await replies()).toEqual(["a 1", "a 2", "a 3", "a 4"]);
    expect(await replies()).toEqual(["a 1", "a 2", "a 3", "a 4"]);
    store.close();
  });

  test("asks again under refresh, and keeps what came", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn } = counting();
    await (await through(fn, "on")).complete(ask("a"), ctx);
    expect(await (await through(fn, "refresh")).complete(ask("a"), ctx)).not.toHaveProperty("cached");
    expect(await (await through(fn, "on")).complete(ask("a"), ctx)).toMatchObject({ text: "a 2", cached: true });
    store.close();
  });

  test("asks nothing under only: no reply, no capabilities, no embedding; a miss is an error that is not tried again", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    await (await through(counting().fn, "on")).complete(ask("a"), ctx);
    store.close();
    const later = await opened(join(scratch.path, "r.db"));
    const { fn, asked } = counting();
    const cached = await later.through(fn, "only");
    expect(await cached.capabilities()).toEqual(capabilities);
    expect(await cached.complete(ask("a"), ctx)).toMatchObject({ text: "a 1", cached: true });
    const error = await cached.complete(ask("b"), ctx).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "cache.miss" });
    expect((error as FinegaugeError).more.retry).toBeUndefined();
    await expect(cached.embed?.(["a"], ctx)).rejects.toMatchObject({ code: "cache.miss" });
    await expect(later.through(counting(undefined, { fn: "http", model: "other" }).fn, "only")).rejects.toMatchObject({
      code: "cache.miss",
    });
    expect(asked).toEqual({ replies: 0, likelihoods: 0, capabilities: 0, embeddings: 0 });
    later.store.close();
  });

  test("keeps likelihoods, marked too", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn, asked } = counting();
    const cached = await through(fn, "on");
    const question = { context: "a", continuations: ["b", "c"] };
    const first = await cached.continuations?.(question, ctx);
    const again = await cached.continuations?.(question, ctx);
    expect(again).toEqual(first?.map((one) => ({ ...one, cached: true, cached_at: "2026-11-17T10:00:00.000Z" })));
    expect(asked.likelihoods).toBe(1);
    store.close();
  });

  test.each<{ what: string; say: Partial<Completion>; kept: boolean }>([
    { what: "a reply cut off at max_tokens", say: { finish: "length" }, kept: true },
    { what: "a tool call", say: { finish: "tool_calls" }, kept: true },
    { what: "an empty reply", say: { text: "" }, kept: true },
    { what: "a filtered one", say: { finish: "content_filter" }, kept: false },
    { what: "one that ended nobody knows how", say: { finish: "other" }, kept: false },
    { what: "one from another cache", say: { cached: true }, kept: false },
  ])("of $what: kept $kept", async ({ say, kept }) => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn, asked } = counting(() => say);
    const cached = await through(fn, "on");
    for (let time = 0; time < 2; time++) await cached.complete(ask("a"), ctx);
    expect(asked.replies).toBe(kept ? 1 : 2);
    store.close();
  });

  test("keeps no error, and nothing that comes while the run is being dropped", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const dropped = new AbortController();
    const { fn, asked } = counting((prompt) => {
      if (prompt === "fail") throw new FinegaugeError("provider.server", "no", { retry: {} });
      dropped.abort();
      return {};
    });
    const cached = await through(fn, "on");
    for (let time = 0; time < 2; time++) {
      await expect(cached.complete(ask("fail"), ctx)).rejects.toMatchObject({ code: "provider.server" });
    }
    await cached.complete(ask("late"), { ...ctx, signal: dropped.signal });
    await cached.complete(ask("late"), ctx);
    expect(asked.replies).toBe(4);
    store.close();
  });

  test("asks again where what is kept cannot be read any more", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn, asked } = counting();
    const lookup = await openLookup(fn, store);
    const key = lookup?.keys.complete(ask("a"), ctx) ?? "";
    for (const value of ['{"text": 5}', "{"]) {
      store.write(key, { name: "model", identity: await fn.identity(), capabilities }, { stored: 1, value });
      expect(await (await through(fn, "on")).complete(ask("a"), ctx)).not.toHaveProperty("cached");
    }
    expect(asked.replies).toBe(2);
    expect(lookup?.stored(key)).toBe(storedAt);
    store.close();
  });

  test("leaves a plug-in that states no build as it is, and says why; only refuses it", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn } = counting(undefined, { fn: "module", model: "m.ts" });
    const why: string[] = [];
    const same = await cachedFn(fn, {
      store,
      mode: "on",
      now: () => 1,
      redactLine: (text) => text,
      onNotKept: (reason) => why.push(reason),
    });
    expect(same).toBe(fn);
    expect(why).toEqual([expect.stringContaining("which version")]);
    await expect(through(fn, "only")).rejects.toMatchObject({ code: "cache.miss" });
    store.close();
  });

  test("keeps no secret that a server repeats", async () => {
    using scratch = scratchFolder();
    const { store, through } = await opened(join(scratch.path, "r.db"));
    const { fn } = counting(() => ({ text: "your key is CANARY" }));
    const redact = (text: string) => text.replaceAll("CANARY", "[redacted]");
    const cached = await through(fn, "on", storedAt, redact);
    await cached.complete(ask("a"), ctx);
    expect((await cached.complete(ask("a"), ctx)).text).toBe("your key is [redacted]");
    store.close();
  });
});
