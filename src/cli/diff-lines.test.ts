import fc from "fast-check";
import { expect, test } from "vitest";
import { answered } from "../../test/support/run-values.ts";
import type { Flip } from "../core/comparison.ts";
import { flipLine } from "./diff-lines.ts";

const flip: Flip = {
  kind: "regression",
  id: "support.dev.112",
  item: "00",
  seq: 1,
  baseline: { passed: 1, of: 1 },
  candidate: { passed: 0, of: 1 },
  confidence: 0.97,
  stable: null,
};
const said = (text: string) =>
  answered(1, {
    input: "What does a disk do that memory does not when the power is cut?",
    ideal: ["A disk keeps files when the power is off"],
    completion: { text, finish: "stop", ms: 1 },
  });

test.each([
  {
    width: 150,
    line: 'support.dev.112 97 % sure: What does a disk do that memory does not wh… · wanted "A disk keeps files wh…", said "It keeps files" → "Nothing at all"',
  },
  { width: 58, line: 'support.dev.112: What do… said "It ke…" → "Nothing at all"' },
])("a flip on $width columns keeps the new answer, and its quotes close", ({ width, line }) => {
  const found = flipLine({ flip, baseline: said("It keeps files"), candidate: said("Nothing at all") }, width);
  expect(found.length).toBeLessThanOrEqual(width);
  expect(found).toBe(line);
});

test("no width makes a flip's line too wide, or leaves a quote open", () => {
  const text = fc.stringMatching(/^[a-z"\\\n]{0,60}$/);
  fc.assert(
    fc.property(text, text, fc.integer({ min: 40, max: 200 }), (before, now, width) => {
      const line = flipLine({ flip, baseline: said(before), candidate: said(now) }, width);
      expect(line.length).toBeLessThanOrEqual(width);
      const bare = line.replace(/\\./g, "");
      expect(bare.split('"').length % 2).toBe(1);
    }),
  );
});
