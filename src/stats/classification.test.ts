import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classificationOf, confusionOf } from "./classification.ts";

const actual = ["disk", "disk", "disk", "auth", "auth", "network"];
const predicted = ["disk", "disk", "auth", "auth", null, "disk"];

test("who is taken for whom", () => {
  expect(confusionOf(actual, predicted)).toEqual({
    labels: ["auth", "disk", "network"],
    counts: [
      [1, 0, 0],
      [1, 2, 0],
      [0, 1, 0],
    ],
    none: [1, 0, 0],
  });
});

test("a label outside the list is none", () => {
  expect(confusionOf(["a", "b"], ["a", "zebra"], ["b", "a"])).toEqual({
    labels: ["b", "a"],
    counts: [
      [0, 0],
      [0, 1],
    ],
    none: [1, 0],
  });
});

describe("classificationOf", () => {
  test("has each label's scores, with null for what is not defined", () => {
    const { accuracy, perLabel, macro, weighted } = classificationOf(confusionOf(actual, predicted));
    expect(accuracy).toBe(0.5);
    expect(perLabel).toEqual([
      { label: "auth", n: 2, precision: 1 / 2, recall: 1 / 2, f1: 1 / 2 },
      { label: "disk", n: 3, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3 },
      { label: "network", n: 1, precision: null, recall: 0, f1: 0 },
    ]);
    expect(macro.precision).toBeCloseTo((1 / 2 + 2 / 3) / 3, 12);
    expect(macro.f1).toBeCloseTo((1 / 2 + 2 / 3) / 3, 12);
    expect(weighted.recall).toBeCloseTo(0.5, 12);
    expect(weighted.f1).toBeCloseTo((2 * (1 / 2) + 3 * (2 / 3)) / 6, 12);
  });

  test("a label that neither occurs nor is given enters no mean", () => {
    const { perLabel, macro } = classificationOf(confusionOf(["a", "b"], ["a", "b"], ["a", "b", "c"]));
    expect(perLabel[2]).toEqual({ label: "c", n: 0, precision: null, recall: null, f1: null });
    expect(macro).toEqual({ precision: 1, recall: 1, f1: 1 });
  });

  const label = fc.constantFrom("a", "b", "c", "d");
  const samples = fc.array(fc.record({ is: label, given: fc.option(label) }), { minLength: 1, maxLength: 60 });

  test("weighted recall is accuracy, F1 is the harmonic mean, nothing depends on the order", () => {
    fc.assert(
      fc.property(samples, (list) => {
        const confusion = confusionOf(
          list.map((s) => s.is),
          list.map((s) => s.given),
        );
        const turned = [...list].reverse();
        expect(
          confusionOf(
            turned.map((s) => s.is),
            turned.map((s) => s.given),
          ),
        ).toEqual(confusion);
        const { accuracy, perLabel, weighted } = classificationOf(confusion);
        expect(weighted.recall).toBeCloseTo(accuracy, 12);
        expect(accuracy).toBeCloseTo(list.filter((s) => s.is === s.given).length / list.length, 12);
        for (const { precision, recall, f1 } of perLabel) {
          if (precision === null || recall === null || precision + recall === 0) continue;
          expect(f1).toBeCloseTo((2 * precision * recall) / (precision + recall), 12);
        }
      }),
    );
  });
});

test("refuses unequal lengths, nothing, a label twice, and a true label outside the list", () => {
  expect(() => confusionOf(["a"], [])).toThrow(RangeError);
  expect(() => confusionOf([], [])).toThrow(RangeError);
  expect(() => confusionOf(["a"], ["a"], ["b"])).toThrow(RangeError);
  expect(() => confusionOf(["a"], ["a"], ["a", "a"])).toThrow(RangeError);
});
