import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { Conversation, Turn } from "../conversation.ts";
import { openConversations } from "../open-conversations.ts";
import { chatBuilder } from "./chat-builder.ts";
import type { WriteOptions } from "./format.ts";

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/finetune-data/chat-builder/${name}`, import.meta.url));

async function read(path: string, { from, warn }: { from?: "chat-builder"; warn?: (text: string) => void } = {}) {
  const { format, rows } = await openConversations(path, from, { warn });
  expect(format).toBe("chat-builder");
  return [...rows].map((row) => {
    if ("fault" in row) throw new Error(row.fault);
    return row.conversation;
  });
}

function write(all: readonly Conversation[], options: WriteOptions = {}) {
  const writer = chatBuilder.write?.(options);
  const rows = all.map((one) => writer?.row(one));
  return { text: `${rows.map((row) => row?.text ?? "").join("")}${writer?.tail}`, lost: rows.flatMap((row) => row?.lost ?? []) };
}

const user = (content: string): Turn => ({ role: "user", content });
const assistant = (content: string): Turn => ({ role: "assistant", content });
const about = (term: string, ...messages: Turn[]): Conversation => ({ messages, more: {}, metadata: { term } });

describe("chat-builder's text", () => {
  const golden = readFileSync(fixture("formatted.expected.txt"), "utf8");

  test("is read without what nobody of the two says, and tells of it", async () => {
    const warnings: string[] = [];
    expect(await read(fixture("raw_conv.txt"), { warn: (text) => warnings.push(text) })).toEqual([
      about("leaf", user("What is a leaf?"), assistant("A flat plant part."), user("Thanks")),
      about("room", user("Why TEACHER: is that?"), assistant("Because.")),
    ]);
    expect(warnings).toEqual([expect.stringContaining("2 lines are neither of a student")]);
  });

  test("is formatted as it was, with the old way", async () => {
    const { text, lost } = write(await read(fixture("raw_conv.txt")), { compat: "chat-builder" });
    expect(text).toBe(golden);
    expect(lost).toEqual(["what stands behind the last answer"]);
  });

  test("is formatted with keys as symbols at the beginning of a line alone", async () => {
    expect(write(await read(fixture("raw_conv.txt"))).text).toBe(golden.replace("Why # is that", "Why TEACHER: is that"));
  });

  test("is read with symbols as well", async () => {
    const all = [
      about("leaf", user("What is it?"), assistant("A leaf.")),
      about("room", user("And this?"), assistant("A room.")),
    ];
    const file = join(temporaryFolder(), "formatted.txt");
    writeFileSync(file, write(all).text);
    expect(await read(file, { from: "chat-builder" })).toEqual(all);
  });

  test.each([
    {
      what: "all questions behind the last answer",
      conversation: about("x", user("a"), assistant("b"), user("c"), user("d")),
      now: { text: "= a\n~ x\n# b\n\n\n", lost: ["what stands behind the last answer"] },
      before: { text: "= a\n~ x\n# b\n= c\n\n\n", lost: ["what stands behind the last answer"] },
    },
    {
      what: "a conversation without an answer",
      conversation: about("x", user("a"), user("b")),
      now: { text: "\n", lost: ["what stands behind the last answer"] },
      before: { text: "= a\n~ x\n\n\n", lost: ["what stands behind the last answer"] },
    },
    {
      what: "system prompts and line ends",
      conversation: {
        messages: [{ role: "system" as const, content: "s" }, user("a\n\nb"), assistant("c")],
        more: {},
        metadata: {},
      },
      now: { text: "= a b\n# c\n\n\n", lost: ["messages of neither user nor assistant", "line ends"] },
      before: { text: "= a b\n# c\n\n\n", lost: ["messages of neither user nor assistant", "line ends"] },
    },
  ])("leaves out $what, and says so", ({ conversation, now, before }) => {
    expect(write([conversation])).toEqual(now);
    expect(write([conversation], { compat: "chat-builder" })).toEqual(before);
  });
});
