import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../core/json.ts";
import type { SampleContent } from "../core/sample.ts";
import { rowGroups } from "./row-groups.ts";

const row = (group: Json | undefined, index: number): SampleContent => ({
  id: `s${index}`,
  index,
  input: "q",
  ideal: [],
  fields: {},
  metadata: group === undefined ? {} : { group },
});

const values = fc.array(fc.constantFrom("a", "b", "c", 1, true, undefined), { maxLength: 40 });

test("every row stands once, those of a group together and in file order", () => {
  fc.assert(
    fc.property(values, fc.nat(), (groups, seed) => {
      const all = rowGroups("metadata.group");
      for (const [index, group] of groups.entries()) all.add(row(group, index));
      const order = [...all.order(seed)];
      expect([...order].sort((a, b) => a - b)).toEqual(groups.map((_, index) => index));
      for (const value of new Set(groups)) {
        if (value === undefined) continue;
        const places = order.flatMap((at, place) => (groups[at] === value ? [place] : []));
        expect((places.at(-1) ?? 0) - (places[0] ?? 0)).toBe(places.length - 1);
        const rows = places.map((place) => order[place] as number);
        expect(rows).toEqual([...rows].sort((a, b) => a - b));
      }
    }),
  );
});

test("the order of groups is the seed's: the same again, and another with another seed", () => {
  const all = rowGroups("metadata.group");
  for (let index = 0; index < 60; index++) all.add(row(index % 20, index));
  expect(all.order(1)).toEqual(all.order(1));
  expect(all.order(1)).not.toEqual(all.order(2));
});

test("knows how many rows the largest group has", () => {
  const all = rowGroups("metadata.group");
  expect(all.largest()).toBe(0);
  for (const [index, group] of ["a", "b", "a", undefined, "a"].entries()) all.add(row(group, index));
  expect(all.largest()).toBe(3);
});
