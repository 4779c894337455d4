import { expect, test } from "vitest";
import { failed } from "../../test/support/run-values.ts";
import { judged, sideOf, spec } from "../../test/support/side-values.ts";
import { readSide } from "./read-side.ts";
import { noSeq, verdict } from "./side.ts";

test("a row is a sample: attempts are its mean, its verdicts and its places in issue order", async () => {
  const at = (index: number, attempt: number, seq: number, passed: boolean | undefined) =>
    judged(index, passed, { attempt, seq });
  const side = await sideOf([at(1, 1, 3, true), at(0, 0, 5, true), at(1, 0, 2, false), at(0, 2, 4, undefined)]);
  expect(side).toMatchObject({ size: 2, attempts: 3, primary: "accuracy" });
  expect([...side.seq]).toEqual([2, 4]);
  expect([...side.seqs]).toEqual([2, 3, noSeq, 5, noSeq, 4]);
  expect([...side.verdicts]).toEqual([verdict.failed, verdict.passed, verdict.none, verdict.passed, verdict.none, verdict.none]);
  expect([...(side.columns.get("accuracy")?.values ?? [])]).toEqual([0.5, 1]);
});

test("what was not scored has no value, and is never 0", async () => {
  const side = await sideOf([judged(0, undefined), failed(1)]);
  expect([...(side.columns.get("errors")?.values ?? [])]).toEqual([0, 1]);
  expect(side.columns.has("accuracy")).toBe(false);
});

test("what replies took is kept by sample; a reply from the cache took nothing", async () => {
  const completion = { text: "four", finish: "stop", ms: 20, cost: 0.5, usage: { input: 7, output: 1 } } as const;
  const side = await sideOf([judged(0, true, { completion }), judged(1, true, { completion: { ...completion, cached: true } })]);
  const of = (name: string) => [...(side.columns.get(name)?.values ?? [])];
  expect(of("ms")).toEqual([20, Number.NaN]);
  expect(of("cost")).toEqual([0.5, Number.NaN]);
  expect(of("output_tokens")).toEqual([1, 1]);
  expect(of("reply_characters")).toEqual([4, 4]);
  expect(side.facts.cached).toBe(1);
});

test("a reply is as sure as the product of its tokens", async () => {
  const logprobs = [
    { token: "a", logprob: Math.log(0.5) },
    { token: "b", logprob: Math.log(0.8) },
  ];
  const side = await sideOf([judged(0, true, { completion: { text: "ab", finish: "stop", ms: 1, logprobs } }), judged(1, true)]);
  expect(side.sureness?.[0]).toBeCloseTo(0.4, 6);
  expect(side.sureness?.[1]).toBeNaN();
});

test("a score called accuracy that leaves 0 to 1 is not taken for a share", async () => {
  const scores = [{ name: "accuracy", value: 3 }];
  expect((await sideOf([judged(0, true, { scores })])).columns.get("accuracy")?.unitRange).toBe(false);
});

test("groups and slices are read by row", async () => {
  const lines = ["x", "y", "x"].map((group, index) => judged(index, true, { seq: 2 - index, metadata: { group } }));
  const side = await sideOf([...lines, judged(3, true)], {
    spec: { ...spec, group_by: "metadata.group", slices: ["metadata.group"] },
  });
  expect([...(side.groups?.ids ?? [])].map((id) => side.groups?.text(id))).toEqual(["x", "y", "x", ""]);
  expect(side.slices[0]?.ids).toEqual(side.groups?.ids);
});

test("what a baseline knows of its run stands over what its lines can tell", async () => {
  const side = await sideOf([judged(0, true)]);
  const { completion, ...line } = judged(0, true);
  const baseline = await readSide({
    ...side.source,
    async *samples() {
      yield { ...line, flags: ["cut_off"] };
    },
    facts: { source: "baseline", baseline: "main", name: "main" },
  });
  expect(baseline.facts).toMatchObject({ source: "baseline", name: "main", completion_fn: "mock" });
  expect([...(baseline.columns.get("cut_off")?.values ?? [])]).toEqual([1]);
});

test("a first line that promises attempts nobody made takes no memory for them", async () => {
  const lines = Array.from({ length: 2000 }, (_, index) => judged(index, true, { seq: index * 10_000 }));
  await expect(sideOf(lines, { attempts: 10_000 })).rejects.toMatchObject({ code: "run.corrupt" });
});
