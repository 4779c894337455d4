import fc from "fast-check";
import { expect, test } from "vitest";
import { answered } from "../../test/support/run-values.ts";
import { sampleLineSchema } from "../core/run-line.ts";
import { isCommonLine } from "./is-common-line.ts";

const common = answered(0, {
  scores: [{ name: "accuracy", value: 1, passed: true, label: "disk" }],
  completion: {
    text: "disk",
    finish: "stop",
    ms: 12.5,
    cost: 0.1,
    usage: { input: 3, output: 1, cached: 0 },
    served: { model: "m", build: "b" },
  },
  metadata: { label: "disk", deep: { any: [1, null] } },
  input: [{ role: "user", content: "why?" }],
  ideal: ["disk"],
  choices: ["disk", "network"],
  fields: { lang: "en" },
  leak: "near",
});

test("knows the line that a run of an ordinary eval writes", () => {
  expect(isCommonLine(common)).toBe(true);
  expect(isCommonLine({ ...common, input: "why?" })).toBe(true);
  expect(isCommonLine({ ...common, input: null })).toBe(true);
});

/** Every place in a value, as a path of keys. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, part]) => places(part, [...path, key]))];
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom(
    -1,
    0.5,
    Number.POSITIVE_INFINITY,
    "system",
    "tool",
    "length",
    "content_filter",
    null,
    true,
    [],
    {},
    [null],
    ["x"],
  ),
);

test("whatever it knows, the schema takes as it is", () => {
  const changes = fc.array(
    fc.record({
      at: fc.constantFrom(...places(common).filter((path) => path.length > 0)),
      how: fc.constantFrom("set", "delete", "add"),
      value: anything,
      key: fc.constantFrom("extra", "__proto__", "name", "refusal", "error", "tries", "answers", "weight"),
    }),
    { minLength: 1, maxLength: 3 },
  );
  let known = 0;
  fc.assert(
    fc.property(changes, (list) => {
      const changed = structuredClone(common) as Record<string, unknown>;
      for (const { at, how, value, key } of list) {
        let holder: unknown = changed;
        for (const step of at.slice(0, -1)) holder = (holder as Record<string, unknown> | null)?.[step];
        if (typeof holder !== "object" || holder === null) continue;
        const name = how === "add" ? key : (at.at(-1) as string);
        if (how === "delete") Reflect.deleteProperty(holder, name);
        else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
      }
      const line = JSON.parse(JSON.stringify(changed)) as Record<string, unknown>;
      if (!isCommonLine(line)) return;
      known++;
      expect(sampleLineSchema.parse(line)).toEqual(line);
    }),
    { numRuns: 3000 },
  );
  expect(known).toBeGreaterThan(100);
});
