import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { LabelsHead } from "../core/label-line.ts";
import { labelsPath, openLabels, preferencesPath, readLabels } from "./label-file.ts";
import { listRuns } from "./list-runs.ts";

const head: LabelsHead = {
  type: "labels",
  format: 1,
  run: "R1",
  eval: "a.dev.v1",
  judges: [{ fn: "http", model: "j" }],
  scorer: { name: "model-graded", hash: "h" },
  score: "accuracy",
  started: "2026-11-20T10:00:00.000Z",
};
const at = "2026-11-20T10:01:00.000Z";

describe("a file of labels", () => {
  test("stands beside its run, and is no run", async () => {
    const folder = temporaryFolder();
    const file = labelsPath(join(folder, "20261120T100000Z-r1.jsonl"));
    expect(file).toBe(join(folder, "20261120T100000Z-r1.labels.jsonl"));
    expect(preferencesPath(join(folder, "b.jsonl"), "R1")).toBe(join(folder, "b.vs-r1.preferences.jsonl"));
    const writer = await openLabels(file, head);
    await writer.close();
    const broken: string[] = [];
    expect(listRuns(folder, (name) => broken.push(name))).toEqual([]);
    expect(broken).toEqual([]);
  });

  test("keeps every answer, the last one about a reply counting, and only ever grows", async () => {
    const file = join(temporaryFolder(), "a.labels.jsonl");
    const first = await openLabels(file, head);
    first.draw([{ seq: 3, item: "i3" }]);
    first.answer(3, "yes", at);
    await first.close();
    const before = readFileSync(file, "utf8");
    const second = await openLabels(file, { ...head, run: "another" });
    second.answer(3, "no", at);
    second.draw([{ seq: 5, item: "i5" }]);
    await second.close();
    expect(readFileSync(file, "utf8").startsWith(before)).toBe(true);
    const stored = readLabels(file, "labels");
    expect(stored?.head).toEqual(head);
    expect(stored?.drawn.map(({ seq }) => seq)).toEqual([3, 5]);
    expect([...(stored?.answers ?? [])]).toEqual([[3, "no"]]);
  });

  test("is locked while somebody writes it", async () => {
    const file = join(temporaryFolder(), "a.labels.jsonl");
    const writer = await openLabels(file, head);
    await expect(openLabels(file, head)).rejects.toMatchObject({ code: "run.locked" });
    await writer.close();
  });

  test("a line that was cut short is passed over, and gone on behind", async () => {
    const file = join(temporaryFolder(), "a.labels.jsonl");
    const writer = await openLabels(file, head);
    writer.answer(1, "yes", at);
    await writer.close();
    appendFileSync(file, '{"type":"answer","se');
    expect(readLabels(file, "labels")?.answers.size).toBe(1);
    const again = await openLabels(file, head);
    again.answer(2, "no", at);
    await again.close();
    expect([...(readLabels(file, "labels")?.answers ?? [])]).toEqual([
      [1, "yes"],
      [2, "no"],
    ]);
  });

  test.each([
    { text: "no JSON\n", code: "run.corrupt", line: 1 },
    { text: `${JSON.stringify(head)}\n{"type":"answer","seq":-1,"answer":"yes","at":"x"}\n`, code: "run.corrupt", line: 2 },
    { text: `${JSON.stringify(head)}\n{"type":"answer","seq":1,"answer":"maybe","at":"x"}\n`, code: "run.corrupt", line: 2 },
    { text: `${JSON.stringify({ type: "draw", items: [] })}\n`, code: "run.corrupt", line: 1 },
    { text: `${JSON.stringify({ ...head, format: 9 })}\n`, code: "run.format-newer", line: undefined },
  ])("$code is told where it stands", ({ text, code, line }) => {
    const file = join(temporaryFolder(), "a.labels.jsonl");
    writeFileSync(file, text);
    expect(() => readLabels(file, "labels")).toThrow(expect.objectContaining({ code }));
    if (line !== undefined)
      expect(() => readLabels(file, "labels")).toThrow(
        expect.objectContaining({ more: expect.objectContaining({ where: { file, line } }) }),
      );
  });

  test("there may be none", () => {
    expect(readLabels(join(temporaryFolder(), "a.labels.jsonl"), "labels")).toBeUndefined();
  });
});
