import { expect, test } from "vitest";
import { conversationOf } from "../conversation.ts";
import { csv } from "./table.ts";

test.each([
  { text: "\u{1f600} whole", lost: [] },
  { text: "half \ud83d of one", lost: ["halves of characters"] },
])("a table names as lost what UTF-8 cannot say: $text", ({ text, lost }) => {
  const conversation = conversationOf([
    { role: "user", content: "why?" },
    { role: "assistant", content: text },
  ]);
  expect(csv.write?.({}).row(conversation).lost).toEqual(lost);
});
