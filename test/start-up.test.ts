import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const spy = new URL("./support/log-modules.mjs", import.meta.url).href;

/** Packages that a command loads, told by the loader itself. */
function packagesLoadedBy(args: readonly string[]): string[] {
  const { stderr } = spawnSync(process.execPath, ["--import", spy, bin, ...args], { encoding: "utf8" });
  const loaded = [...stderr.matchAll(/^loaded .*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, name]) => name as string);
  expect(stderr).toContain("loaded ");
  return [...new Set(loaded)].sort();
}

test("the built command can be run by its name, in the checkout too", () => {
  expect(statSync(bin).mode & 0o111).toBe(0o111);
});

describe("the command line starts with what the command needs", () => {
  test.each([{ args: ["--help"] }, { args: ["--version"] }, { args: ["run", "--help"] }])(
    "$args loads commander alone",
    ({ args }) => {
      expect(packagesLoadedBy(args)).toEqual(["commander"]);
    },
  );

  test("a list loads no model library", () => {
    const loaded = packagesLoadedBy(["list", "evals"]);
    expect(loaded).toContain("yaml");
    for (const heavy of ["openai", "mathjs", "node-llama-cpp", "undici"]) expect(loaded).not.toContain(heavy);
  });
});
