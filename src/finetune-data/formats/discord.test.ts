import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/support/temporary-folder.ts";
import type { Conversation } from "../conversation.ts";
import { openConversations } from "../open-conversations.ts";
import { dateParts, plainDate } from "./discord/date-parts.ts";
import { localSeconds } from "./discord/local-seconds.ts";
import { resolveDates } from "./discord/resolve-dates.ts";
import { selfchatbotPackets } from "./discord/selfchatbot.ts";
import { parseExport } from "./discord.ts";
import type { ReadOptions } from "./format.ts";

const fixture = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/finetune-data/discord/${name}`, import.meta.url));
const textOf = (name: string) => readFileSync(fixture(name), "utf8");
const jsonOf = (name: string) => JSON.parse(textOf(name));

async function conversations(path: string, options: ReadOptions = {}): Promise<Conversation[]> {
  const { format, rows } = await openConversations(path, undefined, options);
  expect(format).toBe("discord");
  return [...rows].map((row) => {
    if ("fault" in row) throw new Error(row.fault);
    return row.conversation;
  });
}

/** Who said what, without times. */
const said = (all: readonly Conversation[]) =>
  all.map(({ messages }) => messages.map(({ role, name, content }) => `${name ?? role}: ${content}`));

function exported(messages: readonly [date: string, author: string, content: string][], count = messages.length): string {
  const fence = "=".repeat(62);
  const body = messages.map(([date, author, content]) => `[${date}] ${author}\n${content}\n`).join("\n");
  return `${fence}\nGuild: G\nChannel: c\n${fence}\n\n${body}\n${fence}\nExported ${count} message(s)\n${fence}\n`;
}

function fileOf(text: string, name = "chat.txt"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  return file;
}

describe("a text export", () => {
  test.each(Object.keys(jsonOf("parsed.expected.json")))("%s is parsed as it is, with either line end", (name) => {
    const wanted = jsonOf("parsed.expected.json")[name];
    for (const text of [textOf(name), textOf(name).replaceAll("\n", "\r\n"), `\ufeff${textOf(name)}`]) {
      const { header, footerCount, messages } = parseExport(name, text);
      expect({
        header,
        footer_count: footerCount,
        messages: messages.map(({ line: _line, system: _system, ...message }) => message),
      }).toEqual(wanted);
    }
  });

  test("has two empty lines between messages, and attachments right behind a forwarded message", () => {
    const text = `${exported([
      ["3/25/2024 9:00\u202fAM", "ann", "hi\n"],
      [
        "3/25/2024 9:01\u202fAM",
        "bob",
        "\n{Forwarded Message}\nold\nOriginally sent: 3/1/2024 8:00\u202fAM\n{Attachments}\nhttps://ex.test/a.png\n\n",
      ],
      ["3/25/2024 9:02\u202fAM", "cy (pinned)", "{Attachments}\nis no section\n\n[3/25/2024] no header"],
    ])}`;
    expect(parseExport("x.txt", text).messages).toMatchObject([
      { author: "ann", content: "hi" },
      {
        author: "bob",
        content: "",
        forwarded: ["old", "Originally sent: 3/1/2024 8:00 AM"],
        attachments: ["https://ex.test/a.png"],
      },
      { author: "cy", pinned: true, content: "{Attachments}\nis no section\n\n[3/25/2024] no header" },
    ]);
  });

  test("gives back any messages", () => {
    const line = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .map((text) => `x${text.replaceAll(/[\r\n\u2028\u2029]/g, "")}x`);
    const content = fc.array(fc.oneof(line, fc.constant("")), { maxLength: 4 }).map((lines) => ["a", ...lines, "z"].join("\n"));
    const author = fc.stringMatching(/^[a-z][a-z0-9._]{1,12}(#[0-9]{4})?$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constant("05.03.2024 14:05"), author, content), { minLength: 1, maxLength: 6 }), (all) => {
        expect(
          parseExport("x.txt", exported(all)).messages.map(({ date, author: who, content: what }) => [date, who, what]),
        ).toEqual(all);
      }),
    );
  });
});

describe("dates", () => {
  test.each([
    ["3/25/2024 9:00\u202fAM", "2024-03-25T09:00:00"],
    ["3/25/2024 12:30\u202fPM", "2024-03-25T12:30:00"],
    ["3/25/2024 12:30 AM", "2024-03-25T00:30:00"],
    ["25.03.2024 14:05", "2024-03-25T14:05:00"],
    ["05.03.2024 14:05", "2024-03-05T14:05:00"],
    ["5.3.2024 14.05", "2024-03-05T14:05:00"],
    ["25/03/2024 14:05", "2024-03-25T14:05:00"],
    ["25-03-2024 14:05", "2024-03-25T14:05:00"],
    ["2024-03-05 9:00 AM", "2024-03-05T09:00:00"],
    ["2024-03-05 14:05", "2024-03-05T14:05:00"],
    ["2024/3/5 下午2:05", "2024-03-05T14:05:00"],
    ["2024/3/5 下午 2:05", "2024-03-05T14:05:00"],
    ["2024. 3. 5. 오후 2:05", "2024-03-05T14:05:00"],
    ["2024. 03. 05. 14:05", "2024-03-05T14:05:00"],
    ["25/3/2024 2:05 μ.μ.", "2024-03-25T14:05:00"],
    ["25/03/2024 02:05 p. m.", "2024-03-25T14:05:00"],
    ["25.03.2024 г. 14:05", "2024-03-25T14:05:00"],
    ["25/03/2024 2:05 CH", "2024-03-25T14:05:00"],
    ["25/3/2567 14:05", "2024-03-25T14:05:00"],
    ["\u200f25\u200f/3\u200f/2024 2:05 م", "2024-03-25T14:05:00"],
    ["٢٥/٣/٢٠٢٤ ٢:٠٥ م", "2024-03-25T14:05:00"],
    ["25/03/2024 2:05 PTG", "2024-03-25T14:05:00"],
    ["25/03/2024 9:05 PG", "2024-03-25T09:05:00"],
    ["25.03.2024 2:05 m.d.", "2024-03-25T14:05:00"],
    ["25/03/2024 12:05 ጥዋት", "2024-03-25T00:05:00"],
    ["২৫/৩/২০২৪ ২:০৫ PM", "2024-03-25T14:05:00"],
    ["2024-25-03 14:05", "2024-03-25T14:05:00"],
    ["25. 03. 2024. 14:05", "2024-03-25T14:05:00"],
    ["05-Mar-24 02:05 PM", "2024-03-05T14:05:00"],
    ["03/25/2024 2:05 PM", "2024-03-25T14:05:00"],
    ["1711375500", "2024-03-25T14:05:00"],
    ["1711375500000", "2024-03-25T14:05:00"],
    ["2024-03-25T15:05:00.1230000+01:00", "2024-03-25T14:05:00.123"],
  ])("%s is %s", (text, iso) => {
    const parts = dateParts(plainDate(text));
    if (parts === undefined) throw new Error("no date");
    expect(resolveDates([parts], { file: "x" })).toEqual([Date.parse(`${iso}Z`) / 1000]);
  });

  test.each([
    "not a header",
    "1/2",
    "12",
    "34/35/2024 9:00",
    "3/5/2024",
    "3/5/2024 25:00",
    "3/5/2024 13:00 PM",
    "todo: 1 2 3",
    "",
  ])("%s is none", (text) => expect(dateParts(text)).toBeUndefined());

  const resolve = (texts: readonly string[], options: ReadOptions = {}) =>
    resolveDates(
      texts.map((text) => dateParts(text) ?? {}).map((parts) => ({ shape: "", ...parts })),
      { file: "x", ...options },
    ).map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 10));

  test.each([
    { by: "a number above 12", dates: ["2/1/2024 9:00", "13/1/2024 9:00"], wanted: ["2024-01-02", "2024-01-13"] },
    {
      by: "time that goes on",
      dates: ["1/2/2024 9:00", "2/2/2024 9:00", "1/3/2024 9:00"],
      wanted: ["2024-02-01", "2024-02-02", "2024-03-01"],
    },
    {
      by: "time that goes back",
      dates: ["1/3/2024 9:00", "2/2/2024 9:00", "1/2/2024 9:00"],
      wanted: ["2024-03-01", "2024-02-02", "2024-02-01"],
    },
    {
      by: "the option",
      options: { dateOrder: "dmy" as const },
      dates: ["1/2/2024 9:00", "3/4/2024 9:00"],
      wanted: ["2024-02-01", "2024-04-03"],
    },
  ])("know which of day and month is first by $by", ({ dates, wanted, options }) => {
    expect(resolve(dates, options)).toEqual(wanted);
  });

  test("that could be either, and differ, ask for the option", () => {
    expect(() => resolve(["1/2/2024 9:00", "3/4/2024 9:00"])).toThrow("the dates could have the day or the month first");
  });

  test.each([
    { zone: "Europe/Berlin", wall: [2024, 1, 5, 14, 5], iso: "2024-01-05T13:05:00Z" },
    { zone: "Europe/Berlin", wall: [2024, 7, 5, 14, 5], iso: "2024-07-05T12:05:00Z" },
    { zone: "Europe/Berlin", wall: [2024, 10, 27, 2, 30], iso: "2024-10-27T00:30:00Z" },
    { zone: "Europe/Berlin", wall: [2024, 3, 31, 2, 30], iso: "2024-03-31T01:30:00Z" },
    { zone: "America/New_York", wall: [2024, 11, 3, 0, 59], iso: "2024-11-03T04:59:00Z" },
    { zone: "Asia/Kolkata", wall: [2024, 1, 5, 14, 5], iso: "2024-01-05T08:35:00Z" },
  ])("$wall in $zone are $iso", ({ zone, wall, iso }) => {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = wall;
    expect(localSeconds({ year, month, day, hour, minute, second: 0 }, zone)).toBe(Date.parse(iso) / 1000);
  });

  test("in a zone that there is not are refused", () => {
    expect(() => localSeconds({ year: 2024, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, "Mars/Base")).toThrow(
      'no time zone "Mars/Base"',
    );
  });
});

describe("conversations", () => {
  test("of a text export end with an hour of silence, and join what one person says in five minutes", async () => {
    const all = await conversations(fixture("dm_iso_ampm.txt"), { me: "mira" });
    expect(said(all)).toEqual([
      [
        "user: hey are you around?\nneed the plan {draft} see https://ex.test/x 😀",
        "assistant: yes @tobin\ncall 555-123-4567\npinned note",
      ],
      ["assistant: back   now", "user: ok"],
    ]);
    const times = jsonOf("dm_iso_ampm.fixed.expected.json").messages.map(({ time }: { time: number }) => time);
    expect(all.flatMap(({ messages }) => messages.map(({ time }) => Date.parse(time ?? "") / 1000))).toEqual([
      times[0],
      times[2],
      times[5],
      times[6],
    ]);
  });

  test("of a guild in American English, with a count that is another", async () => {
    const warnings: string[] = [];
    const all = await conversations(fixture("guild_en_us_all_sections.txt"), { warn: (text) => warnings.push(text) });
    expect(said(all)).toEqual([
      ["oldname#0042: [not a header] first line\nsecond line\n\nfourth after a blank"],
      ["wren: look at these :sprout: and @oldname"],
    ]);
    expect(warnings.join("\n")).toMatch(
      /says that it has 1005 messages, and has 5[\s\S]*3\/5 could have the day or the month first/,
    );
  });

  test.each([
    {
      file: "dm.json",
      wanted: [["tobin: hey are you around?\nneed the plan", "assistant: yes @Tobin\ncall me\npinned note", "helper: beep"]],
    },
    { file: "dm.csv", wanted: [['user: hey are you around?\nsay "plan"', "assistant: yes\ncall me"]] },
  ])("of $file", async ({ file, wanted }) => {
    const all = await conversations(fixture(file), { me: "mira" });
    expect(said(all).slice(0, 1)).toEqual(wanted);
  });

  test("are told apart, and joined, by options; newest first is turned round", async () => {
    const newestFirst = exported([
      ["25.03.2024 09:03", "ann", "d"],
      ["25.03.2024 09:02", "ann", "c"],
      ["25.03.2024 09:01", "bob", "b"],
      ["25.03.2024 09:00", "ann", "a"],
    ]);
    expect(said(await conversations(fileOf(newestFirst), { gap: 59, me: "ann" }))).toHaveLength(4);
    expect(said(await conversations(fileOf(newestFirst), { join: 60, me: "ann" }))).toEqual([
      ["assistant: a", "user: b", "assistant: c", "assistant: d"],
    ]);
  });

  test("refuse a name that nobody has, and name who there is", async () => {
    await expect(conversations(fixture("dm_iso_ampm.txt"), { me: "mirra" })).rejects.toMatchObject({
      message: 'nobody is called "mirra"',
      more: { nearest: ["mira"], hint: "people: tobin, mira" },
    });
  });

  test("of a folder are those of each of its exports", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a", "one.txt"), textOf("dm_iso_ampm.txt"));
    writeFileSync(join(folder, "two.json"), textOf("dm.json"));
    writeFileSync(join(folder, "note.txt"), "no export");
    const warnings: string[] = [];
    const all = await conversations(folder, { warn: (text) => warnings.push(text) });
    expect(new Set(all.map(({ metadata }) => String(metadata.origin).split(":")[0]))).toEqual(
      new Set([join("a", "one.txt"), "two.json"]),
    );
    expect(warnings).toEqual([`${join(folder, "note.txt")} is no export of DiscordChatExporter, and is left out`]);
  });
});

describe("a folder of channels", () => {
  const folderOf = () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.txt"), exported([["25.03.2024 09:00", "ann", "a"]]));
    writeFileSync(join(folder, "b.txt"), exported([["25.03.2024 09:00", "bob", "b"]]));
    return folder;
  };

  test("may have some in which I wrote nothing", async () => {
    expect(said(await conversations(folderOf(), { me: "bob" }))).toEqual([["user: a"], ["assistant: b"]]);
  });

  test("is refused when I wrote in none", async () => {
    await expect(conversations(folderOf(), { me: "cy" })).rejects.toMatchObject({
      message: 'nobody is called "cy"',
      more: { hint: "people: ann, bob" },
    });
  });

  test("is refused with an export that has nothing in it", async () => {
    await expect(conversations(fileOf(exported([])))).rejects.toMatchObject({ message: "the export has no messages" });
  });
});

describe("as selfchatbot had it", () => {
  const wanted = jsonOf("dm_iso_ampm.selfchatbot_compat.expected.json");

  test("the messages of its own locale", () => {
    expect(selfchatbotPackets(textOf("dm_iso_ampm.txt"), { me: "mira" })).toEqual(wanted.packets);
  });

  test("no message of another locale", () => {
    expect(selfchatbotPackets(textOf("guild_en_us_all_sections.txt"), { me: "wren" })).toEqual([]);
  });
});

describe("pseudonyms", () => {
  test("stand in the name of the file as well", async () => {
    const file = fileOf(textOf("dm.json"), "Direct Messages - tobin [900].json");
    const [one] = await conversations(file, { me: "mira", pseudonyms: {} });
    expect(one?.metadata.origin).toMatch(/^Direct Messages - person-[0-9a-f]{6} \[900\]\.json:1$/);
  });

  test("stand for all but me, in names and in texts, and are the same in every export of a chat", async () => {
    const [text] = await conversations(fixture("dm_iso_ampm.txt"), { me: "mira", pseudonyms: {} });
    const [json] = await conversations(fixture("dm.json"), { me: "mira", pseudonyms: {} });
    const pseudonym = /person-[0-9a-f]{6}/.exec(String(text?.messages[1]?.content))?.[0];
    expect(text?.messages[1]?.content).toBe(`yes @${pseudonym}\ncall 555-123-4567\npinned note`);
    expect(json?.messages[1]?.content).toBe(`yes @${pseudonym}\ncall me\npinned note`);
    const [secret] = await conversations(fixture("dm.json"), { me: "mira", pseudonyms: { secret: "s" } });
    expect(secret?.messages[1]?.content).not.toBe(json?.messages[1]?.content);
  });
});
