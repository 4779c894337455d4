import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { checkTarget } from "./check-target.ts";

test.each([
  { target: "new.html", fits: true },
  { target: "there.html", fits: true },
  { target: "made/later/new.html", fits: true },
  { target: ".", fits: false },
  { target: "there.html/new.html", fits: false },
  { target: "there.html/made/new.html", fits: false },
])("$target is taken: $fits, and nothing is made", ({ target, fits }) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "there.html"), "");
  const check = () => checkTarget(join(folder, target));
  if (fits) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code: "run.disk" }));
  expect(readdirSync(folder)).toEqual(["there.html"]);
});

test("standard output, and what is no file, is taken", () => {
  expect(() => checkTarget("-")).not.toThrow();
  expect(() => checkTarget("/dev/null")).not.toThrow();
});
