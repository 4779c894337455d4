import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answered, runLine } from "../../test/support/run-values.ts";
import { sampleOf } from "../../test/support/score-one.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { Completion } from "../core/completion.ts";
import type { Score, Scorer } from "../core/score.ts";
import { divergence } from "./divergence.ts";
import { klKind } from "./kl.ts";

/** A reply by the probabilities at each position; the first token of each is the one said. */
function reply(positions: readonly { readonly [token: string]: number }[], more: Partial<Completion> = {}): Completion {
  const logprobs = positions.map((position) => {
    const top = Object.entries(position).map(([token, p]) => ({ token, logprob: Math.log(p) }));
    return { ...(top[0] as (typeof top)[number]), top };
  });
  return { text: "", finish: "stop", ms: 1, logprobs, ...more };
}

describe("divergence", () => {
  test("is Kullback and Leibler's, in nats, with the parent's probabilities as weights", () => {
    const found = divergence(reply([{ a: 0.5, b: 0.5 }]), reply([{ a: 0.9, b: 0.1 }]));
    expect(found).toMatchObject({ positions: 1, sameTop: 1 });
    expect(found?.kl).toBeCloseTo(0.5 * Math.log(0.5 / 0.9) + 0.5 * Math.log(0.5 / 0.1), 12);
  });

  test("goes as far as both have read the same", () => {
    const [p, q] = [
      { a: 0.9, b: 0.1 },
      { b: 0.9, a: 0.1 },
    ];
    expect(divergence(reply([p, p, p]), reply([p, q, p]))).toMatchObject({ positions: 2, sameTop: 0.5 });
    expect(divergence(reply([p, p]), reply([p]))).toMatchObject({ positions: 1, kl: 0, sameTop: 1 });
  });

  const distribution = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 8 }).map((weights) => {
    const sum = weights.reduce((a, b) => a + b, 0);
    return Object.fromEntries(weights.map((weight, at) => [`t${at}`, weight / sum]));
  });

  test("is never below 0, 0 for equal ones, and no larger where tokens are not listed", () => {
    fc.assert(
      fc.property(distribution, distribution, fc.integer({ min: 1, max: 7 }), (p, q, kept) => {
        const listed = (of: { [token: string]: number }) =>
          Object.fromEntries(
            Object.entries(of)
              .sort(([, a], [, b]) => b - a)
              .slice(0, kept),
          );
        const both = Object.keys(p).length === Object.keys(q).length;
        const whole = divergence(reply([p]), reply([q]))?.kl ?? Number.NaN;
        expect(whole).toBeGreaterThanOrEqual(0);
        expect(divergence(reply([p]), reply([p]))?.kl).toBeLessThan(1e-9);
        if (both) expect(divergence(reply([listed(p)]), reply([listed(q)]))?.kl).toBeLessThanOrEqual(whole + 1e-7);
      }),
    );
  });

  test("needs alternatives on both sides", () => {
    const bare = reply([{ a: 1 }]);
    const without: Completion = { ...bare, logprobs: [{ token: "a", logprob: 0 }] };
    expect(divergence(bare, without)).toBeUndefined();
    expect(divergence(without, bare)).toBeUndefined();
    expect(divergence(bare, { ...bare, logprobs: [] })).toBeUndefined();
  });
});

describe("kl", () => {
  const sample = sampleOf({ input: "?" });

  async function scorerFor(parent: Completion | undefined): Promise<Scorer> {
    const file = join(temporaryFolder(), "parent.jsonl");
    const hashes = { item: sample.hashes.item, ideal: "i", prompt: "p" };
    const { completion: _, ...line } = answered(0, { hashes });
    const lines = [runLine({ selected: 1 }), { ...line, ...(parent && { completion: parent }) }];
    writeFileSync(file, lines.map((one) => `${JSON.stringify(one)}\n`).join(""));
    return open(file);
  }

  async function open(file: string): Promise<Scorer> {
    const files = { root: "/", resolvePath: () => file, placeOf: () => ({ file: "a.yaml", line: 3 }), env: {} };
    const opened = await klKind.open?.({ parent: `../runs/${file.split("/").at(-1)}`, top: 5 }, files);
    expect(opened?.args).toMatchObject({ parent: file.split("/").at(-1) });
    return opened?.create?.({ name: "kl", compat: false }) as Scorer;
  }

  const score = (scorer: Scorer, completion: Completion) =>
    scorer.score(sample, { completion: [completion] }, { judges: [], random: () => 0, signal: AbortSignal.abort() }) as Score[];

  test("holds a reply against the parent's to the same question", async () => {
    const scorer = await scorerFor(reply([{ a: 0.5, b: 0.5 }]));
    expect(scorer.needs).toEqual({ top_logprobs: 5 });
    const [kl, same] = score(scorer, reply([{ a: 0.5, b: 0.5 }]));
    expect(kl).toMatchObject({ name: "kl", value: 0, details: { positions: 1 } });
    expect(same).toEqual({ name: "same_top", value: 1 });
    expect((await scorerFor(undefined)).hash).toBe(scorer.hash);
  });

  test("of the parent itself is 0", () => {
    const scorer = klKind.create({}, { name: "kl", compat: false });
    expect(score(scorer, reply([{ a: 0.5, b: 0.5 }])).map(({ value }) => value)).toEqual([0, 1]);
    expect(score(scorer, { text: "a", finish: "stop", ms: 1 })[0]?.unscored?.code).toBe("score.no-logprobs");
  });

  test.each([
    { what: "has no such reply", parent: undefined, code: "score.sample-invalid" },
    { what: "has no log-probabilities", parent: { text: "a", finish: "stop", ms: 1 } as Completion, code: "score.no-logprobs" },
    {
      what: "read another prompt",
      parent: reply([{ a: 1 }], { usage: { input: 9, output: 1 } }),
      code: "score.sample-invalid",
    },
  ])("does not score where the parent $what", async ({ parent, code }) => {
    const [only, ...others] = score(await scorerFor(parent), reply([{ a: 1 }], { usage: { input: 8, output: 1 } }));
    expect([only?.value, only?.unscored?.code, others]).toEqual([null, code, []]);
  });

  test.each([["no JSON\n"], ['{"input": "a sample file"}\n'], [""]])(
    "refuses %j as a parent, where it is named",
    async (text) => {
      const file = join(temporaryFolder(), "x.jsonl");
      writeFileSync(file, text);
      await expect(open(file)).rejects.toMatchObject({ code: "registry.invalid", more: { where: { file: "a.yaml", line: 3 } } });
      await expect(open(join(file, "nowhere"))).rejects.toMatchObject({ code: "registry.invalid" });
    },
  );
});
