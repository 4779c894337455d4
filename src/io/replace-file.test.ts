import { execFile, execFileSync } from "node:child_process";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { replaceFile } from "./replace-file.ts";

describe("replaceFile", () => {
  test("writes text and bytes piece by piece, and makes the folders", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "a", "b", "out.txt");
    await replaceFile(file, ["é", Buffer.from("bytes"), "", "x".repeat(3_000_000)]);
    expect(readFileSync(file, "utf8")).toBe(`ébytes${"x".repeat(3_000_000)}`);
    expect(readdirSync(join(folder, "a", "b"))).toEqual(["out.txt"]);
  });

  test.each([
    { name: "new", old: undefined },
    { name: "old", old: "as it was" },
  ])("leaves the $name file as it was when the contents fail half-way", async ({ old }) => {
    const folder = temporaryFolder();
    const file = join(folder, "out.txt");
    if (old !== undefined) writeFileSync(file, old);
    async function* contents() {
      yield "half";
      throw new Error("no more");
    }
    await expect(replaceFile(file, contents())).rejects.toThrow("no more");
    expect(readdirSync(folder)).toEqual(old === undefined ? [] : ["out.txt"]);
    if (old !== undefined) expect(readFileSync(file, "utf8")).toBe(old);
  });

  test("a link stays a link, and the file behind it is replaced", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "behind.txt"), "old");
    symlinkSync("behind.txt", join(folder, "link.txt"));
    await replaceFile(join(folder, "link.txt"), ["new"]);
    expect(lstatSync(join(folder, "link.txt")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "behind.txt"), "utf8")).toBe("new");
  });

  test("a pipe is written to, and still is one afterwards", async () => {
    const pipe = join(temporaryFolder(), "pipe");
    execFileSync("mkfifo", [pipe]);
    const read = promisify(execFile)("cat", [pipe]);
    await replaceFile(pipe, ["first ", "second"]);
    expect((await read).stdout).toBe("first second");
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  test("a device is never replaced by a file: a full one says so", async () => {
    const before = statSync("/dev/full");
    await expect(replaceFile("/dev/full", ["text"])).rejects.toMatchObject({ code: "run.disk" });
    expect(statSync("/dev/full").isCharacterDevice()).toBe(before.isCharacterDevice());
    expect(statSync("/dev/full").ino).toBe(before.ino);
  });

  test("stops reading the contents when they cannot be written", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "out.txt"));
    let closed = false;
    function* contents() {
      try {
        yield "a";
      } finally {
        closed = true;
      }
    }
    await expect(replaceFile(join(folder, "out.txt"), contents())).rejects.toMatchObject({ code: "run.disk" });
    expect(closed).toBe(true);
    expect(readdirSync(folder)).toEqual(["out.txt"]);
  });

  test("a private file stays private", async () => {
    const file = join(temporaryFolder(), "out.txt");
    writeFileSync(file, "old");
    chmodSync(file, 0o600);
    await replaceFile(file, ["new"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("of two that write at once one is there, whole", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "out.txt");
    const contents = ["a", "b"].map((letter) => letter.repeat(500_000));
    await Promise.all(contents.map((content) => replaceFile(file, [content.slice(0, 1000), content.slice(1000)])));
    expect(contents).toContain(readFileSync(file, "utf8"));
    expect(readdirSync(folder)).toEqual(["out.txt"]);
  });

  test("a folder that cannot be made is the disk's fault", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a"), "a file");
    await expect(replaceFile(join(folder, "a", "out.txt"), ["x"])).rejects.toMatchObject({ code: "run.disk" });
  });
});
