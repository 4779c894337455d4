import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judged } from "../../test/support/side-values.ts";
import type { SampleLine } from "../core/run-line.ts";
import { sampleKeys } from "./sample-keys.ts";

/** A line of the sample with this id; `ideal` tells its right answer. */
function line(id: string, item: string, more: { attempt?: number; ideal?: string } = {}): SampleLine {
  const { attempt = 0, ideal = "" } = more;
  const made = judged(0, true, { item, id, attempt });
  return { ...made, hashes: { ...made.hashes, ideal: `ideal ${ideal}` } };
}

describe("the same content twice", () => {
  test("meets the sample of its id in another run, whichever was answered first", () => {
    const keys = sampleKeys();
    const [base, tuned] = [keys(), keys()];
    const [a, b] = [base(line("a", "same")), base(line("b", "same"))];
    expect(a.sample).not.toBe(b.sample);
    expect(tuned(line("b", "same"))).toEqual(b);
    expect(tuned(line("a", "same"))).toEqual(a);
  });

  test("without an id in common meets the one with its right answer, else the next, and each only one", () => {
    const keys = sampleKeys();
    const [base, tuned] = [keys(), keys()];
    const [yes, no] = [base(line("a", "same", { ideal: "yes" })), base(line("b", "same", { ideal: "no" }))];
    expect(tuned(line("x", "same", { ideal: "no" }))).toEqual(no);
    expect(tuned(line("y", "same", { ideal: "other" }))).toEqual(yes);
    expect([yes.sample, no.sample]).not.toContain(tuned(line("z", "same")).sample);
  });

  test("is one sample in all its attempts, in whatever order they came, and at every reading of the run", () => {
    const attempt = fc.record({ id: fc.constantFrom("a", "b"), attempt: fc.integer({ min: 0, max: 2 }) });
    const key = (one: { id: string; attempt: number }) => `${one.id}/${one.attempt}`;
    fc.assert(
      fc.property(fc.uniqueArray(attempt, { selector: key }), (all) => {
        const keys = sampleKeys();
        const read = () => {
          const of = keys();
          return all.map((one) => ({ ...one, ...of(line(one.id, "same", one)) }));
        };
        const first = read();
        for (const id of ["a", "b"]) {
          expect(new Set(first.filter((one) => one.id === id).map(({ sample }) => sample)).size).toBeLessThanOrEqual(1);
        }
        expect(new Set(first.map(({ row }) => row)).size).toBe(all.length);
        expect(read()).toEqual(first);
      }),
    );
  });

  test("under one id twice is two samples", () => {
    const of = sampleKeys()();
    expect(of(line("a", "same")).row).not.toBe(of(line("a", "same")).row);
  });
});
