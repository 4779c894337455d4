import fc from "fast-check";
import { expect, test } from "vitest";
import { promptText } from "./prompt-text.ts";

const asChat = (content: string) => JSON.stringify([{ role: "user", content }]);
const system = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Capital?" },
] as const;

test.each([
  { prompt: "Capital?", text: "Capital?" },
  { prompt: [{ role: "user", content: "Capital?" }], text: "Capital?" },
  { prompt: system, text: JSON.stringify(system) },
  // A chat provider would take these for the messages themselves.
  { prompt: "42", text: asChat("42") },
  { prompt: '"quoted"', text: asChat('"quoted"') },
  { prompt: '{"a": 1', text: asChat('{"a": 1') },
  { prompt: "- role: user", text: asChat("- role: user") },
  { prompt: [{ role: "user", content: "true" }], text: asChat("true") },
  { prompt: [{ role: "user", content: "Hi", name: "Al" }], text: '[{"role":"user","content":"Hi","name":"Al"}]' },
] as const)("$prompt goes as $text", ({ prompt, text }) => {
  expect(promptText(prompt, "openai:chat:x")).toBe(text);
});

test.each(["echo", "exec: node x.mjs", "http://127.0.0.1/x", "file://x.js", "python:x.py"])(
  "%s looks for no chat, and gets the text",
  (provider) => {
    expect(promptText("42", provider)).toBe("42");
  },
);

test("no text is read as anything but itself", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.stringMatching(/^- role:.*$/)), (text) => {
      expect(readAsPromptfoo(promptText(text, "openai:chat:x"))).toEqual([{ role: "user", content: text }]);
    }),
  );
});

/** As its chat providers do. */
function readAsPromptfoo(prompt: string): unknown {
  if (prompt.trim().startsWith("- role:")) throw new Error("would be read as YAML");
  try {
    return JSON.parse(prompt);
  } catch (error) {
    if (/^[[{]/.test(prompt.trim())) throw error;
    return [{ role: "user", content: prompt }];
  }
}
