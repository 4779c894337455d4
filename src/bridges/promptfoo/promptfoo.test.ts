import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { installFakePromptfoo } from "../../../test/support/fake-promptfoo.ts";
import { scratchFolder } from "../../../test/support/finegauge.ts";

const loader = fileURLToPath(new URL("./promptfoo.ts", import.meta.url));

/** Loads the package in a process of its own, whose working directory is the folder, and prints what the script gives. */
function loadIn(folder: string, script: string, env: { readonly [name: string]: string } = {}) {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const text = `import { loadPromptfoo } from ${JSON.stringify(loader)};\n${script}`;
  const { PATH } = process.env;
  const ended = spawnSync(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH, HOME: home, TMPDIR: folder, ...env },
  });
  return { stdout: ended.stdout.trim(), stderr: ended.stderr.trim(), home };
}

describe("the package promptfoo", () => {
  test("that is not installed is an error with the command that installs it", () => {
    using scratch = scratchFolder();
    const script = `await loadPromptfoo().catch(({ code, message, more }) => console.log(code, message, more.hint));
      console.log(Object.keys(process.env).some((name) => name.startsWith("PROMPTFOO_")));`;
    expect(loadIn(scratch.path, script)).toMatchObject({
      stdout: "install.peer-missing the package promptfoo is not installed npm install promptfoo\nfalse",
      stderr: "",
    });
  });

  test("is told to keep to itself before it is loaded, and leaves nothing behind", () => {
    using scratch = scratchFolder();
    installFakePromptfoo(scratch.path);
    const script = `const { version } = await loadPromptfoo();
      const { PROMPTFOO_CONFIG_DIR, LOG_LEVEL, ...env } = process.env;
      const own = Object.entries(env).filter(([name]) => name.startsWith("PROMPTFOO_"));
      console.log(JSON.stringify({ version, LOG_LEVEL, own: Object.fromEntries(own), notes: globalThis.fakePromptfoo }));`;
    const { stdout, stderr, home } = loadIn(scratch.path, script, { LOG_LEVEL: "debug" });
    const { version, LOG_LEVEL, own, notes } = JSON.parse(stdout);
    expect(stderr).toBe("");
    expect(version).toBe("0.123.1");
    expect(LOG_LEVEL).toBe("debug");
    expect(own).toMatchObject({
      PROMPTFOO_DISABLE_TELEMETRY: "1",
      PROMPTFOO_DISABLE_UPDATE: "1",
      PROMPTFOO_CACHE_ENABLED: "false",
      PROMPTFOO_FETCH_CONNECTIONS: "256",
    });
    expect(notes).toEqual([
      { imported: { LOG_LEVEL: "silent", dir: expect.stringContaining(join(scratch.path, "finegauge-promptfoo-")) } },
      { cache: "disabled" },
    ]);
    expect(readdirSync(scratch.path).filter((name) => name.startsWith("finegauge-promptfoo-"))).toEqual([]);
    expect(readdirSync(home)).toEqual([]);
  });

  test("keeps what the user has set, and sends no reports all the same", () => {
    using scratch = scratchFolder();
    installFakePromptfoo(scratch.path);
    const script = `await loadPromptfoo();
      const { PROMPTFOO_CONFIG_DIR, PROMPTFOO_FETCH_CONNECTIONS, PROMPTFOO_DISABLE_TELEMETRY } = process.env;
      console.log([PROMPTFOO_CONFIG_DIR, PROMPTFOO_FETCH_CONNECTIONS, PROMPTFOO_DISABLE_TELEMETRY].join(" "));`;
    const env = { PROMPTFOO_CONFIG_DIR: "/kept", PROMPTFOO_FETCH_CONNECTIONS: "8", PROMPTFOO_DISABLE_TELEMETRY: "0" };
    expect(loadIn(scratch.path, script, env).stdout).toBe("/kept 8 1");
  });

  test.each(["https://r.promptfoo.app/", "https://a.promptfoo.app/batch"])("cannot report to %s", (url) => {
    using scratch = scratchFolder();
    installFakePromptfoo(scratch.path);
    const script = `await loadPromptfoo();
      console.log(await fetch(${JSON.stringify(url)}).catch(({ message }) => message));
      console.log(await fetch("data:,other").then((reply) => reply.text()));`;
    expect(loadIn(scratch.path, script).stdout).toBe("telemetry is off\nother");
  });

  test.each([
    { text: "export const loadApiProvider = 1;", why: "loadApiProvider is missing" },
    { text: "throw new Error('needs Node 99');", why: "needs Node 99" },
  ])("of another make is an error that says why: $why", ({ text, why }) => {
    using scratch = scratchFolder();
    installFakePromptfoo(scratch.path, text);
    const script = "await loadPromptfoo().catch(({ code, message, more }) => console.log(code, message, more.hint));";
    expect(loadIn(scratch.path, script).stdout).toBe(
      `install.peer-missing promptfoo 0.123.1 cannot be used: ${why} npm install promptfoo@latest`,
    );
  });
});
