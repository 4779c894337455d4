import { describe, expect, test } from "vitest";
import { chooseSamples } from "./choose-samples.ts";
import type { Draft } from "./draft-samples.ts";

const labels = ["cat", "dog", "cow"];

/** Enough labelled rows for labels to be labels, from line 100 on. */
const filler = Array.from({ length: 12 }, (_, at) => draft(100 + at, `filler ${at}`, labels[at % 3] as string));

function draft(line: number, input: Draft["input"], ideal: string | string[], more: Partial<Draft> = {}): Draft {
  return { line, input, ideal: typeof ideal === "string" ? [ideal] : ideal, metadata: {}, more: {}, ...more };
}

const user = (content: string, system?: string) => [
  ...(system === undefined ? [] : [{ role: "system" as const, content: system }]),
  { role: "user" as const, content },
];

describe("chooseSamples", () => {
  test.each([
    { name: "the same text again", rows: [draft(1, "a", "cat"), draft(2, "a", "cat")], kept: [1], dropped: { duplicate: [2] } },
    {
      name: "but for white space",
      rows: [draft(1, "a b", "cat"), draft(2, " a\n\tb ", "cat")],
      kept: [1],
      dropped: { duplicate: [2] },
    },
    {
      name: "but for how an accent is written",
      rows: [draft(1, "é", "cat"), draft(2, "e\u0301", "cat")],
      kept: [1],
      dropped: { duplicate: [2] },
    },
    {
      name: "but for the system prompt",
      rows: [draft(1, user("a"), "cat"), draft(2, user("a", "Be brief."), "cat")],
      kept: [1],
      dropped: { duplicate: [2] },
    },
    {
      name: "as text and as chat",
      rows: [draft(1, "a", "cat"), draft(2, user("a"), "cat")],
      kept: [1],
      dropped: { duplicate: [2] },
    },
    { name: "in another case is another text", rows: [draft(1, "a", "cat"), draft(2, "A", "cat")], kept: [1, 2], dropped: {} },
    {
      name: "with other fields is another question",
      rows: [draft(1, "a", "cat", { more: { x: 1 } }), draft(2, "a", "cat")],
      kept: [1, 2],
      dropped: {},
    },
    {
      name: "contradicting labels",
      rows: [draft(1, "a", "cat"), draft(2, "b", "cow"), draft(3, "a", "dog")],
      kept: [2],
      dropped: { conflict: [1, 3] },
    },
    { name: "no text", rows: [draft(1, " \n", "cat"), draft(2, user(""), "cat")], kept: [], dropped: { "empty-input": [1, 2] } },
    { name: "no answer", rows: [draft(1, "a", " "), draft(2, "b", [])], kept: [], dropped: { "empty-ideal": [1, 2] } },
    {
      name: "an id again",
      rows: [draft(1, "a", "cat", { id: "x" }), draft(2, "b", "cat", { id: "x" })],
      kept: [1],
      dropped: { "repeated-id": [2] },
    },
  ])("$name", ({ rows, kept, dropped }) => {
    const chosen = chooseSamples([...rows, ...filler]);
    expect(chosen.samples.map(({ line }) => line).filter((line) => line < 100)).toEqual(kept);
    expect(Object.fromEntries(chosen.dropped.map(({ reason, lines }) => [reason, lines]))).toEqual(dropped);
  });

  test("what a model was trained on is no sample, whatever its answer was", () => {
    const { samples, dropped } = chooseSamples(
      [draft(1, "a  b", "cat"), ...filler],
      [draft(9, user("a b", "Sort."), "dog"), { line: 10, fault: "is no JSON" }],
    );
    expect(samples).toHaveLength(filler.length);
    expect(dropped).toEqual([{ reason: "in-training", lines: [1] }]);
  });

  test("without labels, answers in other words to one question stand together", () => {
    const { samples, merged, kind } = chooseSamples([
      draft(1, "who?", "Ada"),
      draft(2, "who?", "Ada Lovelace"),
      draft(3, "when?", "1843"),
    ]);
    expect(kind).toEqual({ kind: "short" });
    expect(samples.map(({ ideal }) => ideal)).toEqual([["Ada", "Ada Lovelace"], ["1843"]]);
    expect(merged).toBe(1);
  });

  test("a label of which every row contradicts another is none", () => {
    const rows = [...filler, draft(1, "a", "cat"), draft(2, "a", "lynx")];
    expect(chooseSamples(rows).kind).toEqual({ kind: "labels", labels: expect.not.arrayContaining(["lynx"]) });
  });

  test("each row is a sample or dropped, once", () => {
    const rows = [
      draft(1, "a", "cat"),
      draft(2, "a", "dog"),
      draft(3, "", ""),
      { line: 4, fault: "is no JSON" },
      draft(5, "b", "cat"),
      draft(6, "b", "cat"),
      ...filler,
    ];
    const { samples, dropped } = chooseSamples(rows, filler.slice(0, 2));
    const lines = [...samples.map(({ line }) => line), ...dropped.flatMap((one) => one.lines)];
    expect(lines.sort((a, b) => a - b)).toEqual(rows.map(({ line }) => line).sort((a, b) => a - b));
  });
});
