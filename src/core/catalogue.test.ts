import { describe, expect, test } from "vitest";
import { z } from "zod";
import { functionKind, scorerKind } from "./catalogue.ts";

const args = z.strictObject({ limit: z.int().default(3) });
const setup = { name: "some", compat: false };

describe("a kind of scorer", () => {
  const kind = scorerKind({
    args,
    sampling: ({ limit }) => ({ max_tokens: limit }),
    create: ({ limit }, { name }) => ({ name, hash: `${limit}`, needs: {}, score: () => [] }),
  });

  test("gets its arguments checked and with their defaults", () => {
    expect(kind.sampling({})).toEqual({ max_tokens: 3 });
    expect(kind.sampling({ limit: 5 })).toEqual({ max_tokens: 5 });
    expect(kind.create({}, setup)).toMatchObject({ name: "some", hash: "3" });
    expect(() => kind.create({ limit: "5" }, setup)).toThrow("limit");
    expect(() => kind.sampling({ unknown: 1 })).toThrow("unknown");
  });

  test("scores every sample unless it says otherwise", () => {
    expect(kind.checkSample({} as never)).toBeUndefined();
  });
});

describe("a kind of function", () => {
  test("gets its arguments checked, and fails as a promise does", async () => {
    const seen: unknown[] = [];
    const kind = functionKind({ args, create: (given) => void seen.push(given) as never });
    const more = { name: "f", resolvePath: (file: string) => file, env: {}, timeoutMs: 1 };
    await kind.create({ limit: 7 }, more);
    expect(seen).toEqual([{ limit: 7 }]);
    await expect(kind.create({ limit: 0.5 }, more)).rejects.toThrow("limit");
  });
});
