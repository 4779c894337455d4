import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { pagePath } from "./page-path.ts";

const now = new Date("2026-11-20T10:15:00.123Z");

test("two pages of one second have two names, and neither is given out again", () => {
  const out = join(temporaryFolder(), "reports");
  const paths = [1, 2, 3].map(() => pagePath(out, "diff", now));
  expect(paths).toEqual(
    ["20261120T101500Z-diff.html", "20261120T101500Z-diff-2.html", "20261120T101500Z-diff-3.html"].map((name) => join(out, name)),
  );
  expect(paths.every((path) => existsSync(path))).toBe(true);
  expect(pagePath(out, "leaderboard", now)).toBe(join(out, "20261120T101500Z-leaderboard.html"));
});

test("a folder that cannot be made is said", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  expect(() => pagePath(file, "diff", now)).toThrow(expect.objectContaining({ code: "run.disk" }));
});
