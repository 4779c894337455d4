import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "./message.ts";
import { contentText, toChat, toText } from "./prompt.ts";

const system = (content: string): Message => ({ role: "system", content });
const user = (content: string, name?: string): Message => ({ role: "user", content, ...(name && { name }) });
const assistant = (content: string): Message => ({ role: "assistant", content });

describe("toText, by openai/evals' rule", () => {
  test.each<{ prompt: Message[]; cue?: boolean; text: string }>([
    { prompt: [system("S"), user("hi")], text: "S\nUser: hi\nAssistant:" },
    { prompt: [user("hi", "bob"), assistant("yo")], text: "Bob: hi\nAssistant: yo\nAssistant:" },
    { prompt: [system("S"), user("hi")], cue: false, text: "S\nUser: hi\n" },
    { prompt: [user("only")], text: "only" },
    { prompt: [assistant(" only ")], cue: false, text: " only " },
    {
      prompt: [{ ...system("2+2"), name: "example_user" }, { ...system("4"), name: "example_assistant" }, user("3+3")],
      text: "User: 2+2\nAssistant: 4\nUser: 3+3\nAssistant:",
    },
    { prompt: [system("\n  S"), user("hi")], text: "S\nUser: hi\nAssistant:" },
    { prompt: [user("hi", "BOB"), user("ho")], text: "Bob: hi\nUser: ho\nAssistant:" },
    { prompt: [], text: "Assistant:" },
  ])("$text", ({ prompt, cue, text }) => {
    expect(toText(prompt, cue)).toBe(text);
  });

  test("leaves a text as it is", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(toText(text)).toBe(text);
      }),
    );
  });

  test("shows every word of a chat, in order", () => {
    const message = fc.record({
      role: fc.constantFrom("system" as const, "user" as const, "assistant" as const),
      content: fc.stringMatching(/^[a-z]{1,8}$/),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 2 }), (chat) => {
        const lines = toText(chat, false).split("\n");
        expect(lines.slice(0, -1).map((line) => line.replace(/^(User|Assistant): /, ""))).toEqual(
          chat.map(({ content }) => content),
        );
      }),
    );
  });
});

test("a text becomes one system message, and a chat stays what it is", () => {
  expect(toChat("hi")).toEqual([{ role: "system", content: "hi" }]);
  const chat = [user("hi")];
  expect(toChat(chat)).toBe(chat);
});

test("text to chat and back is the same text", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(toText(toChat(text))).toBe(text);
    }),
  );
});

test("contentText names the parts that are not text, and is empty for no content", () => {
  const parts: Message = {
    role: "user",
    content: [
      { type: "text", text: "see " },
      { type: "image_url", image_url: { url: "data:" } },
      { type: "text", text: "!" },
    ],
  };
  expect(contentText(parts)).toBe("see [image_url]!");
  expect(contentText({ role: "assistant", content: null })).toBe("");
});
