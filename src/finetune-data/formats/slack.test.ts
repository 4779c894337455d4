import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { Conversation } from "../conversation.ts";
import { openConversations } from "../open-conversations.ts";
import { completions } from "./completions.ts";
import type { ReadOptions } from "./format.ts";
import { bareSlackText, slackText } from "./slack/slack-text.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/finetune-data/slack/${name}`, import.meta.url));

async function conversations(path: string, options: ReadOptions = {}): Promise<Conversation[]> {
  const { format, rows } = await openConversations(path, undefined, options);
  expect(format).toBe("slack");
  return [...rows].map((row) => {
    if ("fault" in row) throw new Error(row.fault);
    return row.conversation;
  });
}

const said = (all: readonly Conversation[]) =>
  all.map(({ messages }) => messages.map(({ role, name, content }) => `${name ?? role}: ${content}`));

describe("a Slack export", () => {
  test("is conversations with ten minutes of silence between them, and threads", async () => {
    expect(said(await conversations(fixture("slack-export"), { me: "cy" }))).toEqual([
      ["ann: Did everyone enjoy the soup?", "bob: Yes, great soup :yum:"],
      [
        "ann: @cy which index should I use? docs: here (https://ex.test/db)",
        "bob: UCCC is out, back at noon",
        "ann: ```select 1```\nI can wait",
        "assistant: Use a btree for ranges",
      ],
      ["bob: Deploy today?", "ann: Yes after lunch", "assistant: Done"],
    ]);
  });

  test("takes people by id, and shows nobody but them by name", async () => {
    const all = await conversations(fixture("slack-export"), { me: "UAAA", pseudonyms: {} });
    const text = JSON.stringify(all);
    for (const name of ["bob", "cy", "UBBB", "UCCC"]) expect(text).not.toMatch(new RegExp(`\\b${name}\\b`));
    expect(all[1]?.messages[0]?.content).toMatch(/^@person-[0-9a-f]{6} which index/);
    expect(all[1]?.metadata).toEqual({ origin: "general/2023-11-14.json:4" });
  });

  test.each([
    { order: "oldest first", newestFirst: false, expected: "examples_chronological.expected.jsonl" },
    { order: "newest first", newestFirst: true, expected: "examples_newest_first.expected.jsonl" },
  ])("is rows that ask who replies, $order", async ({ newestFirst, expected }) => {
    let people: readonly string[] = [];
    const options = { newestFirst, labels: (all: readonly string[]) => (people = all) };
    const writer = completions.write?.({ metadata: false });
    const rows = (await conversations(fixture("slack-export"), options)).map((one) => writer?.row(one).text).join("");
    const lines = (text: string) =>
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    expect(lines(rows)).toEqual(lines(readFileSync(fixture(expected), "utf8")));
    expect(people).toEqual(JSON.parse(readFileSync(fixture("labels.expected.json"), "utf8")));
  });

  test("keeps channels apart, and threads out of the silence between messages", async () => {
    const folder = temporaryFolder();
    const day = (channel: string, events: readonly object[]) => {
      mkdirSync(join(folder, channel));
      writeFileSync(join(folder, channel, "2024-01-01.json"), JSON.stringify(events));
    };
    writeFileSync(join(folder, "users.json"), "[]");
    const message = (user: string, text: string, seconds: number, thread?: number) => ({
      type: "message",
      user,
      text,
      ts: `${1700000000 + seconds}.000100`,
      ...(thread !== undefined && { thread_ts: `${1700000000 + thread}.000100` }),
    });
    day("a", [
      message("U1", "one", 0),
      message("U2", "in thread", 500, 500),
      message("U2", "two", 600),
      message("U1", "three", 1201),
    ]);
    day("b", [message("U1", "other", 1), message("U2", "reply", 900, 500)]);
    expect(said(await conversations(folder))).toEqual([
      ["U1: one", "U2: two"],
      ["U2: in thread"],
      ["U1: three"],
      ["U1: other"],
      ["U2: reply"],
    ]);
  });

  test.each([
    { what: "a day that is no JSON", text: "[", message: "the file is no JSON" },
    { what: "a day that is no list", text: "{}", message: "the file is no JSON array" },
  ])("is refused with $what", async ({ text, message }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "users.json"), "[]");
    const file = join(folder, "a", "2024-01-01.json");
    writeFileSync(file, text);
    await expect(conversations(folder)).rejects.toMatchObject({ message, more: { where: { file } } });
  });
});

describe("Slack's marks", () => {
  test.each([
    ["<@U1> and <@U2|bo>", "@ann and @U2"],
    ["<#C1|general> <!here> <!subteam^S1|@team>", "#general @here @team"],
    [
      "<https://x.test> <https://x.test|site> <mailto:a@b.test|a@b.test>",
      "https://x.test site (https://x.test) a@b.test (mailto:a@b.test)",
    ],
    ["1 &lt; 2 &amp;&amp; 3 &gt; 2 &amp;lt;", "1 < 2 && 3 > 2 &lt;"],
  ])("are read: %s", (text, wanted) => {
    expect(slackText(text, (id) => (id === "U1" ? "ann" : id))).toBe(wanted);
  });

  test.each([
    [" <@U1> hi :wave: there ", "hi  there"],
    ["from 10:30 to 11:45, at 10:30:15", "from 10:30 to 11:45, at 10:30:15"],
    ["a &lt;b&gt; <https://x.test|c>", "a <b>"],
    [":+1::skin-tone-2:", ""],
  ])("are taken out: %s", (text, wanted) => {
    expect(bareSlackText(text)).toBe(wanted);
  });
});
