import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holdSession } from "./label-session.ts";

async function* typed(...chunks: readonly (string | Uint8Array)[]) {
  yield* chunks;
}

async function session(chunks: readonly (string | Uint8Array)[], size = 3, before: Record<number, "yes" | "no"> = {}) {
  const said = new Map<number, "yes" | "no">(Object.entries(before).map(([at, one]) => [Number(at), one]));
  const recorded: [number, string][] = [];
  let text = "";
  const whole = await holdSession<"yes" | "no">(
    {
      size,
      show: (at) => `question ${at}`,
      said: (at) => said.get(at),
      choices: { y: "yes", n: "no" },
      help: "y n b q",
      record(at, one) {
        said.set(at, one);
        recorded.push([at, one]);
      },
    },
    { keys: typed(...chunks), write: (more) => (text += more), clears: false },
  );
  return { whole, recorded, text, said };
}

describe("a session of questions", () => {
  test.each([
    {
      what: "one key at a time",
      chunks: ["y", "n", "y"],
      recorded: [
        [0, "yes"],
        [1, "no"],
        [2, "yes"],
      ],
      whole: true,
    },
    {
      what: "several at once, as from a pipe",
      chunks: ["yny"],
      recorded: [
        [0, "yes"],
        [1, "no"],
        [2, "yes"],
      ],
      whole: true,
    },
    {
      what: "lines, and capitals",
      chunks: ["Y\nN\r\nY\n"],
      recorded: [
        [0, "yes"],
        [1, "no"],
        [2, "yes"],
      ],
      whole: true,
    },
    {
      what: "bytes",
      chunks: [new TextEncoder().encode("ny")],
      recorded: [
        [0, "no"],
        [1, "yes"],
      ],
      whole: false,
    },
    {
      what: "back, and another answer",
      chunks: ["yb", "n"],
      recorded: [
        [0, "yes"],
        [0, "no"],
      ],
      whole: false,
    },
    { what: "back before the first", chunks: ["by"], recorded: [[0, "yes"]], whole: false },
    { what: "stopping", chunks: ["yq", "n"], recorded: [[0, "yes"]], whole: false },
    { what: "Ctrl-C", chunks: ["y\u0003n"], recorded: [[0, "yes"]], whole: false },
    {
      what: "arrows and other keys, which say nothing",
      chunks: ["\u001b[D", "\u001bOP", "x", "y"],
      recorded: [[0, "yes"]],
      whole: false,
    },
    { what: "nobody there", chunks: [], recorded: [], whole: false },
  ])("takes $what", async ({ chunks, recorded, whole }) => {
    const found = await session(chunks);
    expect(found.recorded).toEqual(recorded);
    expect(found.whole).toBe(whole);
  });

  test("goes on with the first that has no answer, and says what was said when going back", async () => {
    const { text, recorded } = await session(["b", "yn"], 3, { 0: "no" });
    expect(text).toMatch(/^\n\[2 of 3\]\nquestion 1/);
    expect(text).toContain("[1 of 3] (you said no)");
    expect(recorded).toEqual([
      [0, "yes"],
      [1, "no"],
    ]);
  });

  test("asks nothing when all is answered", async () => {
    expect(await session(["y"], 1, { 0: "no" })).toMatchObject({ whole: true, recorded: [], text: "" });
  });

  test("whatever is typed, ends with all answered or with the keys, and records nothing out of place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom("y", "n", "b", "x", " ", "\u001b[A"), { maxLength: 30 }), async (keys) => {
        const { whole, said, recorded } = await session(keys, 4);
        expect(whole).toBe(said.size === 4);
        expect(recorded.every(([at]) => at >= 0 && at < 4)).toBe(true);
      }),
    );
  });
});
