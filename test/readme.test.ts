import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { finegauge, scratchFolder } from "./support/finegauge.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, text]) => text as string);

describe("the README", () => {
  test("names the two commands, which package.json and CI run", () => {
    const [start, check] = blocks("sh");
    expect(start).toBe("npm ci && npm start\n");
    expect(check).toBe("npm ci && npm test\n");
    expect(readFileSync(join(root, ".ci/run"), "utf8")).toContain("\nnpm ci && npm test || exit\n");
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    expect(scripts.start).toBe("node dist/cli/main.js demo");
  });

  test("shows what the demo prints, but for the times and the name of a run: at most fifteen lines", async () => {
    using scratch = scratchFolder();
    const { code, stdout, stderr } = await finegauge(["demo"], { cwd: scratch.path });
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/warning|error/);
    expect(stdout.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    const settled = (text: string) =>
      text
        .replace(/ +\d+(\.\d+)? (ms|s)\b/g, "")
        .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, "RUN")
        .replace(/ +/g, " ");
    expect(settled(stdout)).toBe(settled(blocks("text")[0] ?? ""));
  }, 120_000);

  test("its commands for one's own data run as written", async () => {
    using scratch = scratchFolder();
    const bin = join(scratch.path, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(root, "dist/cli/main.js")}" "$@"\n`);
    chmodSync(join(bin, "npx"), 0o755);
    const script = blocks("sh")
      .filter((block) => block.includes("npx finegauge"))
      .join("");
    // A person types these at home: where CI is set, `baseline set` refuses.
    const { CI: _, ...home } = process.env;
    const { stdout } = await promisify(execFile)("sh", ["-euc", script], {
      cwd: scratch.path,
      env: { ...home, PATH: `${bin}:${process.env.PATH}` },
    });
    expect(stdout).toContain("capitals.dev.v1");
    expect(stdout).toMatch(/^4 run$/m);
    expect(stdout).toMatch(/0\.0 %/);
    expect(stdout).toContain("Capital of Norway?");
    expect(stdout).toContain("tickets-tuned is worse than tickets-base on general.chat.v1: 0 of 100 right");
    expect(stdout).toMatch(/The gate fails: .*\n[\s\S]*exit code 1\n$/);
  }, 60_000);
});
