import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { isSameTarget } from "./same-target.ts";

describe("isSameTarget", () => {
  const folder = mkdtempSync(join(tmpdir(), "finegauge-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "real"));
  symlinkSync(join(folder, "real"), join(folder, "linked"));
  writeFileSync(join(folder, "real", "a"), "");
  symlinkSync(join(folder, "real", "a"), join(folder, "to-a"));
  test.each([
    { one: "real/a", other: "real/a", same: true },
    { one: "real/a", other: "real/../real/a", same: true },
    { one: "real/a", other: "to-a", same: true },
    { one: "linked/a", other: "real/a", same: true },
    { one: "linked/new/b", other: "real/new/b", same: true },
    { one: "real/a", other: "real/b", same: false },
    { one: "real/b", other: "b", same: false },
  ])("$one and $other: $same", ({ one, other, same }) => {
    expect(isSameTarget(join(folder, one), join(folder, other))).toBe(same);
    expect(isSameTarget(relative(process.cwd(), join(folder, one)), join(folder, other))).toBe(same);
  });

  test("what is no file replaces nothing", () => expect(isSameTarget("/dev/null", "/dev/null")).toBe(false));
});
