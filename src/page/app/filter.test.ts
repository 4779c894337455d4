import { describe, expect, test } from "vitest";
import type { PageCell, PageData, PageRow } from "../page-data.ts";
import { everything, type Filter, filterRows, labelsOf, questionText } from "./filter.ts";

const cell = (run: number, outcome: PageCell["outcome"], part: Partial<PageCell> = {}): PageCell => ({ run, outcome, ...part });
const row = (id: string, cells: readonly PageCell[], part: Partial<PageRow> = {}): PageRow => ({
  eval: 0,
  id,
  attempt: 0,
  cells,
  ...part,
});

const rows = [
  row("worse", [cell(0, "passed", { text: "Paris", label: "paris" }), cell(1, "failed", { text: "London", label: "london" })], {
    input: [
      { role: "system", content: "Answer in one word." },
      { role: "user", content: "Capital of France?" },
    ],
    ideal: ["Paris"],
    metadata: { continent: "Europe", level: 1 },
  }),
  row("better", [cell(0, "failed", { text: "", flags: ["empty"] }), cell(1, "passed", { text: "Lima" })], {
    input: "Capital of Peru?",
    metadata: { continent: "America" },
  }),
  row("both", [cell(0, "passed"), cell(1, "passed", { flags: ["cut_off"] })], { leak: "near" }),
  row("broken", [cell(0, "error", { error: { code: "provider.rate", message: "slow down" } }), cell(1, "unscored")]),
  row("alone", [cell(2, "scored")], { eval: 1, fields: { pattern: "a.b" } }),
];
const data = {
  columns: ["base", "tuned"],
  rows,
  comparisons: [],
  runs: [
    { eval: 0, column: 0 },
    { eval: 0, column: 1 },
    { eval: 1, column: 0 },
  ],
} as unknown as PageData;

const shown = (part: Partial<Filter>) => filterRows(data, { ...everything, ...part }).map(({ id }) => id);

describe("filterRows", () => {
  test.each<[string, Partial<Filter>, readonly string[]]>([
    ["nothing asked", {}, ["worse", "better", "both", "broken", "alone"]],
    ["failed anywhere", { outcome: "failed" }, ["worse", "better"]],
    ["failed in one model", { outcome: "failed", column: 1 }, ["worse"]],
    ["different between models", { outcome: "different" }, ["worse", "better", "broken"]],
    ["errors", { outcome: "error" }, ["broken"]],
    ["in the training data", { leaked: true }, ["both"]],
    ["not in the training data", { leaked: false, eval: 0 }, ["worse", "better", "broken"]],
    ["one eval", { eval: 1 }, ["alone"]],
    ["a flag", { flag: "empty" }, ["better"]],
    ["a flag in the model that has it not", { flag: "empty", column: 1 }, []],
    ["a flag and an outcome of different cells", { flag: "empty", outcome: "passed" }, []],
    ["a label", { label: "london" }, ["worse"]],
    ["an ideal", { ideal: "Paris" }, ["worse"]],
    ["got worse", { change: { baseline: 0, candidate: 1, kind: "only_baseline" } }, ["worse"]],
    ["got better", { change: { baseline: 0, candidate: 1, kind: "only_candidate" } }, ["better"]],
    ["both right", { change: { baseline: 0, candidate: 1, kind: "both" } }, ["both"]],
    ["an error is no pair", { change: { baseline: 0, candidate: 1, kind: "neither" } }, []],
    ["a slice", { slice: { path: "metadata.continent", value: "Europe" } }, ["worse"]],
    ["a slice by a number", { slice: { path: "metadata.level", value: "1" } }, ["worse"]],
    ["a slice by a name that every object has", { slice: { path: "metadata.constructor", value: "x" } }, []],
    ["text of a question, in any case", { query: " CAPITAL of f" }, ["worse"]],
    ["text of a reply", { query: "lima" }, ["better"]],
    ["text of an error", { query: "provider.rate" }, ["broken"]],
    ["a pattern is plain text", { query: "a.*" }, []],
  ])("%s", (_, filter, ids) => {
    expect(shown(filter)).toEqual(ids);
  });
});

test("where runs were compared, the comparison says how a sample fared, and in how many attempts", () => {
  const pair = (change: "both" | "only_baseline", stable?: boolean) => ({
    pairs: [{ of: 0, change, ...(stable !== undefined && { stable }) }],
  });
  const compared = {
    ...data,
    comparisons: [{ runs: { baseline: 0, candidate: 1 } }],
    rows: [
      // One attempt of a sample whose majority did not change.
      row("one attempt", [cell(0, "passed"), cell(1, "failed")], pair("both")),
      row("always", [cell(0, "passed"), cell(1, "failed")], pair("only_baseline", true)),
      row("mostly", [cell(0, "passed"), cell(1, "passed")], pair("only_baseline", false)),
      row("unpaired", [cell(0, "passed"), cell(1, "failed")]),
    ],
  } as unknown as PageData;
  const worse = (stable: boolean | null) =>
    filterRows(compared, { ...everything, change: { baseline: 0, candidate: 1, kind: "only_baseline", stable } }).map(
      ({ id }) => id,
    );
  expect([worse(null), worse(true), worse(false)]).toEqual([["always", "mostly"], ["always"], ["mostly"]]);
});

test("a row shows what was asked last, or its fields", () => {
  expect(rows.map(questionText)).toEqual(["Capital of France?", "Capital of Peru?", "", "", '{"pattern":"a.b"}']);
});

test("labels come by how often they were said", () => {
  const said = ["b", "a", "b"].map((label, index) => row(String(index), [cell(0, "failed", { label })]));
  expect(labelsOf(said)).toEqual(["b", "a"]);
});
