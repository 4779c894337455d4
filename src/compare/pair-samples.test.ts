import fc from "fast-check";
import { expect, test } from "vitest";
import { judged, sideOf } from "../../test/support/side-values.ts";
import { textHash } from "../core/hash.ts";
import { pairSamples } from "./pair-samples.ts";

const contents = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 12 });

test("pairs each content as often as both sides have it, and no sample twice", async () => {
  await fc.assert(
    fc.asyncProperty(contents, contents, async (left, right) => {
      const [baseline, candidate] = await Promise.all(
        [left, right].map((items) => sideOf(items.map((item, index) => judged(index, true, { item })))),
      );
      if (baseline === undefined || candidate === undefined) throw new Error("two sides");
      const pairs = pairSamples(baseline, candidate);
      const count = (items: string[], item: string) => items.filter((one) => one === item).length;
      const both = [..."abcde"].reduce((sum, item) => sum + Math.min(count(left, item), count(right, item)), 0);
      expect(pairs.size).toBe(both);
      expect(new Set(pairs.baseline).size).toBe(both);
      expect(new Set(pairs.candidate).size).toBe(both);
      for (let at = 0; at < both; at++) {
        expect(left[pairs.baseline[at] as number]).toBe(right[pairs.candidate[at] as number]);
      }
    }),
  );
});

test("of equal contents those of one id meet, then those of one ideal", async () => {
  const ideal = (text: string) => ({ item: textHash("same"), ideal: textHash(text), prompt: "p" });
  const baseline = await sideOf([
    judged(0, true, { id: "a", hashes: ideal("x") }),
    judged(1, true, { id: "b", hashes: ideal("y") }),
    judged(2, true, { id: "c", hashes: ideal("z") }),
  ]);
  const candidate = await sideOf([
    judged(0, true, { id: "new", hashes: ideal("z") }),
    judged(1, true, { id: "b", hashes: ideal("x") }),
    judged(2, true, { id: "other", hashes: ideal("w") }),
  ]);
  const pairs = pairSamples(baseline, candidate);
  expect([...pairs.baseline]).toEqual([2, 1, 0]);
  expect([...pairs.changedIdeals]).toEqual([1, 2]);
});

test("a sample whose content changed under its id is told, and not paired", async () => {
  const baseline = await sideOf([judged(0, true, { item: "old text" }), judged(1, true), judged(2, true, { id: "gone" })]);
  const candidate = await sideOf([judged(0, true, { item: "new text" }), judged(1, true), judged(2, true, { item: "added" })]);
  expect(pairSamples(baseline, candidate)).toMatchObject({ size: 1, changedItems: 1 });
});

test("a prompt that is wrapped another way is paired and counted", async () => {
  const baseline = await sideOf([judged(0, true), judged(1, true)]);
  const wrapped = judged(1, true);
  const candidate = await sideOf([judged(0, true), { ...wrapped, hashes: { ...wrapped.hashes, prompt: textHash("longer") } }]);
  expect(pairSamples(baseline, candidate)).toMatchObject({ size: 2, changedPrompts: 1 });
});

test("pairs stand in the candidate's issue order, whatever the order of completion", async () => {
  const baseline = await sideOf([2, 0, 1].map((index) => judged(index, true)));
  const candidate = await sideOf([judged(0, true, { seq: 2 }), judged(1, true, { seq: 0 }), judged(2, true, { seq: 1 })]);
  const pairs = pairSamples(baseline, candidate);
  expect([...pairs.candidate]).toEqual([0, 1, 2]);
  expect([...pairs.baseline]).toEqual([1, 2, 0]);
});

test("one content a hundred thousand times is paired in a walk, not in a walk for each", async () => {
  const lines = Array.from({ length: 100_000 }, (_, index) =>
    judged(index, true, { item: "same", id: `${(index * 7919) % 100_000}` }),
  );
  const other = lines.map((line, index) => ({ ...line, id: `${index}` }));
  expect(pairSamples(await sideOf(lines), await sideOf(other)).size).toBe(100_000);
});
