import { describe, expect, test } from "vitest";
import { conversationOf } from "../conversation.ts";
import { exampleHash, exampleOf, withAnswer } from "./example.ts";
import { refinePrompt, refineShots } from "./refine-prompt.ts";
import { verdictOf } from "./verdict.ts";

describe("verdictOf", () => {
  test.each([
    ["yes", "strong"],
    ["Yes.", "strong"],
    [" YES!\n", "strong"],
    ['"no"', "weak"],
    ["**No**", "weak"],
    ["no, never", "unparsed"],
    ["yes and no", "unparsed"],
    ["nope", "unparsed"],
    ["", "unparsed"],
  ])("takes %j for %s", (reply, verdict) => {
    expect(verdictOf(reply)).toBe(verdict);
  });
});

describe("refineShots", () => {
  const contents = (messages: readonly { content: unknown }[]) => messages.map(({ content }) => content);

  test("shows strong and weak ones in turn, as many of each, and then the candidate", () => {
    const shots = refineShots(["a\n\n###\n\n", "b\n\n###\n\n", "c\n\n###\n\n"], ["x\n\n###\n\n", "y\n\n###\n\n"], 50);
    expect(contents(refinePrompt(shots, "q\n\n###\n\n")).slice(1)).toEqual([
      "start -->a\n\n###\n\n",
      "yes",
      "start -->x\n\n###\n\n",
      "no",
      "start -->b\n\n###\n\n",
      "yes",
      "start -->y\n\n###\n\n",
      "no",
      "start -->q\n\n###\n\n",
    ]);
    expect(shots.map(({ role }) => role).slice(0, 3)).toEqual(["system", "user", "assistant"]);
    expect(contents(shots)[0]).toContain(String.raw`ends with "\n\n###\n\n"`);
  });

  test.each([
    { pairs: 1, messages: 5 },
    { pairs: 2, messages: 9 },
    { pairs: 9, messages: 9 },
  ])("shows at most $pairs pairs", ({ pairs, messages }) => {
    expect(refineShots(["a?", "b?"], ["x!", "y!", "z!"], pairs)).toHaveLength(messages);
  });

  test("speaks of no end where texts share none but a mark", () => {
    expect(contents(refineShots(["Is it?"], ["Was it?"], 5))[0]).not.toContain("ends with");
  });
});

describe("an example", () => {
  const chat = conversationOf([
    { role: "system", content: "s" },
    { role: "user", content: "u" },
    { role: "assistant", content: "a" },
  ]);
  const bare = { ...conversationOf([chat.messages[1], chat.messages[2]].flatMap((turn) => turn ?? [])), bare: true as const };

  test("is what was asked and the last answer", () => {
    expect(exampleOf(chat)).toEqual({ question: "s\nUser: u\n", answer: "a" });
    expect(exampleOf(bare)).toEqual({ question: "u", answer: "a" });
    expect(exampleHash(exampleOf(chat))).not.toBe(exampleHash(exampleOf(bare)));
  });

  test("gets another answer, with its leading space only where a text goes on", () => {
    expect(withAnswer(bare, " nil").messages.at(-1)?.content).toBe(" nil");
    expect(withAnswer(chat, " nil").messages.map(({ content }) => content)).toEqual(["s", "u", "nil"]);
  });
});
