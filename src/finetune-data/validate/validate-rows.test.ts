import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../../core/errors.ts";
import type { TextSource } from "../../io/text-source.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { type RowFinding, type Validation, validateRows } from "./validate-rows.ts";

const letters: TokenCounter = { encoding: "o200k_base", tokenizer: undefined, count: (text) => text.length };

/** Lines of a file that is nowhere. */
function sourceOf(texts: readonly string[]): TextSource {
  return {
    name: "rows",
    head: () => "",
    text: () => "",
    close: () => {},
    *lines() {
      for (const [at, text] of texts.entries()) yield { text, number: at + 1, start: 0, end: 0, torn: false, damaged: false };
    },
  };
}

type Mode = Parameters<typeof validateRows>[1]["mode"];

function validate(texts: readonly string[], mode: Mode, maxTokens?: number) {
  const rows = validateRows(sourceOf(texts), { mode, counter: letters, maxTokens });
  const findings: RowFinding[] = [];
  for (let next = rows.next(); ; next = rows.next()) {
    if (next.done) return { findings, validation: next.value as Validation };
    findings.push(next.value);
  }
}

const key = fc.constantFrom(
  "messages",
  "role",
  "content",
  "tool_calls",
  "tool_call_id",
  "function",
  "function_call",
  "name",
  "arguments",
  "id",
  "type",
  "weight",
  "refusal",
  "tools",
  "functions",
  "input",
  "preferred_output",
  "non_preferred_output",
  "prompt",
  "completion",
  "text",
);
const word = fc.constantFrom("assistant", "user", "tool", "function", "text", "f", "", "1");
/** JSON that looks like rows, in whatever disorder. */
const { row } = fc.letrec<{ row: object; value: unknown }>((tie) => ({
  row: fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    word,
    fc.constantFrom(null, true, 0, 1),
    fc.array(tie("row"), { maxLength: 3 }),
    tie("row"),
  ),
}));

describe("the rows of a file", () => {
  test.each<Mode>(["current", "cookbook", "tools"])("are judged whatever they hold, by the rules of %s", (mode) => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const { findings, validation } = validate(
          rows.map((one) => JSON.stringify(one)),
          mode,
          10,
        );
        const { errors, warnings, faulty, totalTokens, tokensPerEpoch } = validation;
        const counted = [...errors.values(), ...warnings.values()].reduce((sum, n) => sum + n, 0);
        expect(findings).toHaveLength(counted);
        const wrong = findings.filter(({ level, line }) => level === "error" && line !== undefined).map(({ line }) => line);
        expect(new Set(wrong).size).toBe(faulty);
        expect(validation.rows).toBe(rows.length);
        expect(tokensPerEpoch).toBeLessThanOrEqual(totalTokens);
      }),
    );
  });

  const chat = (content: string) =>
    JSON.stringify({
      messages: [
        { role: "user", content },
        { role: "assistant", content: "yes" },
      ],
    });

  test("are billed up to the limit, and a longer one is named", () => {
    const { findings, validation } = validate([chat("no"), chat("n".repeat(500))], "tools", 100);
    // 3 of the row, 3 of each message, and its letters.
    const short = 3 + 3 + 4 + 2 + 3 + 9 + 3;
    expect(validation).toMatchObject({ rows: 2, faulty: 0, totalTokens: short + short + 498, tokensPerEpoch: short + 100 });
    expect(findings.filter(({ kind }) => kind === "too_long")).toEqual([
      { line: 2, level: "warning", kind: "too_long", says: `has ${short + 498} tokens, more than 100` },
    ]);
  });

  test("have tools, which count as their JSON", () => {
    const tools = [{ type: "function", function: { name: "f" } }];
    const plain = validate([chat("no")], "current").validation.totalTokens;
    const withTools = JSON.stringify({ ...JSON.parse(chat("no")), tools });
    expect(validate([withTools], "current").validation.totalTokens).toBe(plain + JSON.stringify(tools).length);
  });

  test("are of the kind of the first that shows one", () => {
    const pair = JSON.stringify({ prompt: "a", completion: "b" });
    const { findings, validation } = validate(['{"prompt": "a"}', pair, chat("no")], "current");
    expect(validation.kind).toBe("completion");
    expect(findings.filter(({ kind }) => kind === "mixed_formats").map(({ line }) => line)).toEqual([3]);
  });

  test.each([{ texts: [] }, { texts: ["", " "] }, { texts: ["a,b", "[1]"] }])(
    "that are none make the file unfit: $texts",
    ({ texts }) => {
      expect(() => validate(texts, "current")).toThrow(FinegaugeError);
    },
  );
});
