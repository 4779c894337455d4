import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Conversation, conversationOf, type Turn } from "../conversation.ts";
import { cleanConversation } from "./clean-conversation.ts";
import { markCompletion, markFinder } from "./completion-marks.ts";
import { textRedactor } from "./redact-text.ts";
import { stripSteps } from "./strip-text.ts";

const all = new Set(stripSteps);
const chat = (...said: [Turn["role"], string][]) => conversationOf(said.map(([role, content]) => ({ role, content })));
const cleaned = (conversation: Conversation, steps: ReadonlySet<(typeof stripSteps)[number]> = all) =>
  cleanConversation(conversation, { steps, redactor: textRedactor() });

describe("a clean conversation", () => {
  test.each([
    { what: "an answer", row: chat(["user", "hi"], ["assistant", "https://ex.test"]), why: "nothing is left of its answer" },
    { what: "a question", row: chat(["user", "😀"], ["assistant", "hi"]), why: "nothing is left of what is asked" },
    { what: "everything", row: chat(["user", "😀"], ["assistant", "@ann"]), why: "nothing is left of it" },
  ])("is dropped when nothing is left of $what", ({ row, why }) => {
    expect(cleaned(row)).toEqual({ dropped: why });
  });

  test("goes without a message of which nothing is left, and keeps an empty one that was empty before", () => {
    const row = chat(["system", ""], ["user", "hi"], ["user", "👍"], ["assistant", "so"]);
    expect(cleaned(row)).toEqual({ conversation: chat(["system", ""], ["user", "hi"], ["assistant", "so"]), changed: ["emoji"] });
  });

  test("has nothing private anywhere: in names, calls of tools, metadata and their keys", () => {
    const secret = "anna@example.com";
    const row: Conversation = {
      id: secret,
      messages: [
        { role: "user", name: secret, content: [{ type: "text", text: `I am ${secret}` }] },
        {
          role: "assistant",
          content: null,
          tool_calls: [
            {
              id: "c",
              type: "function",
              function: { name: "mail", arguments: JSON.stringify({ to: `\n${secret}`, [secret]: 1 }) },
            },
          ],
        },
        { role: "assistant", content: "+49 30 901820" },
      ],
      rejected: [{ role: "assistant", content: secret }],
      answers: [secret],
      tools: [{ description: `write to ${secret}` }],
      more: { [secret]: [secret] },
      metadata: { card: 4_111_111_111_111_111, nested: { a: [secret] }, at: 1_709_629_200 },
    };
    const done = cleaned(row, new Set());
    const { conversation } = done as { conversation: Conversation };
    expect(JSON.stringify(conversation)).not.toMatch(/anna|901820|4111111/);
    expect(conversation.messages[1]?.tool_calls).toMatchObject([
      { function: { arguments: '{"to":"\\n[email-1]","[email-1]":1}' } },
    ]);
    expect(conversation.metadata).toEqual({ card: "[card-1]", nested: { a: ["[email-1]"] }, at: 1_709_629_200 });
  });

  test("is clean once and for all", () => {
    const text = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "anna@example.com",
            "+49 30 901820",
            "https://x.test/a",
            "@ann ",
            "😀",
            "```a```",
            "  ",
            "\n",
            "U024BE7LH ",
          ),
          fc.lorem(),
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, fc.subarray([...stripSteps]), (question, answer, steps) => {
        const once = cleaned(chat(["user", question], ["assistant", answer]), new Set(steps));
        if (!("dropped" in once))
          expect(cleaned(once.conversation, new Set(steps))).toEqual({ conversation: once.conversation, changed: [] });
      }),
    );
  });
});

describe("marks of prompts and completions", () => {
  const found = (...pairs: [string, string][]) => {
    const finder = markFinder();
    for (const [question, answer] of pairs) finder.see(chat(["user", question], ["assistant", answer]));
    return { separator: finder.separator, endMarker: finder.endMarker };
  };

  test.each<[string, [string, string][], { separator: string; endMarker: string }]>([
    [
      "the first that stand in no text",
      [
        ["a", "x"],
        ["b", "y"],
      ],
      { separator: " ->", endMarker: "\n" },
    ],
    [
      "no arrow behind prompts of several lines",
      [
        ["a\nb", "x\ny"],
        ["b", "y."],
      ],
      { separator: "\n\n###\n\n", endMarker: " END" },
    ],
    [
      "those that all texts end with",
      [
        ["a ->", "x\n"],
        ["b ->", "y\n"],
      ],
      { separator: " ->", endMarker: "\n" },
    ],
    [
      "others than one that some end with",
      [
        ["a ->", "x\n"],
        ["b", "y"],
      ],
      { separator: "\n\n###\n\n", endMarker: "." },
    ],
  ])("are %s", (_, pairs, marks) => {
    expect(found(...pairs)).toEqual(marks);
  });

  test("are put there once", () => {
    const marks = { separator: " ->", leadingSpace: true, endMarker: " END" };
    const once = markCompletion(chat(["user", "a"], ["assistant", "b"]), marks);
    expect(once).toEqual({
      conversation: chat(["user", "a ->"], ["assistant", " b END"]),
      changed: ["separator", "leading space", "end marker"],
    });
    expect(markCompletion(once.conversation, marks)).toEqual({ conversation: once.conversation, changed: [] });
  });
});
