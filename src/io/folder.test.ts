import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { makeFolder } from "./folder.ts";

describe("makeFolder", () => {
  test.each([
    { there: "", made: "a" },
    { there: "a", made: "a/b" },
    { there: "a/b/c", made: undefined },
  ])("says that the topmost it made is $made when '$there' was there", ({ there, made }) => {
    const root = temporaryFolder();
    mkdirSync(join(root, there), { recursive: true });
    expect(makeFolder(join(root, "a", "b", "c"))).toBe(made && join(root, made));
    expect(existsSync(join(root, "a", "b", "c"))).toBe(true);
  });

  test("says it as an absolute path, whatever it was given", () => {
    const root = temporaryFolder();
    expect(makeFolder(relative(process.cwd(), join(root, "a", "b")))).toBe(join(root, "a"));
  });

  test("a file in the way is told with its place", () => {
    const root = temporaryFolder();
    writeFileSync(join(root, "a"), "");
    const folder = join(root, "a", "b");
    expect(() => makeFolder(folder)).toThrow(
      expect.objectContaining({ code: "run.disk", more: expect.objectContaining({ where: { file: folder } }) }),
    );
  });
});

test.runIf(process.platform === "linux")("a file system that makes no folders ends the attempt", () => {
  expect(() => makeFolder("/proc/zz/deep/er")).toThrow(expect.objectContaining({ code: "run.disk" }));
});
