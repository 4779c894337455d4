import { describe, expect, test } from "vitest";
import { ask, likelihoods, openLlama, ticket } from "../../../test/support/local-llama.ts";

const labels = ["network", "auth", "disk", "timeout", "config", "memory", "dependency", "syntax"];

describe("continuations", () => {
  test("rank the labels as the reply does, and agree with its log-probabilities", async () => {
    const fn = await openLlama({});
    const reply = await ask(fn, ticket, {}, 1);
    const scored = await likelihoods(fn, ticket, labels);
    const best = scored.reduce((a, b) => (a.logprob > b.logprob ? a : b));
    expect(labels[scored.indexOf(best)]).toBe(reply.text);
    expect(best.logprob).toBeCloseTo(reply.logprobs?.[0]?.logprob ?? Number.NaN, 2);
    expect(scored.map((each) => each.greedy)).toEqual(labels.map((label) => label === reply.text));
    expect(scored.every((each) => each.tokens === 1)).toBe(true);
  });

  test("are sums over tokens, each after those before it", async () => {
    const fn = await openLlama({ mode: "raw" }, "tickets-base.gguf");
    const [whole, first] = await likelihoods(fn, "Log: ERROR disk", [" full on the host", " full"]);
    const rest = await likelihoods(fn, "Log: ERROR disk full", [" on the host"]);
    expect(whole?.per_token).toHaveLength(whole?.tokens ?? 0);
    expect(whole?.tokens).toBe((first?.tokens ?? 0) + (rest[0]?.tokens ?? 0));
    expect(whole?.logprob).toBeCloseTo((first?.logprob ?? 0) + (rest[0]?.logprob ?? 0), 1.7);
  });

  test("do not depend on what else is asked in the same call", async () => {
    const fn = await openLlama({ mode: "raw" });
    const together = await likelihoods(fn, "Category:", [" a longer answer", " network", "", " another one"]);
    for (const [i, text] of [" a longer answer", " network", "", " another one"].entries()) {
      const [alone] = await likelihoods(fn, "Category:", [text]);
      expect(alone?.logprob).toBeCloseTo(together[i]?.logprob ?? Number.NaN, 2);
      expect(alone?.tokens).toBe(together[i]?.tokens);
    }
    expect(together[2]).toMatchObject({ logprob: 0, tokens: 0, greedy: true });
  });

  test("take over the white space at the end of the context", async () => {
    const fn = await openLlama({ mode: "raw" });
    const [moved] = await likelihoods(fn, "Log: x\nCategory: ", ["network"]);
    const [given] = await likelihoods(fn, "Log: x\nCategory:", [" network"]);
    expect(moved).toEqual(given);
    expect(moved?.tokens).toBe(1);
  });

  test("cut a context that is too long at its left, and say by how much", async () => {
    const fn = await openLlama({ mode: "raw" });
    const [scored] = await likelihoods(fn, "a ".repeat(600), ["b"]);
    expect(scored?.context_dropped).toBeGreaterThan(80);
    await expect(likelihoods(fn, "", ["a ".repeat(600)])).rejects.toMatchObject({ code: "provider.context-exceeded" });
  });

  test("score a text of several windows, every token once", async () => {
    const whole = await openLlama({ mode: "raw" }, "tickets-base.gguf");
    const text = "ERROR disk full on the host. ".repeat(12);
    const [all] = await likelihoods(whole, "", [text], true);
    const [asContinuation] = await likelihoods(whole, "", [text]);
    expect(all?.logprob).toBeCloseTo(asContinuation?.logprob ?? Number.NaN, 1);
    const narrow = await openLlama({ mode: "raw", context_tokens: 64 }, "tickets-base.gguf");
    const [cut] = await likelihoods(narrow, "", [text], true);
    expect(cut?.tokens).toBe(all?.tokens);
    expect(cut?.per_token).toHaveLength(all?.tokens ?? 0);
    // Its first window has read what the wide one has; the others have not.
    const sum = (per: readonly number[] | undefined, from: number, to?: number) =>
      (per ?? []).slice(from, to).reduce((a, b) => a + b, 0);
    expect(sum(cut?.per_token, 0, 63)).toBeCloseTo(sum(all?.per_token, 0, 63), 1);
    expect(Math.abs(sum(cut?.per_token, 63) - sum(all?.per_token, 63))).toBeGreaterThan(1);
  });
});
