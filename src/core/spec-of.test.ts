import { expect, test } from "vitest";
import { spec } from "../../test/support/side-values.ts";
import type { RunLine } from "./run-line.ts";
import { specOf } from "./spec-of.ts";

const id = "01JD4ZK5T00000000000000001";

test("is the eval of a run", () => {
  expect(specOf({ id, spec: spec as unknown as RunLine["spec"] })).toEqual(spec);
});

test.each([
  { key: "spec.sampling", without: "sampling" },
  { key: "spec.args", without: "args" },
])("an eval without $key is damage of the file, and the key is named", ({ key, without }) => {
  const rest = Object.fromEntries(Object.entries(spec).filter(([name]) => name !== without)) as RunLine["spec"];
  expect(() => specOf({ id, spec: rest }, "reports/a.jsonl")).toThrow(
    expect.objectContaining({
      code: "run.corrupt",
      message: expect.stringContaining(`reports/a.jsonl is damaged: ${key}: `),
      more: expect.objectContaining({ where: { file: "reports/a.jsonl", line: 1 } }),
    }),
  );
  expect(() => specOf({ id, spec: rest })).toThrow(`run ${id} is damaged: ${key}: `);
});
