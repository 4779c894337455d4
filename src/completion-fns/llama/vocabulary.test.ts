import { describe, expect, test } from "vitest";
import { pieceBytes } from "./vocabulary.ts";

describe("pieceBytes", () => {
  test.each([
    { kind: "llama", entry: "▁Hello", bytes: " Hello" },
    { kind: "llama", entry: "<0x0A>", bytes: "\n" },
    { kind: "llama", entry: "<0xZZ>", bytes: "<0xZZ>" },
    { kind: "gemma4", entry: "▁▁", bytes: "  " },
    // Entries of GPT-2's and Llama 3's vocabularies.
    { kind: "gpt2", entry: "Ġworld", bytes: " world" },
    { kind: "gpt2", entry: "Ċ", bytes: "\n" },
    { kind: "gpt2", entry: "ĠÃ©", bytes: " é" },
    { kind: "gpt2", entry: "ĠðŁĺĢ", bytes: " 😀" },
    { kind: "gpt2", entry: "｜tool▁", bytes: "｜tool▁" },
  ])("$kind: $entry", ({ kind, entry, bytes }) => {
    expect(pieceBytes(entry, kind).toString("utf8")).toBe(bytes);
  });

  test("gives one byte of a character that takes several tokens", () => {
    expect([...pieceBytes("<0xF0>", "llama")]).toEqual([0xf0]);
    expect([...pieceBytes("ðŁ", "gpt2")]).toEqual([0xf0, 0x9f]);
  });

  test("stands for every byte once in GPT-2's writing", () => {
    const standIns = Array.from({ length: 0x144 }, (_, code) => String.fromCodePoint(code)).filter(
      (each) => pieceBytes(each, "gpt2").length === 1,
    );
    const bytes = new Set(standIns.map((each) => pieceBytes(each, "gpt2")[0]));
    expect(bytes.size).toBe(256);
  });
});
