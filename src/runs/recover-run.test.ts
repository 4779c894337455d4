import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answered, ended, failed, fileText, gather, lateScore, runLine, session } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunFileLine, SampleLine, ScoreLine } from "../core/run-line.ts";
import { readRun } from "./read-run.ts";
import { recoverRun } from "./recover-run.ts";

function fileOf(...lines: readonly (RunFileLine | string)[]): string {
  const file = join(temporaryFolder(), "run.jsonl");
  writeFileSync(file, fileText(...lines));
  return file;
}

/** Recovers a file; also what was shown on the way. */
async function recover(file: string, resumeHash = "r") {
  const samples: SampleLine[] = [];
  const scores: ScoreLine[] = [];
  const recovered = await recoverRun(file, resumeHash, {
    sample: (line) => void samples.push(line),
    score: (line) => void scores.push(line),
  });
  return { ...recovered, samples, scores };
}

const seqsOf = ({ has }: { has(at: number): boolean }) => Array.from({ length: 20 }, (_, seq) => seq).filter((seq) => has(seq));
const content = (file: string) => readFileSync(file, "utf8");
const stateOf = (file: string) => ({ text: content(file), inode: statSync(file).ino, written: statSync(file).mtimeMs });

describe("recoverRun", () => {
  test("shows what is answered and scored, each once, and leaves a sound file untouched", async () => {
    const file = fileOf(
      runLine(),
      answered(3),
      answered(1),
      answered(3),
      lateScore(3),
      lateScore(3, 0),
      '{"type":"weather"}\n',
      "\n",
    );
    const before = stateOf(file);
    const { samples, scores, done, lateScored, droppedErrors } = await recover(file);
    expect(samples).toEqual([answered(3), answered(1)]);
    expect(scores).toEqual([lateScore(3)]);
    expect(seqsOf(done)).toEqual([1, 3]);
    expect(seqsOf(lateScored)).toEqual([3]);
    expect(droppedErrors).toBe(0);
    expect(stateOf(file)).toEqual(before);
  });

  test("drops errors, first, last and in the middle, and not what only looks like one", async () => {
    const like = answered(4, { metadata: { error: { code: "provider.server", message: "", tries: [] } } });
    const file = fileOf(runLine(), failed(0), answered(1), failed(2), failed(3), like, lateScore(1), failed(5));
    const { droppedErrors, done, samples } = await recover(file);
    expect(droppedErrors).toBe(4);
    expect(seqsOf(done)).toEqual([1, 4]);
    expect(samples).toEqual([answered(1), like]);
    expect(content(file)).toBe(fileText(runLine(), answered(1), like, lateScore(1)));
    expect(readdirSync(dirname(file))).toEqual(["run.jsonl"]);
  });

  test("drops a line that was cut short, and puts back a lost newline", async () => {
    const cut = fileOf(runLine(), answered(0), '{"type":"sample","id":"s1","at');
    expect(seqsOf((await recover(cut)).done)).toEqual([0]);
    expect(content(cut)).toBe(fileText(runLine(), answered(0)));

    const whole = fileOf(runLine(), answered(0), fileText(answered(1)).trimEnd());
    expect(seqsOf((await recover(whole)).done)).toEqual([0, 1]);
    expect(content(whole)).toBe(fileText(runLine(), answered(0), answered(1)));

    const first = fileOf(fileText(runLine()).trimEnd());
    expect(seqsOf((await recover(first)).done)).toEqual([]);
    expect(content(first)).toBe(fileText(runLine()));
  });

  test("an answer to what was an error once counts, whichever stands first", async () => {
    const file = fileOf(runLine(), failed(0), answered(0), answered(1), failed(1));
    const { done, droppedErrors } = await recover(file);
    expect(seqsOf(done)).toEqual([0, 1]);
    expect(droppedErrors).toBe(2);
    expect(content(file)).toBe(fileText(runLine(), answered(0), answered(1)));
  });

  test.each([
    { name: "another run", lines: [runLine({ resume_hash: "other" }), failed(0)], code: "run.resume-mismatch" },
    { name: "a complete run", lines: [runLine(), failed(0), ended()], code: "run.resume-mismatch" },
    { name: "nonsense in the middle", lines: [runLine(), failed(0), "x\n", answered(1)], code: "run.corrupt" },
    { name: "a damaged sample", lines: [runLine(), failed(0), '{"type":"sample"}\n'], code: "run.corrupt" },
    { name: "an empty file", lines: [], code: "run.corrupt" },
    { name: "a first line cut short", lines: [fileText(runLine()).slice(0, 99)], code: "run.corrupt" },
  ])("refuses $name and leaves it as it was", async ({ lines, code }) => {
    const file = fileOf(...lines);
    const before = content(file);
    await expect(recover(file)).rejects.toMatchObject({ code, more: { where: { file } } });
    expect(content(file)).toBe(before);
    expect(readdirSync(dirname(file))).toEqual(["run.jsonl"]);
  });

  test.each([
    { name: "stopped", lines: [ended({ status: "stopped" })] },
    { name: "failed", lines: [ended({ status: "failed" })] },
    { name: "complete once, and resumed since", lines: [ended(), session()] },
  ])("goes on with a run that is $name", async ({ lines }) => {
    expect(seqsOf((await recover(fileOf(runLine(), answered(0), ...lines))).done)).toEqual([0]);
  });

  test("a file that is not there is not found", async () => {
    await expect(recover(join(temporaryFolder(), "none.jsonl"))).rejects.toMatchObject({ code: "run.not-found" });
  });

  describe("the time of the sessions before", () => {
    const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, "0")}:00.000Z`;
    const started = runLine({ started: at(0) });

    test.each([
      { name: "a session that ended says it", lines: [ended({ status: "stopped", wall_ms: 1234 })], lastWrite: 50, wallMs: 1234 },
      { name: "a killed one lasted to its last write", lines: [], lastWrite: 2, wallMs: 120_000 },
      {
        name: "an ended one, then a killed one",
        lines: [ended({ status: "stopped", wall_ms: 1000 }), session({ at: at(30), wall_ms: 1000 })],
        lastWrite: 31,
        wallMs: 61_000,
      },
      {
        name: "two killed ones",
        lines: [session({ at: at(30), wall_ms: 120_000 })],
        lastWrite: 31,
        wallMs: 180_000,
      },
      {
        name: "a session line of before such times were kept",
        lines: [ended({ status: "stopped", wall_ms: 1000 }), session({ at: at(30) })],
        lastWrite: 31,
        wallMs: 61_000,
      },
      { name: "a clock that went back counts nothing", lines: [session({ at: at(30), wall_ms: 7 })], lastWrite: 1, wallMs: 7 },
    ])("$name", async ({ lines, lastWrite, wallMs }) => {
      const file = fileOf(started, answered(0), ...lines, failed(1));
      utimesSync(file, new Date(at(lastWrite)), new Date(at(lastWrite)));
      expect((await recover(file)).wallMs).toBe(wallMs);
    });
  });

  test("after a cut at any byte it keeps exactly the whole answers, and the rest can be added", async () => {
    const folder = temporaryFolder();
    const seqs = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 });
    const kind = fc.constantFrom<"answered" | "late" | "failed">("answered", "late", "failed");
    const run = fc.tuple(seqs, fc.array(kind, { minLength: 7, maxLength: 7 }), fc.double({ min: 0, max: 1, noNaN: true }));
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(run, async ([order, kinds, share]) => {
        const head = runLine();
        const rest: RunFileLine[] = order.flatMap((seq, at) => {
          if (kinds[at] === "failed") return [failed(seq)];
          return kinds[at] === "late" ? [answered(seq), lateScore(seq)] : [answered(seq)];
        });
        const bytes = Buffer.from(fileText(head, ...rest));
        const first = Buffer.byteLength(fileText(head));
        const cut = Math.round(first - 1 + share * (bytes.length - first + 1));
        const file = join(folder, `${nth++}.jsonl`);
        writeFileSync(file, bytes.subarray(0, cut));

        // A line is whole when all of it but its newline is there.
        let end = first;
        const kept = rest.filter((line) => {
          end += Buffer.byteLength(fileText(line));
          return end - 1 <= cut && !("error" in line);
        });
        const { done, lateScored, samples, scores } = await recover(file);
        expect(samples).toEqual(kept.filter(({ type }) => type === "sample"));
        expect(scores).toEqual(kept.filter(({ type }) => type === "score"));
        expect([seqsOf(done), seqsOf(lateScored)]).toEqual([
          samples.map(({ seq }) => seq).sort(),
          scores.map(({ seq }) => seq).sort(),
        ]);
        expect(content(file)).toBe(fileText(head, ...kept));

        const missing = rest.filter((line) => !kept.includes(line) && !("error" in line));
        writeFileSync(file, fileText(session(), ...missing), { flag: "a" });
        const uncut = join(folder, "uncut.jsonl");
        writeFileSync(uncut, fileText(head, ...rest.filter((line) => !("error" in line))));
        expect(await foldOf(file)).toEqual(await foldOf(uncut));
      }),
      { numRuns: 300 },
    );
  });

  test("after a cut at each byte of a small run too", async () => {
    const head = runLine();
    const bytes = Buffer.from(fileText(head, answered(0), failed(1), answered(2), lateScore(2), ended({ status: "stopped" })));
    const file = join(temporaryFolder(), "run.jsonl");
    const ends = [answered(0), failed(1), answered(2)].map((_, at) => lineEnd(bytes, at + 2));
    for (let cut = lineEnd(bytes, 1) - 1; cut <= bytes.length; cut++) {
      writeFileSync(file, bytes.subarray(0, cut));
      const wanted = [0, 1, 2].filter((seq) => seq !== 1 && (ends[seq] as number) - 1 <= cut);
      expect(seqsOf((await recover(file)).done)).toEqual(wanted);
      expect(content(file).endsWith("}\n")).toBe(true);
    }
  });
});

/** Where a line of a file ends, newline included; lines count from 1. */
function lineEnd(bytes: Buffer, line: number): number {
  let end = 0;
  for (let at = 0; at < line; at++) end = bytes.indexOf(0x0a, end) + 1;
  return end;
}

async function foldOf(file: string): Promise<SampleLine[]> {
  return (await gather((await readRun(file)).samples())).sort((a, b) => a.seq - b.seq);
}
