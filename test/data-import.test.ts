import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/finetune-data/${name}`, import.meta.url));
const textOf = (name: string) => readFileSync(fixture(name), "utf8");
const jsonLines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("finegauge data import", () => {
  test("makes chats of a Discord export, with other names for people and a warning of what is missing", async () => {
    using scratch = scratchFolder();
    const from = fixture("discord/guild_en_us_all_sections.txt");
    const args = ["data", "import", from, "--me", "wren", "--output", "chat.jsonl"];
    const { code, stdout, stderr } = await finegauge(args, { cwd: scratch.path });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toContain("says that it has 1005 messages, and has 5");
    expect(stderr).toContain("2 rows → 0 as chat");
    expect(stderr).toContain("left out: 1 × wren says nothing in it");

    const whole = await finegauge([...args, "--gap", "86400", "--force"], { cwd: scratch.path });
    expect(whole).toMatchObject({ code: 0, stdout: "" });
    const [row] = jsonLines(readFileSync(join(scratch.path, "chat.jsonl"), "utf8"));
    expect(row).toEqual({
      messages: [
        { role: "user", content: "[not a header] first line\nsecond line\n\nfourth after a blank" },
        { role: "assistant", content: expect.stringMatching(/^look at these :sprout: and @person-[0-9a-f]{6}$/) },
      ],
      metadata: { origin: "guild_en_us_all_sections.txt:8" },
    });
  });

  test.each(["discord/dm.json", "discord/dm.csv", "discord/dm_iso_ampm.txt"])(
    "has the same names of %s each time, and the real ones if asked",
    async (name) => {
      const args = ["data", "import", fixture(name), "--me", "mira", "--no-metadata"];
      const [once, again, real] = await Promise.all([finegauge(args), finegauge(args), finegauge([...args, "--keep-names"])]);
      expect(once).toMatchObject({ code: 0, stdout: again.stdout });
      expect(once.stdout).not.toContain("tobin");
      expect(real.stdout.toLowerCase().includes("tobin")).toBe(name !== "discord/dm.csv");
    },
  );

  test("makes names by a key that nobody else has", async () => {
    using scratch = scratchFolder();
    for (const key of ["one", "two", "none"]) writeFileSync(join(scratch.path, key), key === "none" ? "\n" : `${key}\n`);
    const import_ = (key: string) =>
      finegauge(["data", "import", fixture("discord/dm.json"), "--me", "mira", "--pseudonym-key", key], { cwd: scratch.path });
    const [one, two, none, missing] = await Promise.all(["one", "two", "none", "missing"].map(import_));
    expect(one?.stdout).toMatch(/person-[0-9a-f]{6}/);
    expect(two?.stdout).not.toBe(one?.stdout);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("the key is empty") });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot read the key missing") });
  });

  test("writes what selfchatbot trains on, to the byte", async () => {
    using scratch = scratchFolder();
    mkdirSync(join(scratch.path, "DiscordChatExporter"));
    copyFileSync(fixture("discord/dm_iso_ampm.txt"), join(scratch.path, "DiscordChatExporter", "dm.txt"));
    const args = ["data", "import", ".", "--me", "mira", "--compat", "selfchatbot", "--to", "selfchatbot"];
    const { code, stdout } = await finegauge(args, { cwd: scratch.path });
    expect(code).toBe(0);
    expect(stdout).toBe(
      JSON.parse(textOf("discord/dm_iso_ampm.selfchatbot_compat.expected.json")).corpora_with_bos_eos_endoftext,
    );
  });

  test("makes chats of a Slack export, one for each thread and silence", async () => {
    const { code, stdout } = await finegauge(["data", "import", fixture("slack/slack-export"), "--me", "cy", "--keep-names"]);
    expect(code).toBe(0);
    expect(jsonLines(stdout).map(({ messages, metadata }) => [messages.length, messages.at(-1).role, metadata.origin])).toEqual([
      [4, "assistant", "general/2023-11-14.json:4"],
      [3, "assistant", "general/2023-11-14.json:9"],
    ]);
  });

  test.each([
    { order: [], expected: "examples_chronological" },
    { order: ["--order", "newest-first"], expected: "examples_newest_first" },
  ])("asks who replies in a Slack export: $expected", async ({ order, expected }) => {
    using scratch = scratchFolder();
    const out = ["--labels", "labels.json", "--output", "rows.jsonl", "--no-metadata", ...order];
    const args = ["data", "import", fixture("slack/slack-export"), "--keep-names", ...out];
    expect(await finegauge(args, { cwd: scratch.path })).toMatchObject({ code: 0, stdout: "" });
    const written = (name: string) => readFileSync(join(scratch.path, name), "utf8");
    expect(jsonLines(written("rows.jsonl"))).toEqual(jsonLines(textOf(`slack/${expected}.expected.jsonl`)));
    expect(JSON.parse(written("labels.json"))).toEqual(JSON.parse(textOf("slack/labels.expected.json")));
    expect((await finegauge(args, { cwd: scratch.path })).stderr).toContain("labels.json");
    expect(readdirSync(scratch.path).sort()).toEqual(["labels.json", "rows.jsonl"]);
  });

  test("leaves nothing behind of labels that there cannot be", async () => {
    using scratch = scratchFolder();
    const args = ["data", "import", fixture("discord/dm.json"), "--labels", "labels.json", "--output", "rows.jsonl"];
    const { code, stderr } = await finegauge(args, { cwd: scratch.path });
    expect(code).toBe(2);
    expect(stderr).toContain("--labels is for Slack exports");
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test("makes ShareGPT of a folder that PromptingTools.jl saved", async () => {
    const { code, stdout } = await finegauge(["data", "import", fixture("promptingtools"), "--to", "sharegpt"]);
    expect(code).toBe(0);
    const rows = jsonLines(stdout);
    expect(rows).toHaveLength(6);
    const [saved] = JSON.parse(textOf("promptingtools/conversation__InJulia__1SHOT__20240412_195147__333.json"));
    expect(rows[0].conversations[0]).toEqual({ value: saved.content, from: "system" });
  });

  test("makes of an export what an eval is made of, by way of chats", async () => {
    const { stdout: chats } = await finegauge(["data", "import", fixture("discord/dm_iso_ampm.txt"), "--me", "mira"]);
    const { code, stdout } = await finegauge(["data", "convert", "-", "--to", "samples", "--lossy"], { input: chats });
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      {
        input: [{ role: "user", content: expect.stringMatching(/^hey are you around\?\nneed the plan/) }],
        ideal: expect.stringMatching(/^yes @person-[0-9a-f]{6}\ncall/),
        metadata: { origin: "dm_iso_ampm.txt:6" },
      },
    ]);
  });

  test("makes a report of what was left out, and writes nothing when dry", async () => {
    using scratch = scratchFolder();
    const args = ["data", "import", fixture("slack/slack-export"), "--me", "cy", "--json", "--output", "out.jsonl"];
    const dry = await finegauge([...args, "--dry-run"], { cwd: scratch.path });
    expect(JSON.parse(dry.stdout)).toMatchObject({
      from: "slack",
      to: "chat",
      rows: 3,
      written: 2,
      dropped: { "cy says nothing in it": 1 },
    });
    expect(readdirSync(scratch.path)).toEqual([]);
  });

  test.each([
    { what: "a person who is not there", args: [fixture("discord/dm.json"), "--me", "mirra"], says: 'nobody is called "mirra"' },
    { what: "a folder of something else", args: [fixture("axolotl")], says: "does not show which format it has" },
    {
      what: "a folder for a format of files",
      args: [fixture("slack/slack-export"), "--from", "chat"],
      says: "chat is not read from a folder",
    },
    {
      what: "a format that is only written",
      args: [fixture("discord/dm.csv"), "--from", "selfchatbot"],
      says: "selfchatbot is not read",
    },
    {
      what: "a zone that there is not",
      args: [fixture("discord/dm_iso_ampm.txt"), "--time-zone", "Mars/Base"],
      says: "no time zone",
    },
  ])("refuses $what", async ({ args, says }) => {
    const { code, stdout, stderr } = await finegauge(["data", "import", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});

describe("finegauge data convert", () => {
  test.each([
    { what: "as it was", compat: ["--compat", "chat-builder"], of: (golden: string) => golden },
    {
      what: "with words within sentences kept",
      compat: [],
      of: (golden: string) => golden.replace("Why # is", "Why TEACHER: is"),
    },
  ])("formats chat-builder's text $what", async ({ compat, of }) => {
    const args = ["data", "convert", fixture("chat-builder/raw_conv.txt"), "--to", "chat-builder", ...compat];
    const strict = await finegauge(args);
    expect(strict).toMatchObject({ code: 2, stderr: expect.stringContaining("what stands behind the last answer") });
    const { code, stdout } = await finegauge([...args, "--lossy"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: of(textOf("chat-builder/formatted.expected.txt")) });
  });
});
