import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FinegaugeError } from "../../core/errors.ts";
import { chatAboutWord, chatBuilderText } from "./about-word.ts";
import { readChatBuilderConfig } from "./chat-builder-config.ts";
import { judgeConversation } from "./judge-conversation.ts";

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/finetune-data/chat-builder/${name}`, import.meta.url), "utf8");
const config = readChatBuilderConfig(fixture("config.json"), "config.json");
const outputs = JSON.parse(fixture("fake_model_outputs.json")) as Record<string, string>;
const expected = JSON.parse(fixture("expected_conversations.json")) as Record<string, string | null> & {
  _reasons: Record<string, string>;
};
const rules = { exclude: config.exclude, minTurns: 1 };
const reasons: Record<string, string> = {
  "line without colon": "a line without a speaker",
  "excluded word (case-insensitive)": "an excluded word",
  "first dialogue line lacks the word": "the first line lacks the word",
};

describe("judgeConversation", () => {
  test.each(config.words)("makes of %s what chat-builder makes of it, without the mark of the end", (word) => {
    const prompt = config.promptFor(word);
    const output = outputs[word] as string;
    // llama.cpp's program repeats the prompt; servers do not, or begin with the last line once more.
    for (const reply of [output, output.slice(prompt.length), output.slice(prompt.indexOf("\n") + 1)]) {
      const judged = judgeConversation({ prompt, reply, word, isCut: false }, rules);
      const whole = expected[word];
      if (whole === null || whole === undefined) expect(judged).toMatchObject({ reason: reasons[expected._reasons[word] ?? ""] });
      else expect("lines" in judged && chatBuilderText(judged.lines, word)).toBe(whole.replace(" [end of text]", ""));
    }
  });

  const prompt = "Talk about leaf\nS:";
  const judge = (reply: string, more: { exclude?: RegExp[]; minTurns?: number; maxTurns?: number } = {}, isCut = false) =>
    judgeConversation({ prompt, reply, word: "leaf", isCut }, { exclude: [], minTurns: 1, ...more });

  test.each([
    ["S: Teacher, a leaf?", "S: A leaf?"],
    ["S: Excuse me, Sir Bob, what is a leaf?", "S: What is a leaf?"],
    ["S: Mrs. Smith, is it a leaf?", "S: Is it a leaf?"],
    ["S: Professor, a leaf?", "S: A leaf?"],
    ["S: Sirius, what is a leaf?", "S: Sirius, what is a leaf?"],
    ["S: Mystery, a leaf?", "S: Mystery, a leaf?"],
    ['S: "A leaf: what is it?"', "S: A leaf: what is it?"],
    ['S: "A leaf" is a "word"', 'S: "A leaf" is a "word"'],
    ["a leaf?</s>", "S: a leaf?"],
    ["What is a leaf?\r\n\n", "S: What is a leaf?"],
  ])("makes of %j the line %j", (reply, line) => {
    expect(judge(reply)).toEqual({ lines: [line] });
  });

  test.each([
    ["", "nothing was said"],
    ["a leaf\n\nT: yes", "an empty line"],
    ["A Leaf?", "the first line lacks the word"],
  ])("throws %j away: %s", (reply, reason) => {
    expect(judge(reply)).toMatchObject({ reason });
  });

  test("counts turns, and leaves out a line that was cut short", () => {
    const reply = "a leaf?\nT: yes\nS: why?\nT: bec";
    expect(judge(reply, { minTurns: 5 })).toMatchObject({ reason: "too few turns" });
    expect(judge(reply, { maxTurns: 2 })).toEqual({ lines: ["S: a leaf?", "T: yes"] });
    expect(judge(reply, {}, true)).toEqual({ lines: ["S: a leaf?", "T: yes", "S: why?"] });
  });
});

test("a conversation as a chat: who speaks first asks", () => {
  expect(chatAboutWord(["S: a", "T: b", "T: c: d", "S: e"], "w")).toMatchObject({
    messages: [
      { role: "user", content: "a" },
      { role: "assistant", content: "b\nc: d" },
      { role: "user", content: "e" },
    ],
    metadata: { term: "w" },
  });
});

describe("readChatBuilderConfig", () => {
  const read = (more: object) =>
    readChatBuilderConfig(JSON.stringify({ name: "n", prompt_lines: ["{word}"], words: ["a"], ...more }), "c.json");

  test("fills in the word, takes doubled braces for one, and escapes for what they stand for", () => {
    expect(read({ prompt_lines: ['{{"{word}"}} \\n', "{word}:"] }).promptFor("a{b}")).toBe('{"a{b}"} \n\na{b}:');
  });

  test("excludes nothing by an empty list, and by none", () => {
    expect(read({ exclude: [] }).exclude).toEqual([]);
    expect(read({ exclude: null }).exclude).toEqual([]);
    expect(read({ exclude: [""] }).exclude).toEqual([]);
  });

  test.each([
    ["no words", { words: [] }, /words/],
    ["a prompt without the word", { prompt_lines: ["a"] }, /\{word\} stands nowhere/],
    ["another name in braces", { prompt_lines: ["{word} {name}"] }, /\{name\} stands for nothing/],
    ["a lone brace", { prompt_lines: ["{word} }"] }, /\} stands for nothing/],
    ["an expression that is none", { exclude: ["("] }, /exclude\.0/],
  ])("refuses %s", (_, more, message) => {
    expect(() => read(more)).toThrow(FinegaugeError);
    expect(() => read(more)).toThrow(message);
  });
});
