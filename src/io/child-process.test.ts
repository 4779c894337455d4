import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { childEnvironment, freePort, startChild } from "./child-process.ts";

const node = (code: string) => [process.execPath, "-e", code];
const start = (code: string) => startChild({ argv: node(code), env: process.env });
/** A dead process that nobody has asked about yet still takes signals; Linux says that it is one. */
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    return process.platform !== "linux" && (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
const firstOutput = (stream: NodeJS.ReadableStream): Promise<string> =>
  new Promise((resolve) => stream.once("data", (chunk) => resolve(String(chunk))));

describe("startChild", () => {
  test("says how a program ended, and what it wrote last", async () => {
    const child = await start("console.error('one'); console.error('two'); process.exit(3)");
    expect(await child.gone).toBe("ended with code 3");
    expect(child.stderrTail()).toBe("one\ntwo");
    await child.stop();
  });

  test("asks a program to end", async () => {
    const child = await start("process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')");
    await firstOutput(child.stdout);
    await child.stop();
    expect(await child.gone).toBe("ended with code 7");
  });

  test("ends one that does not listen, and what it started", async () => {
    const child = await start(`
      process.on('SIGTERM', () => {});
      const inner = require('node:child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], {stdio: 'ignore'});
      setInterval(() => {}, 1000);
      console.log(inner.pid);`);
    const inner = Number(await firstOutput(child.stdout));
    await child.stop(100);
    expect(await child.gone).toBe("was ended by SIGKILL");
    await until(() => !alive(inner));
  });

  test("is no trap when the program ends with unread input", async () => {
    const child = await start("process.stdin.destroy(); setTimeout(() => process.exit(0), 50)");
    for (let i = 0; i < 100; i++) child.stdin.write("x".repeat(100_000));
    expect(await child.gone).toBe("ended with code 0");
  });

  test.each([
    { options: { argv: ["no-such-program-here"], env: {} }, says: "cannot start no-such-program-here" },
    { options: { argv: node("0"), cwd: "/no/such/folder", env: {} }, says: "no such program or folder" },
  ])("says that it cannot start $options.argv.0", async ({ options, says }) => {
    await expect(startChild(options)).rejects.toMatchObject({
      code: "provider.unreachable",
      message: expect.stringContaining(says),
    });
  });

  test.each(["exit", "throw", "SIGTERM", "SIGINT", "SIGHUP"])(
    "leaves nothing behind when this process ends by %s",
    async (end) => {
      const library = fileURLToPath(new URL("./child-process.ts", import.meta.url));
      const code = `
      import { startChild } from ${JSON.stringify(library)};
      const child = await startChild({ argv: [process.execPath, "-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log(process.pid)"], env: process.env });
      child.stdout.once("data", (chunk) => {
        console.log(String(chunk));
        ${end === "exit" ? "process.exit(0)" : end === "throw" ? "throw new Error('bug')" : `process.kill(process.pid, "${end}")`};
      });`;
      const parent = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "ignore"] });
      const ended = new Promise((resolve) => parent.once("exit", (status, signal) => resolve(signal ?? status)));
      const pid = Number(await firstOutput(parent.stdout));
      expect(pid).toBeGreaterThan(0);
      expect(await ended).toBe(end === "exit" ? 0 : end === "throw" ? 1 : end);
      await until(() => !alive(pid));
    },
  );
});

test("a program sees the environment but for secrets that were not named", () => {
  const env = { PATH: "/bin", OPENAI_API_KEY: "k", HF_TOKEN: "t", DB_PASSWORD: "p", LANG: "C" };
  expect(childEnvironment(env)).toEqual({ PATH: "/bin", LANG: "C" });
  expect(childEnvironment(env, ["HF_TOKEN"])).toEqual({ PATH: "/bin", LANG: "C", HF_TOKEN: "t" });
});

test("a free port is one that can be listened on", async () => {
  const port = await freePort();
  const { createServer } = await import("node:net");
  const server = createServer().listen(port, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  await new Promise((resolve) => server.close(resolve));
  expect(port).toBeGreaterThan(1023);
});
