import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inputsOf, modelOf, numbered } from "../../test/support/engine-values.ts";
import { planRun } from "../engine/index.ts";
import { planLine, wrapParts } from "./plan-line.ts";

describe("wrapParts", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9}){0,3}$/), { minLength: 1, maxLength: 12 });

  test("loses no part and keeps every line under the width, save for a part that is wider by itself", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 120 }), (parts, columns) => {
        const lines = wrapParts(parts.join(" · "), columns).split("\n");
        const bare = lines.map((line, at) => (at === 0 ? line : line.replace(/^ {6}/, "")));
        expect(bare.join(" · ")).toBe(parts.join(" · "));
        for (const line of lines) if (line.includes(" · ")) expect(line.length).toBeLessThan(columns);
      }),
    );
  });

  test("leaves a line for a pipe whole", () => {
    const text = Array.from({ length: 40 }, () => "part").join(" · ");
    expect(wrapParts(text, undefined)).toBe(text);
    expect(wrapParts(text, text.length + 1)).toBe(text);
    expect(wrapParts("aaa · bbb · ccc", 10)).toBe("aaa · bbb\n      ccc");
  });
});

describe("planLine", () => {
  test("says what will be asked, sent, and left to the model", async () => {
    const inputs = inputsOf({
      source: numbered(10, () => ({ input: "x".repeat(400) })),
      attempts: 2,
      sampling: { temperature: 0 },
    });
    expect(planLine(await planRun(inputs), 500)).toBe(
      "plan  numbers.test.v1 on mock: 20 requests · about 2.0k tokens in · no cost · about 10 s · 4 at a time · temperature 0 · left to the model: top_p, max_tokens, stop, seed",
    );
  });

  test("says what it does not know", async () => {
    const hosted = modelOf(() => "", { identity: async () => ({ fn: "openai", model: "m" }), describe: () => "one pool" });
    const line = planLine(await planRun(inputsOf({ source: numbered(1), fn: hosted })), undefined);
    expect(line).toContain("1 request · about 0 tokens in · price unknown · time unknown · 4 at a time (one pool)");
  });
});
