import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Message } from "../core/message.ts";
import { wrapPrompt } from "./wrap-prompt.ts";

const user = (content: Message["content"]): Message => ({ role: "user", content });
const system = (content: string): Message => ({ role: "system", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const shots = [user("1+1"), assistant("2")];

describe("wrapPrompt", () => {
  test.each([
    { name: "nothing", prompt: "x", wrapping: {}, wrapped: "x" },
    { name: "a template around a text", prompt: "x", wrapping: { template: "Q: {input}!" }, wrapped: "Q: x!" },
    { name: "a template that says it twice", prompt: "x", wrapping: { template: "{input}{input}" }, wrapped: "xx" },
    { name: "a system message before a text", prompt: "x", wrapping: { system: "S" }, wrapped: [system("S"), user("x")] },
    { name: "examples before a text", prompt: "x", wrapping: { few_shot: shots }, wrapped: [...shots, user("x")] },
    {
      name: "a system message before the prompt's own",
      prompt: [system("own"), user("x")],
      wrapping: { system: "S" },
      wrapped: [system("S"), system("own"), user("x")],
    },
    {
      name: "everything",
      prompt: [system("own"), user("x")],
      wrapping: { system: "S", few_shot: shots, template: "<{input}>" },
      wrapped: [system("S"), system("own"), ...shots, user("<x>")],
    },
    {
      name: "a template around the last user message only",
      prompt: [user("a"), assistant("b"), user("c"), assistant("d")],
      wrapping: { template: "<{input}>" },
      wrapped: [user("a"), assistant("b"), user("<c>"), assistant("d")],
    },
    {
      name: "a template around the last message of a chat without users",
      prompt: [system("a")],
      wrapping: { template: "<{input}>" },
      wrapped: [system("<a>")],
    },
    {
      name: "a template around the text of a message with an image",
      prompt: [
        user([
          { type: "text", text: "a" },
          { type: "image_url", image_url: { url: "u" } },
        ]),
      ],
      wrapping: { template: "<{input}>" },
      wrapped: [
        user([
          { type: "text", text: "<a>" },
          { type: "image_url", image_url: { url: "u" } },
        ]),
      ],
    },
    {
      name: "text that looks like a pattern",
      prompt: "$& {input}",
      wrapping: { template: "[{input}]" },
      wrapped: "[$& {input}]",
    },
  ])("puts around a prompt: $name", ({ prompt, wrapping, wrapped }) => {
    expect(wrapPrompt(prompt, wrapping)).toEqual(wrapped);
  });

  test("loses nothing of a chat, and changes no order", () => {
    const messages = fc.array(fc.record({ role: fc.constantFrom("system", "user", "assistant"), content: fc.string() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(messages, (prompt) => {
        const wrapped = wrapPrompt(prompt as Message[], { system: "S", few_shot: shots }) as Message[];
        expect(wrapped).toHaveLength(prompt.length + 3);
        expect(wrapped.filter((message) => (prompt as Message[]).includes(message))).toEqual(prompt);
      }),
    );
  });
});
