import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failed } from "../../test/support/run-values.ts";
import { judged, sideOf } from "../../test/support/side-values.ts";
import { seededRandom } from "../core/random.ts";
import type { SampleLine } from "../core/run-line.ts";
import { type FailFast, type FailFastOptions, failFast } from "./fail-fast.ts";
import type { Column } from "./side.ts";

const size = 60;
const allRight = () => sideOf(Array.from({ length: size }, (_, index) => judged(index, true)));

async function watchOf(more: Partial<FailFastOptions> = {}): Promise<FailFast> {
  return failFast({ baseline: await allRight(), attempts: 1, margin: 0.03, alpha: 0.05, ...more });
}

test("stops a run that is clearly worse, after a few samples", async () => {
  const watch = await watchOf();
  let asked = 0;
  while (watch.stop?.() === null && asked < size) watch.observe(judged(asked++, false));
  expect(watch.stop?.()).toBe("run.early-fail");
  expect(asked).toBeLessThan(15);
});

test("never stops a run that is as good", async () => {
  const watch = await watchOf();
  for (let index = 0; index < size; index++) watch.observe(judged(index, true));
  expect(watch.stop?.()).toBeNull();
  expect(watch.samples).toBe(size);
});

test("bets in issue order: a wrong reply that is early waits for those before it", async () => {
  const watch = await watchOf();
  for (let index = 1; index < size; index++) watch.observe(judged(index, false));
  expect([watch.samples, watch.failed]).toEqual([0, false]);
  watch.observe(judged(0, true));
  expect([watch.samples, watch.failed]).toEqual([size, true]);
});

test("an error, and a reply that could not be scored, count as right", async () => {
  const watch = await watchOf();
  for (let index = 0; index < size; index++)
    watch.observe(index % 2 === 0 ? { ...failed(index), hashes: judged(index, true).hashes } : judged(index, undefined));
  expect([watch.samples, watch.failed]).toEqual([size, false]);
});

test("a judge's score is waited for", async () => {
  const watch = await watchOf();
  const { scores, ...bare } = judged(0, false);
  watch.observe({ ...bare, scores: [] });
  expect(watch.samples).toBe(0);
  watch.observeScores?.({ type: "score", id: bare.id, attempt: 0, seq: 0, index: 0, scores: scores ?? [] });
  expect(watch.samples).toBe(1);
});

test("samples that the baseline lacks, or was judged on by another ideal, are passed over", async () => {
  const watch = await watchOf();
  const other = judged(1, false);
  watch.observe(judged(0, false, { item: "new" }));
  watch.observe({ ...other, hashes: { ...other.hashes, ideal: "00000000000000ff" } });
  watch.observe(judged(2, true));
  expect(watch.samples).toBe(1);
});

test("several attempts of a sample are one bet, placed when the last is there", async () => {
  const watch = await watchOf({ attempts: 2 });
  const at = (index: number, attempt: number): SampleLine => judged(index, false, { attempt, seq: index * 2 + attempt });
  watch.observe(at(0, 1));
  expect(watch.samples).toBe(0);
  watch.observe(at(0, 0));
  expect(watch.samples).toBe(1);
});

test("a group is one bet, placed when the next begins", async () => {
  const one = await watchOf({ groups: { path: "metadata.g", largest: 30 } });
  // Thirty wrong of one group say no more than one group can.
  for (let index = 0; index < 31; index++) one.observe(judged(index, false, { metadata: { g: index < 30 ? "a" : "b" } }));
  expect(one.failed).toBe(false);
  const single = await watchOf();
  for (let index = 0; index < 31; index++) single.observe(judged(index, false));
  expect(single.failed).toBe(true);
});

test("the decision is the same in whatever order replies come", async () => {
  const baseline = await allRight();
  const verdicts = fc.array(fc.constantFrom(true, false, undefined), { minLength: 30, maxLength: 30 });
  const order = fc.shuffledSubarray(
    Array.from({ length: 30 }, (_, index) => index),
    { minLength: 30 },
  );
  fc.assert(
    fc.property(verdicts, order, (passed, shuffled) => {
      const after = (indexes: readonly number[]) => {
        const watch = failFast({ baseline, attempts: 1, margin: 0.02, alpha: 0.05 });
        for (const index of indexes) watch.observe(judged(index, passed[index]));
        return [watch.samples, watch.failed];
      };
      expect(after(shuffled)).toEqual(after([...shuffled].sort((a, b) => a - b)));
    }),
  );
});

describe("under continuous looking, wrong replies coming faster than right ones", () => {
  const n = 300;
  const runs = 600;

  /** Share of runs that are stopped, and samples asked on average, when the candidate is `drop` worse than the baseline. */
  async function stopped(drop: number, grouped: boolean): Promise<{ share: number; asked: number }> {
    const random = seededRandom(7);
    let [stops, asked] = [0, 0];
    // 8 of 100 flip either way, and `drop` more for the worse.
    const baselineOf = (flip: number) => flip >= 0.08 / 2;
    const worse = (flip: number) => flip > 1 - (0.08 / 2 + drop);
    const base = await sideOf(Array.from({ length: n }, (_, index) => judged(index, true)));
    for (let run = 0; run < runs; run++) {
      const groupFlips = Array.from({ length: n / 5 }, random);
      const flips = Array.from({ length: n }, (_, index) => (grouped ? (groupFlips[Math.floor(index / 5)] as number) : random()));
      const values = Float64Array.from(flips, (flip) => (baselineOf(flip) ? 1 : 0));
      const accuracy: Column = { name: "accuracy", values, unitRange: true, unit: "1", better: "higher", kind: "score" };
      const baseline = { ...base, columns: new Map([["accuracy", accuracy]]) };
      const watch = failFast({
        baseline,
        attempts: 1,
        margin: 0.03,
        alpha: 0.05,
        groups: grouped ? { path: "metadata.g", largest: 5 } : undefined,
      });
      // Twenty in flight; of those a wrong reply comes first.
      const flight: SampleLine[] = [];
      let next = 0;
      let done = 0;
      while (done < n && watch.stop?.() === null) {
        while (flight.length < 20 && next < n) {
          const index = next++;
          flight.push(judged(index, !worse(flips[index] as number), { metadata: { g: Math.floor(index / 5) } }));
        }
        const at = Math.max(
          0,
          flight.findIndex(({ scores }) => scores?.[0]?.value === 0),
        );
        watch.observe(flight.splice(at, 1)[0] as SampleLine);
        done++;
      }
      asked += done;
      if (watch.failed) stops++;
    }
    return { share: stops / runs, asked: asked / runs };
  }

  // Three standard errors of a simulation of 600 around 5 %.
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);

  test.each([
    { drop: 0.03, grouped: false },
    { drop: 0, grouped: false },
    { drop: 0.03, grouped: true },
  ])(
    "a model worse by $drop is stopped in at most 5 % (groups: $grouped)",
    async ({ drop, grouped }) => {
      expect((await stopped(drop, grouped)).share).toBeLessThan(most);
    },
    60_000,
  );

  test("one that is worse by 30 points is stopped, after a fraction of the samples", async () => {
    const { share, asked } = await stopped(0.3, false);
    expect(share).toBe(1);
    expect(asked).toBeLessThan(n / 3);
  }, 60_000);
});
