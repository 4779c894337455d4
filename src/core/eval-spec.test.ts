import { describe, expect, test } from "vitest";
import { valueAt } from "./eval-spec.ts";

describe("valueAt", () => {
  const sample = {
    metadata: { label: "disk", flag: false, none: null, deep: { er: 1 }, list: [1] },
    fields: { lang: "de" },
    input: "x",
  };

  test.each([
    { path: "metadata.label", value: "disk" },
    { path: "metadata.flag", value: false },
    { path: "metadata.none", value: null },
    { path: "metadata.deep.er", value: 1 },
    { path: "metadata.deep", value: { er: 1 } },
    { path: "fields.lang", value: "de" },
    { path: "metadata.missing", value: undefined },
    { path: "metadata.none.more", value: undefined },
    { path: "metadata.label.length", value: undefined },
    { path: "metadata.list.0", value: undefined },
    { path: "input.length", value: undefined },
    { path: "metadata.toString", value: undefined },
    { path: "metadata.__proto__", value: undefined },
    { path: "", value: undefined },
  ])("at $path is $value", ({ path, value }) => {
    expect(valueAt(sample, path)).toEqual(value);
  });
});
