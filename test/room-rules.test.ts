import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "./support/finegauge.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Cruise {
  modules: { source: string }[];
  summary: { violations: { rule: { name: string }; from: string; to: string }[] };
}

function cruise(folder: string): Cruise {
  const found = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs"),
      "src",
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "json",
    ],
    { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  return JSON.parse(found.stdout) as Cruise;
}

describe("the rooms", () => {
  test("import only what their rules allow, and the tool saw every file", () => {
    const { modules, summary } = cruise(root);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    const seen = new Set(modules.map(({ source }) => source));
    const files = globSync("src/**/*.{ts,tsx}", { cwd: root }).filter((file) => !file.endsWith(".test.ts"));
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => !seen.has(file))).toEqual([]);
  });

  test.each([
    {
      rule: "core-imports",
      file: "src/core/planted.ts",
      text: 'import { safeName } from "../runs/index.ts";\nexport const planted = safeName;\n',
    },
    {
      rule: "engine-imports",
      file: "src/engine/planted.ts",
      text: 'import { wilson } from "../stats/wilson.ts";\nexport const planted = wilson;\n',
    },
    {
      rule: "runs-door",
      file: "src/compare/planted.ts",
      text: 'import { safeName } from "../runs/run-path.ts";\nexport const planted = safeName;\n',
    },
    {
      rule: "replay-alone-reads-runs",
      file: "src/completion-fns/planted.ts",
      text: 'import { safeName } from "../runs/index.ts";\nexport const planted = safeName;\n',
    },
    {
      rule: "openai-in-one-file",
      file: "src/net/planted.ts",
      text: 'import OpenAI from "openai";\nexport const planted = OpenAI;\n',
    },
    {
      rule: "mathjs-in-one-file",
      file: "src/cli/planted.ts",
      text: 'import { evaluate } from "mathjs/number";\nexport const planted = evaluate;\n',
    },
    {
      rule: "sqlite-in-one-file",
      file: "src/runs/planted.ts",
      text: 'import { DatabaseSync } from "node:sqlite";\nexport const planted = DatabaseSync;\n',
    },
    {
      rule: "no-circles",
      file: "src/core/planted.ts",
      text: 'import { hash64 } from "./planted-too.ts";\nexport const planted = hash64;\n',
    },
  ])("break the check when $file breaks $rule", ({ rule, file, text }) => {
    using copy = scratchFolder();
    for (const name of ["src", ".dependency-cruiser.cjs", "package.json", "tsconfig.json"]) {
      cpSync(join(root, name), join(copy.path, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(copy.path, "node_modules"));
    mkdirSync(join(copy.path, "src/core"), { recursive: true });
    writeFileSync(join(copy.path, file), text);
    writeFileSync(
      join(copy.path, "src/core/planted-too.ts"),
      'import { planted } from "./planted.ts";\nexport const hash64 = planted;\n',
    );
    const broken = cruise(copy.path).summary.violations.filter(({ from }) => from.includes("planted"));
    expect(broken.map((violation) => violation.rule.name)).toContain(rule);
  });
});
