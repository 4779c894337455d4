import { describe, expect, test } from "vitest";
import { caseOf, rightLines, today } from "../../../test/support/gate-values.ts";
import { judged, sideOf } from "../../../test/support/side-values.ts";
import type { Side } from "../side.ts";
import { type Contender, type OpenSmallest, smallestOf } from "./smallest.ts";

const n = 1000;
const parentBytes = 8_000_000_000;

/** A model that answers as its parent does, but for those that it has wrong. */
async function model(name: string, wrong: readonly number[], size = n): Promise<Side> {
  const lines = Array.from({ length: size }, (_, index) => judged(index, index < 900 && !wrong.includes(index)));
  return sideOf(lines, { completion_fn: name, id: `run of ${name}`, model: { fn: "llama", model: name } });
}

const first = (count: number) => Array.from({ length: count }, (_, index) => index);

async function smallest(
  models: readonly { readonly name: string; readonly bytes: number; readonly side?: Side }[],
  margin = 0.02,
): Promise<OpenSmallest> {
  const parent = await model("f16", []);
  const contenders = await Promise.all(
    models.map(async ({ name, bytes, side }): Promise<Contender> => {
      const cases = side === undefined ? [] : [await caseOf(parent, side, { margin: { accuracy: margin } })];
      return { name, bytes, cases, missing: side === undefined ? ["tickets.heldout.v1"] : [] };
    }),
  );
  return smallestOf({ parent: { name: "f16", bytes: parentBytes }, contenders, evals: ["tickets.heldout.v1"], today });
}

const verdicts = ({ candidates }: OpenSmallest) => candidates.map(({ name, verdict }) => [name, verdict]);

describe("the smallest that is not worse", () => {
  test("is the smallest of those whose bound is above minus the margin, and the sentence says what it stands on", async () => {
    const found = await smallest([
      { name: "q8", bytes: 4_300_000_000, side: await model("q8", []) },
      { name: "q2", bytes: 1_500_000_000, side: await model("q2", first(200)) },
      { name: "q4", bytes: 2_400_000_000, side: await model("q4", first(2)) },
    ]);
    expect(verdicts(found)).toEqual([
      ["q2", "worse"],
      ["q4", "not-worse"],
      ["q8", "not-worse"],
    ]);
    expect(found.model).toBe("q4");
    expect(found.sentence).toBe(
      "q4 (2.40 GB of 8.00 GB) is the smallest of 3 that is not worse than f16 by more than the margin on tickets.heldout.v1 (1,000 samples, 95 % confidence for all 3 together).",
    );
  });

  test("shares the 5 % among those it is chosen from, step by step: one that alone would pass is open among several", async () => {
    // 11 flips of 1,000 against a margin of 2 points: p between 5 % / 4 and 5 %.
    const close = { name: "close", bytes: 1e9, side: await model("close", first(11)) };
    const alone = await smallest([close]);
    expect(alone.candidates[0]?.verdict).toBe("not-worse");
    expect(alone.candidates[0]?.alpha).toBe(0.05);
    const bad = await Promise.all(
      [1, 2, 3].map(async (at) => ({ name: `bad ${at}`, bytes: at, side: await model(`bad ${at}`, first(100 + at)) })),
    );
    const among = await smallest([close, ...bad]);
    expect(among.model).toBeNull();
    expect(among.candidates.map(({ alpha, verdict }) => [alpha, verdict])).toEqual([
      [0.0125, "worse"],
      [0.0125, "worse"],
      [0.0125, "worse"],
      [0.0125, "open"],
    ]);
    // Those that are shown leave their part of it to the others.
    const good = await Promise.all(
      [1, 2, 3].map(async (at) => ({ name: `good ${at}`, bytes: 9e8 + at, side: await model(`good ${at}`, []) })),
    );
    const last = (await smallest([close, ...good])).candidates.at(-1);
    expect([last?.name, last?.alpha, last?.verdict]).toEqual(["close", 0.05, "not-worse"]);
  });

  test("where the samples do not tell, it says so, and how many more would", async () => {
    const few = await smallest([{ name: "q4", bytes: 2e9, side: await model("q4", first(15)) }]);
    expect(few.model).toBeNull();
    expect(few.candidates[0]?.more_samples).toBeGreaterThan(100);
    expect(few.sentence).toMatch(
      /^It is not shown that q4 is not worse than f16 by more than the margin on tickets\.heldout\.v1 \(1,000 samples, 95 % confidence\); of q4 the samples do not tell: about [\d,]+ more would, if the differences seen are the true ones\.$/,
    );
    const larger = await smallest([
      { name: "q4", bytes: 2e9, side: await model("q4", first(15)) },
      { name: "q8", bytes: 4e9, side: await model("q8", []) },
    ]);
    expect(larger.sentence).toMatch(
      /^q8 \(4\.00 GB of 8\.00 GB\) is the smallest of 2 that .*; of q4 the samples do not tell: about /,
    );
  });

  test("all are worse; nothing to choose from; of equal size the better one", async () => {
    const worse = await smallest([{ name: "q2", bytes: 1e9, side: await model("q2", first(300)) }]);
    expect(worse.sentence).toMatch(/^q2 is worse than f16 by more than the margin on tickets/);
    expect((await smallest([])).sentence).toBe("No model here is known to be as small as f16: there is nothing to choose from.");
    const twin = await smallest([{ name: "q8", bytes: parentBytes - 32, side: await model("q8", []) }]);
    expect(twin.sentence).toMatch(/^q8 \(8\.00 GB, 32 bytes smaller\) is not worse than f16/);
    const larger = [{ name: "f16b", bytes: parentBytes + 32 }];
    const f16 = { name: "f16", bytes: parentBytes };
    expect(smallestOf({ parent: f16, contenders: [], larger, evals: ["tickets.heldout.v1"], today }).sentence).toBe(
      "No model here is known to be as small as f16: there is nothing to choose from (f16b, 8.00 GB too, is 32 bytes larger).",
    );
    const parent = { name: "step 2", bytes: parentBytes, side: await model("step 2", []) };
    const equal = await smallest([{ name: "step 1", bytes: parentBytes, side: await model("step 1", first(2)) }, parent]);
    expect(equal.sentence).toMatch(/^step 2 \(8\.00 GB, the same size\) is the smallest of 2 /);
  });

  test("what a gate would not let pass is not shown, whatever its numbers: too few of the samples, an eval it was not run on", async () => {
    const part = await sideOf(rightLines(500, 500), { completion_fn: "part", id: "run of part" });
    const found = await smallest([
      { name: "part", bytes: 1e9, side: part },
      { name: "none", bytes: 2e9 },
    ]);
    expect(verdicts(found)).toEqual([
      ["part", "open"],
      ["none", "open"],
    ]);
    expect(found.candidates[0]?.refused[0]).toMatch(/only 500 of 1,000 samples are on both sides/);
    expect(found.candidates[1]?.refused).toEqual(["it was not run on tickets.heldout.v1"]);
    expect(found.sentence).toMatch(/; of 2 models nothing can be said \(of part: only 500 of 1,000/);
  });
});
