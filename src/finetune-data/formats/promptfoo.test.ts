import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import { openConversations } from "../open-conversations.ts";

async function read(text: string, name = "promptfooconfig.yaml") {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const { format, rows } = await openConversations(file);
  expect(format).toBe("promptfoo");
  return [...rows];
}

const chat = (...turns: [string, string][]) => turns.map(([role, content]) => ({ role, content }));

describe("promptfoo's tests", () => {
  test.each([
    {
      what: "in a config, for each prompt",
      text: `
prompts:
  - "Capital of {{ country }}?"
  - raw: '[{"role":"system","content":"Be brief."},{"role":"user","content":"{{country}}, {{unit}}?"}]'
defaultTest: { vars: { unit: km } }
tests:
  - description: first
    vars: { country: Peru }
    assert:
      - { type: equals, value: Lima }
      - { type: icontains, value: li }
      - { type: equals, value: Lima! }
`,
      rows: [
        {
          line: 1,
          conversation: {
            messages: chat(["user", "Capital of Peru?"], ["assistant", "Lima"]),
            answers: ["Lima!"],
            more: {},
            metadata: { description: "first" },
          },
        },
        {
          line: 2,
          conversation: {
            messages: chat(["system", "Be brief."], ["user", "Peru, km?"], ["assistant", "Lima"]),
            answers: ["Lima!"],
            more: {},
            metadata: { description: "first" },
          },
        },
      ],
    },
    {
      what: "in a list of their own",
      name: "tests.json",
      text: '[{"vars":{"q":"2+2 {{x}}"},"assert":[{"type":"equals","value":4}]}]',
      rows: [{ line: 1, conversation: { messages: chat(["user", "2+2 {{x}}"], ["assistant", "4"]), more: {}, metadata: {} } }],
    },
  ])("$what", async ({ text, name, rows }) => {
    expect(await read(text, name)).toEqual(rows);
  });

  test.each([
    { fault: "has no assert of what the answer equals", text: "tests: [{vars: {q: a}, assert: [{type: llm-rubric, value: x}]}]" },
    {
      fault: "has 2 vars, and the file no prompt to put them into",
      text: "tests: [{vars: {q: a, r: b}, assert: [{type: equals, value: x}]}]",
    },
    {
      fault: 'has no single value for the variable "q"',
      text: "prompts: ['{{q}}']\ntests: [{vars: {r: b}, assert: [{type: equals, value: x}]}]",
    },
    {
      fault: 'has no single value for the variable "q"',
      text: "prompts: ['{{q}}']\ntests: [{vars: {q: [a, b]}, assert: [{type: equals, value: x}]}]",
    },
    {
      fault: "has a prompt with more than names of variables",
      text: "prompts: ['{{q | upper}}']\ntests: [{vars: {q: b}, assert: [{type: equals, value: x}]}]",
    },
  ])("that are no samples: $fault", async ({ text, fault }) => {
    expect(await read(text)).toEqual([{ line: 1, fault }]);
  });

  test.each([
    { text: "tests: file://tests.csv", message: "the tests stand in another file: file://tests.csv" },
    { text: "prompts: file://p.txt\ntests: []", message: 'a prompt stands in another file: "file://p.txt"' },
    { text: "tests: [\n", message: expect.stringContaining("the file is no YAML") },
  ])("in a file that cannot be read: $message", async ({ text, message }) => {
    await expect(read(text)).rejects.toMatchObject({ code: "data.invalid", message });
  });
});
