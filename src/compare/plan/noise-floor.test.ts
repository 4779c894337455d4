import { describe, expect, test } from "vitest";
import { judged, sideOf } from "../../../test/support/side-values.ts";
import { exactUnchanged } from "./exact-rates.ts";
import { noiseFloor } from "./noise-floor.ts";

/** Of n samples those in `wrong` failed. */
const side = (n: number, wrong: readonly number[], id = "run") =>
  sideOf(
    Array.from({ length: n }, (_, at) => judged(at, !wrong.includes(at))),
    { id },
  );

describe("two runs of one model", () => {
  test("what changed, the margin that this leaves room for, and one above it", async () => {
    const [first, second] = [await side(300, [1, 2, 3, 4]), await side(300, [3, 4, 5, 6], "again")];
    const found = await noiseFloor(first, second, { margin: 0.01 });
    expect(found).toMatchObject({
      runs: ["run", "again"],
      changed: { changed: 4, of: 300 },
      difference: 0,
      below: true,
      judge: null,
    });
    const at = (margin: number, share = 4 / 300) => exactUnchanged({ n: 300, margin, discordance: share }).pass;
    expect(at(found?.floor ?? 0)).toBeGreaterThanOrEqual(0.8);
    expect(at(0.98 * (found?.floor ?? 0))).toBeLessThan(0.8);
    // The margin holds even if the upper 95 % limit of the share is the true one.
    expect(found?.margin).toBeGreaterThan(found?.floor ?? 1);
    expect(at(found?.margin ?? 0, 0.03)).toBeGreaterThanOrEqual(0.8);
    expect(found?.declared?.unchanged.inconclusive).toBeGreaterThan(0.2);
  });

  test("a margin above the floor is not warned of; equal runs have a floor all the same", async () => {
    const found = await noiseFloor(await side(200, [1]), await side(200, [1]), { margin: 0.05 });
    expect(found).toMatchObject({ below: false, changed: { changed: 0, of: 200, low: 0 } });
    // With no flip seen, one in a hundred may still come: .95^200 is far below 5 %.
    expect(found?.floor).toBeGreaterThan(0.01);
    expect(found?.changed.high).toBeGreaterThan(0.01);
  });

  test("of grades without a range it is their spread that counts; alike all through, nothing can be said", async () => {
    const graded = (shift: (at: number) => number) =>
      sideOf(Array.from({ length: 60 }, (_, at) => judged(at, true, { scores: [{ name: "grade", value: 3 + shift(at) }] })));
    const found = await noiseFloor(await graded(() => 0), await graded((at) => (at % 2 === 0 ? 1 : -1)), { margin: null });
    // 2.486 standard errors of 60 differences of one grade each.
    expect(found?.floor).toBeCloseTo((2.4865 * Math.sqrt(60 / 59)) / Math.sqrt(60), 3);
    expect(found).toMatchObject({ unit_range: false, declared: null, below: false });
    expect(await noiseFloor(await graded(() => 0), await graded(() => 0), { margin: null })).toBeNull();
  });

  test("replies graded twice tell the judge's share", async () => {
    const [first, second] = [await side(50, [1]), await side(50, [1])];
    const found = await noiseFloor(first, second, { margin: null, judged: [first, await side(50, [1, 2, 3])] });
    expect(found?.judge).toMatchObject({ changed: 2, of: 50, share: 0.04 });
  });
});
