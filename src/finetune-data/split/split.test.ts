import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Conversation, conversationOf } from "../conversation.ts";
import { assignByLabel } from "./assign-by-label.ts";
import { groupedRows } from "./grouped-rows.ts";
import { groups } from "./groups.ts";
import { planSplit, type SplitPlan } from "./plan-split.ts";
import { readSplitRows, type SplitFields } from "./read-split-rows.ts";

const asked = (question: string, answer: string, metadata: Conversation["metadata"] = {}): Conversation =>
  conversationOf(
    [
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
    metadata,
  );
const plain: SplitFields = { by: [], near: false, skipBad: false };

function split(
  conversations: readonly Conversation[],
  fields: Partial<SplitFields> = {},
  { valid = 0.2, test: third = 0, seed = 42, file = "f" } = {},
): SplitPlan {
  const rows = conversations.map((conversation, at) => ({ line: at + 1, conversation }));
  const held = [{ name: "valid", share: valid }, ...(third > 0 ? [{ name: "test", share: third }] : [])];
  return planSplit(readSplitRows(file, rows, { ...plain, ...fields }), { held, seed, file });
}
const partsOf = (plan: SplitPlan, n: number) => Array.from({ length: n }, (_, row) => plan.partOf(row));

/** Groups of these sizes, and labels by chance. */
const grouped = fc.record({
  sizes: fc.array(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 })), { minLength: 4, maxLength: 120 }),
  valid: fc.double({ min: 0.05, max: 0.45, noNaN: true }),
  third: fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 0.45, noNaN: true })),
  seed: fc.nat(),
});

describe("a split", () => {
  test("has every row in one part, no group in two, and parts that are less than the largest group from what was wanted", () => {
    fc.assert(
      fc.property(grouped, ({ sizes, valid, third, seed }) => {
        const together = groups();
        const groupOf: number[] = [];
        for (const [group, size] of sizes.entries()) for (let i = 0; i < size; i++) groupOf[together.add()] = group;
        for (const [row, group] of groupOf.entries()) together.join(groupOf.indexOf(group), row);
        const total = groupOf.length;
        const wanted = [0, Math.round(valid * total), ...(third > 0 ? [Math.round(third * total)] : [])];
        wanted[0] = total - wanted.reduce((sum, n) => sum + n, 0);
        const rows = groupedRows(together, () => false);
        const labelOf = Int32Array.from(groupOf, (group, row) => (group * 7 + row * seed) % 3);
        const partOf = assignByLabel(rows, { wanted: wanted.map((n) => Math.max(n, 1e-9)), labelOf, labels: 3, seed });
        expect(rows.groups).toBe(sizes.length);
        const had = wanted.map(() => 0);
        for (const [group, size] of sizes.entries())
          had[partOf[group] as number] = (had[partOf[group] as number] as number) + size;
        expect(had.reduce((sum, n) => sum + n, 0)).toBe(total);
        const largest = Math.max(...sizes);
        for (const [part, n] of had.entries())
          expect(Math.abs(n - (wanted[part] as number))).toBeLessThan(Math.max(largest, 1) + 1e-6);
      }),
    );
  });

  test("has each label as often as the whole has, within as many rows as there are labels", () => {
    const labelled = fc.record({
      weights: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 8 }),
      n: fc.integer({ min: 40, max: 400 }),
      valid: fc.double({ min: 0.1, max: 0.4, noNaN: true }),
      third: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 0.4, noNaN: true })),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(labelled, ({ weights, n, valid, third, seed }) => {
        const bag = weights.flatMap((weight, label) => Array.from({ length: weight }, () => `label ${label}`));
        const rows = Array.from({ length: n }, (_, row) => asked(`question ${row}`, bag[(row * 31) % bag.length] as string));
        const plan = split(rows, { stratify: "answer" }, { valid, test: third, seed });
        for (const [at, label] of plan.labels.entries()) {
          const all = rows.filter(({ messages }) => messages[1]?.content === label).length;
          for (const { rows: size, wanted, labels } of plan.parts) {
            expect(size).toBe(wanted);
            expect(Math.abs((labels[at] as number) - (all * size) / n)).toBeLessThanOrEqual(plan.labels.length);
          }
        }
      }),
    );
  });

  test("is the same for the same seed whatever the file is called, and another for another", () => {
    const rows = Array.from({ length: 60 }, (_, row) => asked(`question ${row}`, `answer ${row}`));
    const first = partsOf(split(rows, {}, { file: "a.jsonl" }), 60);
    expect(partsOf(split(rows, {}, { file: "b.jsonl" }), 60)).toEqual(first);
    expect(partsOf(split(rows, {}, { seed: 7 }), 60)).not.toEqual(first);
  });

  test("keeps together what shares a prompt, an id, or a field, over all of them", () => {
    const rows = [
      asked("How do I move my mail to the new account today?", "so", { author: "ann" }),
      asked("how do I move my mail to the NEW account today", "otherwise", { author: "bob" }),
      asked("something else", "x", { author: "bob", team: ["red", "blue"] }),
      asked("a third thing", "y", { team: "blue" }),
      ...Array.from({ length: 20 }, (_, row) => asked(`question ${row}`, `answer ${row}`, { author: `somebody ${row}` })),
    ];
    const plan = split(rows, { by: ["metadata.author", "team"] });
    expect([0, 1, 2, 3].map((row) => plan.groupOf(row))).toEqual([1, 1, 1, 1]);
    expect(new Set([0, 1, 2, 3].map((row) => plan.partOf(row))).size).toBe(1);
    expect(plan).toMatchObject({ groups: 21, largest: 4 });
    expect([...plan.joined]).toEqual([
      ["the same prompt", 1],
      ["the same metadata.author", 1],
      ["the same team", 1],
    ]);
    expect([...plan.without]).toEqual([
      ["metadata.author", 1],
      ["team", 22],
    ]);
  });

  test("keeps a conversation together with the one that goes on from it", () => {
    const start: Conversation["messages"] = [
      { role: "user", content: "Hello there" },
      { role: "assistant", content: "Hi" },
    ];
    const longer = [
      ...start,
      { role: "user" as const, content: "And now?" },
      { role: "assistant" as const, content: "Now this" },
    ];
    const rows = [
      conversationOf(start),
      ...Array.from({ length: 9 }, (_, row) => asked(`q ${row}`, "a")),
      conversationOf(longer),
    ];
    const plan = split(rows, { stratify: "none" });
    expect(plan.groupOf(10)).toBe(1);
  });

  test("tells short questions apart by their system prompts", () => {
    const rows = Array.from({ length: 10 }, (_, row) =>
      conversationOf([
        { role: "system", content: `Translate the word number ${row}` },
        { role: "user", content: "Go on" },
        { role: "assistant", content: `word ${row}` },
      ]),
    );
    expect(split(rows).groups).toBe(10);
  });

  test("has near duplicates in one part, also through one that both are near to", () => {
    const words =
      "the quick brown fox jumps over the lazy dog while seven wizards box daringly near the quiet river bank today".split(" ");
    const version = (...other: readonly [number, string][]) => {
      const copy = [...words];
      for (const [at, word] of other) copy[at] = word;
      return copy.join(" ");
    };
    const rows = [
      asked(version(), "a"),
      asked(version([2, "red"]), "b"),
      asked(version([2, "red"], [8, "cat"]), "c"),
      asked(version([2, "red"], [8, "cat"], [13, "softly"]), "d"),
      ...Array.from({ length: 12 }, (_, row) =>
        asked(`${row} is ${"abcdefghijkl"[row]?.repeat(5)} a number of its own which nobody mentions ${row * 77}`, `d${row}`),
      ),
    ];
    expect(split(rows, { near: true }).groupOf(3)).toBe(1);
    expect(split(rows, { near: false }).groupOf(3)).toBe(4);
  });

  test("by time has the earliest rows to train on, and keeps groups with their earliest row", () => {
    const day = (n: number) => `2024-01-${String(n).padStart(2, "0")}T00:00:00Z`;
    const rows = Array.from({ length: 20 }, (_, row) => asked(`question ${row}`, `answer ${row}`, { time: day(20 - row) }));
    const plan = split(rows, { time: "metadata.time" }, { valid: 0.2, test: 0.1 });
    expect(partsOf(plan, 20)).toEqual([2, 2, 1, 1, 1, 1, ...Array.from({ length: 14 }, () => 0)]);
    const tied = rows.map((row, at) => (at === 0 ? { ...row, id: "same" } : at === 19 ? { ...row, id: "same" } : row));
    expect(split(tied, { time: "metadata.time" }, { valid: 0.2, test: 0.1 })).toMatchObject({ heldBack: 1 });
    expect(split(tied, { time: "metadata.time" }).partOf(0)).toBe(0);
  });

  test.each([
    { what: "a field that nobody has", fields: { by: ["metadata.autor"] }, says: "no row has metadata.autor" },
    { what: "labels that nobody has", fields: { stratify: "metadata.lable" }, says: "no row has metadata.lable" },
    {
      what: "a time that is none",
      fields: { time: "metadata.author" },
      says: 'line 1 has "ann" as metadata.author, which is no time',
    },
    {
      what: "one group alone",
      fields: { by: ["metadata.author"] },
      says: "nothing is left for valid: the largest group has 9 of 9 rows",
      authors: true,
    },
  ])("refuses $what", ({ fields, says }) => {
    const rows = Array.from({ length: 9 }, (_, row) => asked(`question ${row}`, `answer ${row}`, { author: "ann" }));
    expect(() => split(rows, fields)).toThrow(says);
  });

  test("refuses a row that cannot be read, or leaves it out of every part", () => {
    const rows = [
      { line: 1, fault: "is no JSON" },
      ...Array.from({ length: 10 }, (_, row) => ({ line: row + 2, conversation: asked(`question ${row}`, "a") })),
    ];
    expect(() => readSplitRows("f", rows, plain)).toThrow("line 1 is no JSON");
    const plan = planSplit(readSplitRows("f", rows, { ...plain, skipBad: true }), {
      held: [{ name: "valid", share: 0.2 }],
      seed: 1,
      file: "f",
    });
    expect(plan.rows).toBe(10);
    expect(plan.partOf(0)).toBe(-1);
  });

  test("takes answers for labels where few are given often", () => {
    const rows = (answer: (row: number) => string) =>
      Array.from({ length: 30 }, (_, row) => asked(`question ${row}`, answer(row)));
    expect(split(rows((row) => `label ${row % 3}`)).labels).toEqual(["label 0", "label 1", "label 2"]);
    expect(split(rows((row) => `label ${row}`)).labels).toEqual([]);
    expect(
      split(
        rows((row) => `label ${row % 3}`),
        { stratify: "none" },
      ).labels,
    ).toEqual([]);
  });
});
