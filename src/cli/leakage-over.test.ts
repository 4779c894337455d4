import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judged, sideOf } from "../../test/support/side-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { SideSource } from "../compare/index.ts";
import type { LeakKind } from "../core/leakage.ts";
import { leakFileLines } from "./leakage-file.ts";
import { leakCover, refuseUnfit } from "./leakage-over.ts";

const size = 60;

/** Of 60 samples the first `leaked` are known to leak. */
async function runSource(leaked: number | undefined): Promise<SideSource> {
  const lines = Array.from({ length: size }, (_, index) =>
    judged(index, true, index < (leaked ?? 0) ? { leak: "near" as const } : {}),
  );
  const leakage = { train: "own.jsonl", train_hash: "a1", train_rows: 500, leaked: leaked ?? 0 };
  const { source } = await sideOf(lines, leaked === undefined ? {} : { leakage });
  return source;
}

interface Written {
  readonly items: readonly string[];
  readonly evalHash?: string;
  readonly samples?: number;
  readonly trainHash?: string;
}

function leakFile({ items, evalHash = "other", samples = size, trainHash = "b2" }: Written): string {
  const file = join(temporaryFolder(), "leaks.jsonl");
  const leaks = items.map((item, at) => {
    const kind: LeakKind = "exact";
    return { type: "leak" as const, id: `x.${at}`, item, kind, similarity: 1, train_row: 1 };
  });
  const head = {
    ...{ type: "leaks" as const, format: 1, train: "train.jsonl", eval: "mine.jsonl", train_rows: 20, samples },
    ...{ train_hash: trainHash, eval_hash: evalHash, leaked: items.length },
  };
  writeFileSync(file, [...leakFileLines({ head, leaks })].join(""));
  return file;
}

async function itemsOf(source: SideSource, from: number, to: number): Promise<string[]> {
  const items: string[] = [];
  for await (const { index, hashes } of source.samples()) if (index >= from && index < to) items.push(hashes.item);
  return items;
}

async function covering(source: SideSource, files: readonly string[]) {
  const notes: string[] = [];
  const unfit = new Set(files);
  const cover = leakCover(
    files,
    (text) => notes.push(text),
    (file) => unfit.delete(file),
  );
  const over = (await cover?.(source)) ?? source;
  const kinds: (LeakKind | undefined)[] = [];
  for await (const { index, leak } of over.samples()) kinds[index] = leak;
  return { over, kinds, notes, unfit };
}

describe("a leak file over a run", () => {
  test("of as many other samples erases nothing, and is refused by a gate", async () => {
    const { over, kinds, notes, unfit } = await covering(await runSource(12), [leakFile({ items: ["ffff"] })]);
    expect(over.run.leakage).toMatchObject({ train: "own.jsonl", leaked: 12 });
    expect(kinds.filter((kind) => kind === "near").length).toBe(12);
    expect(notes).toEqual([expect.stringMatching(/says nothing of .*: it was made of 60 samples, and none that it found/)]);
    expect(() => refuseUnfit(unfit)).toThrow(expect.objectContaining({ code: "cli.usage" }));
  });

  test("that found nothing goes for a run of its data alone", async () => {
    const source = await runSource(undefined);
    const other = await covering(source, [leakFile({ items: [] })]);
    expect([other.over.run.leakage, other.unfit.size]).toEqual([undefined, 1]);
    const same = await covering(source, [leakFile({ items: [], evalHash: source.run.data.hash })]);
    expect(same.over.run.leakage).toMatchObject({ leaked: 0, train_hash: "b2" });
    expect([same.notes, same.unfit.size]).toEqual([[], 0]);
    expect(() => refuseUnfit(same.unfit)).not.toThrow();
  });

  test("is added to what the run found itself, the surer kind where both did", async () => {
    const source = await runSource(12);
    const file = leakFile({ items: await itemsOf(source, 10, 15), evalHash: source.run.data.hash });
    const { over, kinds } = await covering(source, [file]);
    expect(over.run.leakage).toEqual({ train: "own.jsonl, train.jsonl", train_hash: "a1+b2", train_rows: 520, leaked: 15 });
    expect(kinds.map((kind) => kind ?? "").join(" ")).toBe(
      [...Array(10).fill("near"), ...Array(5).fill("exact"), ...Array(45).fill("")].join(" "),
    );
  });

  test("of the same training data counts it once", async () => {
    const source = await runSource(12);
    const file = leakFile({ items: await itemsOf(source, 0, 12), trainHash: "a1" });
    expect((await covering(source, [file])).over.run.leakage).toMatchObject({ train_hash: "a1", train_rows: 500, leaked: 12 });
  });

  test("says so where it was made of other samples than the run's", async () => {
    const source = await runSource(undefined);
    const items = await itemsOf(source, 0, 2);
    expect((await covering(source, [leakFile({ items })])).notes).toEqual([]);
    const { notes } = await covering(source, [leakFile({ items: [...items, "ffff"] })]);
    expect(notes).toEqual([expect.stringContaining("count as clean")]);
  });
});
