import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ended, failed, fileText, runLine } from "../../test/support/run-values.ts";
import { judged, sideOf, spec } from "../../test/support/side-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { SampleLine } from "../core/run-line.ts";
import { listRuns } from "../runs/index.ts";
import type { FinishedRun } from "./run-pair.ts";
import { sinceLines } from "./since.ts";

/** A run and the one before it, both on disk. */
function withPrevious(before: readonly SampleLine[], now: readonly SampleLine[]): FinishedRun {
  const out = temporaryFolder();
  const earlier = runLine({ spec, id: "01JD4ZK5T00000000000000001", started: "2026-11-19T09:00:00.000Z" });
  writeFileSync(join(out, "before.jsonl"), fileText(earlier, ...before, ended()));
  const [previous] = listRuns(out);
  const file = join(out, "now.jsonl");
  writeFileSync(file, fileText(runLine({ spec }), ...now, ended()));
  return { id: "01JD", file, eval: "tickets.v1", model: "mock", samples: 10, end: ended(), failure: undefined, previous };
}

test("says in one sentence what changed since the run before, over the samples that both judged", async () => {
  const before = [judged(0, true), judged(1, true), judged(2, false), judged(3, true), failed(4), judged(5, true)];
  const now = [judged(0, false), judged(1, true), judged(2, true), judged(3, false), judged(4, true), failed(5)];
  const [sentence, ...regressions] = await sinceLines(withPrevious(before, now));
  expect(sentence).toMatch(
    /^Cannot tell mock \(2026-11-20\) from mock \(2026-11-19\) .*: 2 of 4 right instead of 3 \(−25\.0 points, /,
  );
  expect(regressions).toHaveLength(2);
});

test("says nothing where no sample is in both, there is no run before, or the run failed", async () => {
  expect(await sinceLines(withPrevious([judged(0, true)], [judged(1, true, { item: "other" })]))).toEqual([]);
  expect(await sinceLines({ ...withPrevious([judged(0, true)], [judged(0, true)]), previous: undefined })).toEqual([]);
  expect(await sinceLines({ ...withPrevious([judged(0, true)], [judged(0, true)]), end: ended({ status: "failed" }) })).toEqual(
    [],
  );
});

test("says nothing of replies from the cache beside the run that they were first given in; beside a baseline it does", async () => {
  const cached = ended({ cached: { replies: 1, grades: 0 } });
  const run = { ...withPrevious([judged(0, true)], [judged(0, true)]), end: cached };
  expect(await sinceLines(run)).toEqual([]);
  expect(await sinceLines(run, await sideOf([judged(0, true)], { completion_fn: "main" }))).toHaveLength(1);
});

test("a baseline goes before the run before", async () => {
  const run = withPrevious([judged(0, true)], [judged(0, true)]);
  const [sentence] = await sinceLines(run, await sideOf([judged(0, true)], { completion_fn: "main" }));
  expect(sentence).toContain("mock from main");
});

test("shows three regressions at most, each on one line without controls, whatever reply and data hold", async () => {
  const nasty = `\u001b[2J\n\u202e"x"\r\u0085${"y".repeat(500)}`;
  const completion = { text: nasty, finish: "stop" as const, ms: 1 };
  const lost = (seq: number) => judged(seq, false, { id: `${nasty}${seq}`, input: nasty, ideal: [nasty], completion });
  const seqs = [0, 1, 2, 3, 4];
  const run = withPrevious(
    seqs.map((seq) => judged(seq, true)),
    seqs.map(lost),
  );
  const lines = await sinceLines(run);
  expect(lines).toHaveLength(4);
  for (const line of lines.slice(1)) {
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    expect(line.length).toBeLessThan(160);
  }
});

test("shows question, wanted and both replies", async () => {
  const input = [
    { role: "system" as const, content: "Sort it." },
    { role: "user" as const, content: "I was charged twice" },
  ];
  const reply = (text: string) => ({ input, ideal: ["billing"], completion: { text, finish: "stop" as const, ms: 1 } });
  const run = withPrevious([judged(7, true, reply("billing"))], [judged(7, false, reply("refund"))]);
  expect((await sinceLines(run))[1]).toBe('  s7: I was charged twice · wanted "billing", said "billing" → "refund"');
});
