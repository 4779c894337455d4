import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { readPrices } from "./price-tables.ts";

const packaged = fileURLToPath(new URL("../../registry", import.meta.url));

function rootWith(text: string): string {
  const root = join(temporaryFolder(), "registry");
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, "prices.yaml"), text);
  return root;
}

const price = (input: number, output: number) => ({ input, output });

describe("a model's price", () => {
  const text = `
prices:
  big: { input: 1, output: 2 }
  big-2024-05-13: { input: 3, output: 4 }
  "big-*": { input: 5, output: 6 }
  "big-mini-*": { input: 7, output: 8 }
  free: { input: 0, output: 0 }
`;

  test.each([
    { name: "its own", model: "big", is: price(1, 2) },
    { name: "its base's, for a dated snapshot", model: "big-2025-01-31", is: price(1, 2) },
    { name: "its own, for a snapshot that has one", model: "big-2024-05-13", is: price(3, 4) },
    { name: "a pattern's", model: "big-latest", is: price(5, 6) },
    { name: "the longest pattern's", model: "big-mini-2025-01-31", is: price(7, 8) },
    { name: "0 where it says so", model: "free", is: price(0, 0) },
    { name: "unknown for a name that nothing fits", model: "bigger", is: undefined },
    { name: "unknown for part of a name", model: "bi", is: undefined },
    { name: "unknown for what is no date", model: "big2-1106", is: undefined },
  ])("is $name", ({ model, is }) => {
    const root = rootWith(text);
    expect(readPrices([root], root)("http", model)?.price).toEqual(is);
  });
});

describe("prices that ship with the package", () => {
  const find = readPrices([packaged], packaged);

  test.each([
    { model: "gpt-4.1-mini", is: { input: 0.4, cached_input: 0.1, output: 1.6 } },
    { model: "gpt-4.1-mini-2025-04-14", is: { input: 0.4, cached_input: 0.1, output: 1.6 } },
    { model: "gpt-4o-2024-05-13", is: { input: 5, output: 15 } },
    { model: "ft:gpt-4.1-mini-2025-04-14:acme::BxYz12", is: { input: 0.8, cached_input: 0.2, output: 3.2 } },
    { model: "ft:gpt-9-2025-04-14:acme::BxYz12", is: undefined },
    { model: "gpt-4.1-micro", is: undefined },
  ])("hold for $model", ({ model, is }) => {
    expect(find("openai", model)?.price).toEqual(is);
    expect(find("azure", model)?.price).toEqual(is);
  });

  test("are dated, and are nobody else's for a model of that name", () => {
    expect(find("openai", "gpt-4o")?.source).toMatch(/^OpenAI 20\d\d-\d\d-\d\d$/);
    expect(find("http", "gpt-4o")).toBeUndefined();
  });

  test("give way to one's own, model by model", () => {
    const own = rootWith("date: 2026-11-01\nprices: { gpt-4o: { input: 1, output: 1 } }\n");
    const both = readPrices([packaged, own], own);
    expect(both("openai", "gpt-4o")).toEqual({ price: price(1, 1), source: "own 2026-11-01" });
    expect(both("openai", "gpt-4o-mini")?.source).toMatch(/^OpenAI/);
  });
});

describe("a prices.yaml", () => {
  test("need not be there", () => {
    const folder = temporaryFolder();
    expect(readPrices([folder], folder)("openai", "gpt-4o")).toBeUndefined();
  });

  test.each([
    {
      name: "a price that is text",
      text: "prices:\n  a: { input: cheap, output: 1 }\n",
      line: 2,
      column: 15,
      message: /a\.input is "cheap"; a number/,
    },
    {
      name: "a price below 0",
      text: "prices:\n  a: { input: 1, output: -1 }\n",
      line: 2,
      column: 26,
      message: /a\.output is not valid/,
    },
    { name: "a price without output", text: "prices:\n  a: { input: 1 }\n", line: 2, column: 3, message: /a\.output is missing/ },
    {
      name: "a part of a price that nobody knows",
      text: "prices:\n  a: { input: 1, output: 1, cached: 1 }\n",
      line: 2,
      column: 29,
      message: /unknown key "cached"/,
    },
    {
      name: "a model at the top",
      text: "gpt-4o: { input: 1, output: 1 }\n",
      line: 1,
      column: 1,
      message: /unknown key "gpt-4o"/,
    },
    { name: "a date that is none", text: "date: soon\nprices: {}\n", line: 1, column: 1, message: /a day such as/ },
    { name: "no YAML", text: "prices: [\n", line: 2, column: 1, message: /not valid YAML/ },
  ])("with $name is refused at its place", ({ text, line, column, message }) => {
    const root = rootWith(text);
    expect(() => readPrices([root], dirname(root))).toThrow(
      expect.objectContaining({
        code: "registry.invalid",
        message: expect.stringMatching(message),
        more: expect.objectContaining({ where: { file: "registry/prices.yaml", line, column } }),
      }),
    );
  });
});
