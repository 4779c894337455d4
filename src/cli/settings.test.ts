import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { readSettings } from "./settings.ts";

/** A working directory with this finegauge.yaml. */
function folderWith(yaml: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "finegauge.yaml"), yaml);
  return folder;
}

const full = "registry: [mine, ../shared]\nout: runs\nmodels: a\nevals: [e, f]\nconcurrency: 3\ntimeout: 1.5\nconfirm_above: 0\n";

describe("readSettings", () => {
  test("has defaults where nothing is said", async () => {
    const settings = await readSettings({}, temporaryFolder());
    expect(settings).toMatchObject({
      roots: [],
      out: "reports",
      models: [],
      evals: [],
      concurrency: undefined,
      timeoutMs: 120_000,
      confirmAbove: 1,
    });
    expect(settings.packaged).toMatch(/registry$/);
  });

  test("takes every value of finegauge.yaml, paths from where it stands", async () => {
    const folder = folderWith(full);
    expect(await readSettings({}, folder)).toMatchObject({
      roots: [join(folder, "mine"), join(folder, "../shared")],
      out: join(folder, "runs"),
      models: ["a"],
      evals: ["e", "f"],
      concurrency: 3,
      timeoutMs: 1500,
      confirmAbove: 0,
    });
  });

  test("the command line wins, and its registries come on top of the file's", async () => {
    const folder = folderWith(full);
    mkdirSync(join(folder, "third"));
    const settings = await readSettings({ registry: ["third"], out: "o", concurrency: 9, timeout: 7 }, folder);
    expect(settings).toMatchObject({ out: "o", concurrency: 9, timeoutMs: 7000 });
    // `auto` goes over a number, as any other value does.
    expect((await readSettings({ concurrency: "auto" }, folder)).concurrency).toBeUndefined();
    expect(settings.roots).toEqual(["mine", "../shared", "third"].map((name) => join(folder, name)));
  });

  test("a folder registry is found without being named, until the file names others", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "registry"));
    expect((await readSettings({}, folder)).roots).toEqual([join(folder, "registry")]);
    writeFileSync(join(folder, "finegauge.yaml"), "registry: other\n");
    expect((await readSettings({}, folder)).roots).toEqual([join(folder, "other")]);
  });

  test("the packaged registry named as a root is not read twice", async () => {
    const { packaged } = await readSettings({}, temporaryFolder());
    expect((await readSettings({ registry: [packaged as string] }, temporaryFolder())).packaged).toBeUndefined();
  });

  test("refuses a registry of the command line that is not there", async () => {
    await expect(readSettings({ registry: ["nowhere"] }, temporaryFolder())).rejects.toMatchObject({ code: "cli.usage" });
  });

  test.each(["", "# nothing yet\n", "{}\n"])("takes %j for no settings", async (yaml) => {
    expect((await readSettings({}, folderWith(yaml))).out).toBe("reports");
  });

  test.each([
    { name: "an unknown key", yaml: "out: a\nmodel: b\n", line: 2, column: 1, message: "unknown key model", nearest: ["models"] },
    { name: "a value of the wrong kind", yaml: "out: a\n\ntimeout: soon\n", line: 3, column: 1, message: "timeout: " },
    { name: "a number out of range", yaml: "concurrency: 0\n", line: 1, column: 1, message: "concurrency: " },
    { name: "a list that never ends", yaml: "out: a\nmodels: [a\n", line: 3, column: 1, message: "Flow sequence" },
    { name: "a key twice", yaml: "out: a\nout: b\n", line: 2, column: 1, message: "Map keys must be unique" },
    { name: "a list instead of keys", yaml: "- out\n", message: "Invalid input" },
    { name: "a text instead of keys", yaml: "out\n", message: "Invalid input" },
    { name: "an alias of nothing", yaml: "out: *nowhere\n", message: "Unresolved alias" },
  ])("refuses $name, and says where", async ({ yaml, line, column, message, nearest = [] }) => {
    const folder = folderWith(yaml);
    const error = await readSettings({}, folder).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "registry.invalid", message: expect.stringMatching(new RegExp(`^${message}`)) });
    expect(error).toMatchObject({ more: { where: { file: join(folder, "finegauge.yaml") } } });
    const { where, nearest: near = [] } = (error as { more: { where: { line?: number; column?: number }; nearest?: string[] } })
      .more;
    expect([where.line, where.column, near]).toEqual([line, column, nearest]);
  });
});
