import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { stageFile } from "./staged-file.ts";

describe("a staged file", () => {
  test("has its name when it is whole, and not before", () => {
    const folder = temporaryFolder();
    const file = join(folder, "new", "out.txt");
    const staged = stageFile(file);
    const long = "é".repeat(100_000);
    staged.write(long);
    staged.write("end");
    expect(existsSync(file)).toBe(false);
    staged.commit();
    expect(readFileSync(file, "utf8")).toBe(`${long}end`);
    staged.abandon();
    expect(readdirSync(join(folder, "new"))).toEqual(["out.txt"]);
  });

  test("leaves nothing when it is abandoned, and the old one as it was", () => {
    const folder = temporaryFolder();
    const file = join(folder, "out.txt");
    writeFileSync(file, "old");
    const staged = stageFile(file, { force: true });
    staged.write("x".repeat(200_000));
    staged.abandon();
    staged.abandon();
    expect(readdirSync(folder)).toEqual(["out.txt"]);
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  test("replaces only by force, also what came while it was written, and through a link", () => {
    const folder = temporaryFolder();
    const file = join(folder, "out.txt");
    const link = join(folder, "link.txt");
    const late = stageFile(file);
    writeFileSync(file, "old");
    expect(() => late.commit()).toThrow(expect.objectContaining({ code: "cli.usage" }));
    expect(() => stageFile(file)).toThrow(
      expect.objectContaining({ code: "cli.usage", message: expect.stringContaining("is there already") }),
    );
    expect(readdirSync(folder)).toEqual(["out.txt"]);
    symlinkSync(file, link);
    const staged = stageFile(link, { force: true });
    staged.write("new");
    staged.commit();
    expect(readFileSync(file, "utf8")).toBe("new");
  });

  test("of two under one name, by any spelling, the second is refused until the first is done", () => {
    const folder = temporaryFolder();
    const file = join(folder, "out.txt");
    const first = stageFile(file);
    expect(() => stageFile(join(folder, "..", basename(folder), "out.txt"))).toThrow(
      expect.objectContaining({ code: "cli.usage", message: expect.stringContaining("written twice") }),
    );
    first.commit();
    expect(readdirSync(folder)).toEqual(["out.txt"]);
    stageFile(file, { force: true }).abandon();
    expect(readdirSync(folder)).toEqual(["out.txt"]);
  });

  test("that is settled has no name yet, and is taken away all the same", () => {
    const folder = temporaryFolder();
    const file = join(folder, "out.txt");
    const staged = stageFile(file);
    staged.write("whole");
    staged.settle();
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^out\.txt\..*\.tmp$/)]);
    staged.abandon();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("does not outlive a process that ends before it is whole", () => {
    const folder = temporaryFolder();
    const code = `
      const { stageFile } = await import(${JSON.stringify(new URL("./staged-file.ts", import.meta.url).href)});
      stageFile(${JSON.stringify(join(folder, "out.txt"))}).write("half");
      process.exit(3);`;
    const { status } = spawnSync(process.execPath, ["--input-type=module", "--eval", code]);
    expect([status, readdirSync(folder)]).toEqual([3, []]);
  });

  test("refuses a folder", () => {
    expect(() => stageFile(temporaryFolder(), { force: true })).toThrow(expect.objectContaining({ code: "run.disk" }));
  });
});
