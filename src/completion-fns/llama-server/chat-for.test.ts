import { describe, expect, test } from "vitest";
import { begunReply, chatFor } from "./chat-for.ts";

const system = { role: "system", content: "S" } as const;
const user = { role: "user", content: "U" } as const;

describe("chatFor", () => {
  test.each([
    { systemAlone: true, prompt: "S", sent: [system] },
    { systemAlone: false, prompt: "S", sent: [{ role: "user", content: "S" }] },
    { systemAlone: false, prompt: [system, user], sent: [system, user] },
    {
      systemAlone: false,
      prompt: [system, { role: "assistant" as const, content: "A" }],
      sent: [
        { role: "user", content: "S" },
        { role: "assistant", content: "A" },
      ],
    },
  ])("sends $sent for $prompt when a lone system message shows: $systemAlone", ({ systemAlone, prompt, sent }) => {
    expect(chatFor({ systemAlone }, prompt, "system")).toEqual(sent);
  });
});

test.each([
  { prompt: "text", begun: "" },
  { prompt: [user], begun: "" },
  { prompt: [user, { role: "assistant" as const, content: "Well, " }], begun: "Well, " },
])("a reply is begun with $begun", ({ prompt, begun }) => {
  expect(begunReply(prompt)).toBe(begun);
});
