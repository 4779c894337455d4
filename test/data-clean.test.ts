import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const rowsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
const chat = (...said: string[]) => ({
  messages: said.map((content, at) => ({ role: at % 2 === 0 ? "user" : "assistant", content })),
});
const jsonLines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("finegauge data clean", () => {
  test("makes of an export's conversations what its cleanup is to make of them", async () => {
    using scratch = scratchFolder();
    const exported = fileURLToPath(new URL("./fixtures/finetune-data/discord/dm_iso_ampm", import.meta.url));
    const imported = ["data", "import", `${exported}.txt`, "--me", "mira", "--keep-names", "--output", "chat.jsonl"];
    expect((await finegauge(imported, { cwd: scratch.path })).code).toBe(0);
    const { code, stdout, stderr } = await finegauge(["data", "clean", "chat.jsonl", "--chat", "--no-metadata"], {
      cwd: scratch.path,
    });
    expect(code).toBe(0);
    const { samples_after_cleanup: wanted } = JSON.parse(readFileSync(`${exported}.fixed.expected.json`, "utf8"));
    // There, every phone number becomes this one.
    expect(rowsOf(stdout.replaceAll("[phone-1]", "1234567890"))).toEqual(wanted);
    expect(stderr).toContain("changed: 1 × redact");
    const again = await finegauge(["data", "clean", "-", "--chat", "--no-metadata"], { input: stdout });
    expect(again.stdout).toBe(stdout);
    expect(again.stderr).not.toContain("changed");
  });

  test("leaves nothing private in the file or what is said of it, and keeps it elsewhere only when asked to", async () => {
    using scratch = scratchFolder();
    const secrets = [
      "anna@example.com",
      "+49 30 901820",
      "4111 1111 1111 1111",
      "DE89370400440532013000",
      "192.0.2.17",
      "sk-abcdefgh12345678",
    ];
    const input = jsonLines([chat(`I am ${secrets.join(", ")}`, "ok"), chat("who is ANNA@example.com?", "😀")]);
    const args = ["data", "clean", "-", "--redact", "--emoji", "--output", "out.jsonl", "--report", "report.jsonl"];
    const { code, stderr } = await finegauge(args, { cwd: scratch.path, input });
    expect(code).toBe(0);
    const written = ["out.jsonl", "report.jsonl"].map((file) => readFileSync(join(scratch.path, file), "utf8"));
    expect(rowsOf(written[0] ?? "")).toMatchObject([
      chat("I am [email-1], [phone-1], [card-1], [iban-1], [ip-1], [key-1]", "ok"),
    ]);
    expect(rowsOf(written[1] ?? "")).toEqual([
      { line: 1, changed: ["redact"] },
      { line: 2, dropped: "nothing is left of its answer" },
    ]);
    expect(stderr).toContain("left out: 1 × nothing is left of its answer");
    for (const text of [...written, stderr]) for (const secret of secrets) expect(text).not.toContain(secret);
    expect(readdirSync(scratch.path).sort()).toEqual(["out.jsonl", "report.jsonl"]);

    const kept = await finegauge(["data", "clean", "-", "--redact-map", "map.json"], { cwd: scratch.path, input });
    expect(kept.code).toBe(0);
    expect(JSON.parse(readFileSync(join(scratch.path, "map.json"), "utf8"))).toEqual({
      "[email-1]": "anna@example.com",
      "[phone-1]": "+49 30 901820",
      "[card-1]": "4111 1111 1111 1111",
      "[iban-1]": "DE89370400440532013000",
      "[ip-1]": "192.0.2.17",
      "[key-1]": "sk-abcdefgh12345678",
    });
  });

  test("makes numbers of labels, with the marks of completions, and labels of the numbers again", async () => {
    using scratch = scratchFolder();
    const rows = ["shipping", "billing", "shipping", "refund"].map((completion, at) => ({ prompt: `ticket ${at}`, completion }));
    writeFileSync(join(scratch.path, "rows.jsonl"), jsonLines(rows));
    const args = ["rows.jsonl", "--labels", "--separator", "auto", "--leading-space", "--no-metadata", "--output", "coded.jsonl"];
    const { code, stderr } = await finegauge(["data", "clean", ...args], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(stderr).toContain("3 labels · coded.labels.json");
    expect(JSON.parse(readFileSync(join(scratch.path, "coded.labels.json"), "utf8"))).toEqual(["billing", "refund", "shipping"]);
    expect(rowsOf(readFileSync(join(scratch.path, "coded.jsonl"), "utf8"))).toEqual(
      [" 2", " 0", " 2", " 1"].map((completion, at) => ({ prompt: `ticket ${at} ->`, completion })),
    );
    const back = await finegauge(["data", "clean", "coded.jsonl", "--decode-labels", "coded.labels.json", "--no-metadata"], {
      cwd: scratch.path,
    });
    expect(rowsOf(back.stdout)).toEqual(
      rows.map(({ completion }, at) => ({ prompt: `ticket ${at} ->`, completion: ` ${completion}` })),
    );
    const again = await finegauge(["data", "clean", ...args], { cwd: scratch.path });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("coded.labels.json is there already") });
  });

  test.each([
    { what: "nothing to do", args: [], says: "nothing is to be cleaned" },
    { what: "labels without a place for their list", args: ["--labels"], says: "the list of labels stands beside the output" },
    { what: "a list that is not there", args: ["--decode-labels", "none.json"], says: "cannot read the labels none.json" },
    {
      what: "an answer that is no number of a label",
      args: ["--decode-labels", "list.json", "--output", "out.jsonl"],
      says: 'line 2: "x" is no number of a label',
    },
  ])("refuses $what, and leaves nothing behind", async ({ args, says }) => {
    using scratch = scratchFolder();
    writeFileSync(join(scratch.path, "list.json"), '["a"]');
    writeFileSync(join(scratch.path, "rows.jsonl"), jsonLines([chat("q", "0"), chat("q", "x")]));
    const { code, stdout, stderr } = await finegauge(["data", "clean", "rows.jsonl", ...args], { cwd: scratch.path });
    expect({ code, stdout }).toMatchObject({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(readdirSync(scratch.path).sort()).toEqual(["list.json", "rows.jsonl"]);
  });
});
