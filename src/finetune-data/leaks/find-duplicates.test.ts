import { describe, expect, test } from "vitest";
import { seededRandom } from "../../core/random.ts";
import { findDuplicates } from "./find-duplicates.ts";

const row = (at: number, ...texts: readonly string[]) => ({
  row: at + 1,
  system: "",
  turns: texts.map((text, turn) => ({ text, answer: turn % 2 === 1 })),
});
const rowsOf = (texts: readonly (readonly string[])[]) => texts.map((one, at) => row(at, ...one));

const long = "The volume is full, please remove old files from the folder of the nightly backups";

describe("findDuplicates", () => {
  test("sorts rows into those that repeat to the letter, but for form, and nearly", async () => {
    const { clusters, summary } = await findDuplicates(
      rowsOf([
        [long, "disk"],
        ["Hello", "hi"],
        [long, "disk"],
        [long.toUpperCase(), "Disk!"],
        [long.replace("old", "big"), "disk"],
        ["hello!", "hi"],
      ]),
      { shown: 10 },
    );
    expect(summary).toEqual({ rows: 6, duplicates: 4, kinds: { exact: 1, normalised: 2, near: 1 }, clusters: 2, conflicts: 0 });
    expect(clusters).toMatchObject([
      { rows: [1, 3, 4, 5], kind: "near", texts: [expect.stringContaining("remove old"), expect.stringContaining("remove big")] },
      { rows: [2, 6], kind: "normalised", texts: ["hello hi"] },
    ]);
  });

  test("counts prompts that have another answer elsewhere", async () => {
    const { summary } = await findDuplicates(
      rowsOf([
        ["a", "yes"],
        ["A!", "no"],
        ["b", "no"],
        ["a", "Yes."],
      ]),
      { shown: 0 },
    );
    expect(summary).toMatchObject({ conflicts: 1, duplicates: 1 });
  });

  test("tells exact from normalised behind thousands of repeated rows", async () => {
    const texts = [...Array.from({ length: 5000 }, () => ["a"]), ["b"], ["b"], ["B"]];
    const { summary } = await findDuplicates(rowsOf(texts), { shown: 0 });
    expect(summary.kinds).toEqual({ exact: 5000, normalised: 1, near: 0 });
  });

  test("takes a few words that are nearly others for no duplicate", async () => {
    const { summary } = await findDuplicates(rowsOf([["What is 6 + 7?"], ["What is 6 + 8?"]]), { shown: 0 });
    expect(summary.duplicates).toBe(0);
  });

  test("makes no cluster of a whole file by small steps", async () => {
    const words = Array.from({ length: 60 }, (_, at) => `word${at}`);
    const steps = Array.from({ length: 10 }, (_, step) => [
      words.map((word, at) => (at < step * 6 ? `other${at}` : word)).join(" "),
    ]);
    const { clusters } = await findDuplicates(rowsOf(steps), { shown: 10 });
    expect(clusters.length).toBeGreaterThan(2);
    for (const { rows } of clusters) expect(rows).not.toEqual(expect.arrayContaining([1, 10]));
  });

  test("finds rows that differ in one word of thirty, among rows that have nothing in common, however many", async () => {
    const random = seededRandom(3);
    const text = () => Array.from({ length: 30 }, () => Math.floor(random() * 36 ** 5).toString(36)).join(" ");
    const originals = Array.from({ length: 1500 }, text);
    const copies = originals.slice(0, 200).map((one) => one.replace(/^\S+/, "changed"));
    const { summary } = await findDuplicates(rowsOf([...originals, ...copies].map((one) => [one])), { shown: 0 });
    expect(summary).toMatchObject({ rows: 1700, duplicates: 200, kinds: { near: 200 }, clusters: 200 });
  });
});
