import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "plugin-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** In a Node of its own: the test runner would load and transform the file itself. */
function load(
  name: string,
  text: string | undefined,
): { exports?: string[]; error?: { code: string; message: string; line?: number; hint?: string } } {
  const file = join(folder, name);
  if (text !== undefined) writeFileSync(file, text);
  const code = `
    import { loadModule } from ${JSON.stringify(fileURLToPath(new URL("./load-module.ts", import.meta.url)))};
    try {
      console.log(JSON.stringify({ exports: Object.keys(await loadModule(${JSON.stringify(file)})) }));
    } catch ({ code, message, more }) {
      console.log(JSON.stringify({ error: { code, message, line: more?.where?.line, hint: more?.hint } }));
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("loadModule", () => {
  test.each([
    { name: "a.js", text: "export const a = 1;" },
    { name: "b.mjs", text: "export const a = 1;" },
    { name: "c.ts", text: "interface X { y: number }\nexport const a: X = { y: 1 };" },
  ])("runs $name", ({ name, text }) => {
    expect(load(name, text)).toEqual({ exports: ["a"] });
  });

  test.each([
    { name: "syntax.js", text: "export const a = 1;\nexport const b = ;", line: 2, says: /Unexpected token/ },
    { name: "throws.mjs", text: "const x = 1;\nthrow new Error('no model here');", line: 2, says: /no model here/ },
    { name: "types.ts", text: "enum A { B }\nexport const a = A.B;", line: 1, says: /enum/, hint: /only types can be stripped/ },
    { name: "missing.js", text: 'import "./other";', says: /Cannot find module/, hint: /need their extension/ },
    { name: "package.js", text: 'import "no-such-package-here";', says: /Cannot find package/, hint: /installed beside/ },
    { name: "not-there.ts", text: undefined, says: /no such file/ },
    { name: "model.py", text: "print(1)", says: /a plug-in is a \.ts or \.js file/ },
  ])("refuses $name", ({ name, text, line, says, hint }) => {
    const { error } = load(name, text);
    expect(error?.code).toBe("plugin.invalid");
    expect(error?.message).toMatch(says);
    expect(error?.line).toBe(line);
    if (hint !== undefined) expect(error?.hint).toMatch(hint);
  });
});

describe("loadModule in a project that npm init made", () => {
  test.each([
    { name: "mine.ts", text: "export const a: number = 1;", wanted: "name it mine.mts, or put" },
    {
      name: "mine.js",
      text: 'import { join } from "node:path";\nexport const a = join("a");',
      wanted: "name it mine.mjs, or put",
    },
  ])("says how $name becomes a module", ({ name, text, wanted }) => {
    writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
    try {
      const { error } = load(name, text);
      expect(error?.code).toBe("plugin.invalid");
      expect(error?.hint).toContain(wanted);
    } finally {
      rmSync(join(folder, "package.json"));
    }
  });
});
