import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { CompletionFn } from "../core/completion.ts";
import { command } from "./command.ts";

/** What a user would write in Python, in ten lines of JavaScript. */
const model = `
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { id, prompt, sampling, attempt } = JSON.parse(line);
  const text = typeof prompt === "string" ? prompt : prompt.at(-1).content;
  if (text === "broken") console.log(JSON.stringify({ id, error: { message: "no such ticket" } }));
  else if (text === "busy") console.log(JSON.stringify({ id, error: "GPU is busy", retry: true }));
  else if (text === "env") console.log(JSON.stringify({ id, text: Object.keys(process.env).sort().join(",") }));
  else if (text === "shape") console.log(JSON.stringify({ id, text: 5 }));
  else if (text === "nothing") console.log(JSON.stringify({ id }));
  else if (text === "full") console.log(JSON.stringify({ id, output: "<think>so</think>yes", finish: "length", usage: { input: 3, output: 2 }, logprobs: [{ token: "yes", logprob: -0.5 }] }));
  else console.log(JSON.stringify({ id, text: \`\${text} at \${sampling.temperature ?? "default"}, attempt \${attempt}\` }));
}
`;

const env = { PATH: process.env.PATH, PLAIN: "1", MY_API_KEY: "secret", OTHER_TOKEN: "secret" };

async function open(args: object = {}): Promise<{ fn: CompletionFn; folder: string }> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "model.mjs"), model);
  const setup = { name: "mine", resolvePath: (file: string) => resolve(folder, file), env, timeoutMs: 10_000 };
  const fn = await command.create({ argv: [process.execPath, "model.mjs"], cwd: ".", ...args }, setup);
  onTestFinished(() => fn.close?.());
  return { fn, folder };
}

const ctx = { signal: new AbortController().signal, onTry: () => {}, sample: { id: "s.1", attempt: 2 }, seed: 0 };
const ask = (fn: CompletionFn, prompt: string, sampling = {}) => fn.complete({ prompt, sampling }, ctx);

describe("command", () => {
  test("sends prompt, sampling and attempt, and takes the answer", async () => {
    const { fn } = await open();
    expect(await fn.capabilities()).toMatchObject({ chat: "yes", logprobs: { no: expect.any(String) }, concurrency_max: 1 });
    expect(await ask(fn, "hello", { temperature: 0.5 })).toEqual({
      text: "hello at 0.5, attempt 2",
      finish: "stop",
      ms: expect.any(Number),
    });
    const chat = await fn.complete({ prompt: [{ role: "user", content: "hi" }], sampling: {} }, ctx);
    expect(chat.text).toBe("hi at default, attempt 2");
  });

  test("takes everything that an answer may say", async () => {
    const { fn } = await open({ top_logprobs_max: 1 });
    expect((await fn.capabilities()).logprobs).toBe("yes");
    expect(await ask(fn, "full")).toMatchObject({
      thinking: "<think>so</think>",
      text: "yes",
      finish: "length",
      usage: { input: 3, output: 2 },
      logprobs: [{ token: "yes", logprob: -0.5 }],
    });
  });

  test.each([
    { prompt: "broken", says: /says: no such ticket$/, retry: false },
    { prompt: "busy", says: /says: GPU is busy$/, retry: true },
    { prompt: "shape", says: /another shape: text/, retry: false },
    { prompt: "nothing", says: /without text/, retry: false },
  ])("tells an error from an answer: $prompt", async ({ prompt, says, retry }) => {
    const { fn } = await open();
    const error = await ask(fn, prompt).catch((thrown) => thrown);
    expect(error.code).toBe("provider.reply");
    expect(error.message).toMatch(says);
    expect(error.more.retry !== undefined).toBe(retry);
    expect((await ask(fn, "next")).text).toContain("next");
  });

  test("hands on the environment but for secrets that are not named", async () => {
    const { fn } = await open({ env: ["MY_API_KEY"] });
    const names = (await ask(fn, "env")).text.split(",");
    expect(names).toEqual(expect.arrayContaining(["MY_API_KEY", "PATH", "PLAIN"]));
    expect(names).not.toContain("OTHER_TOKEN");
  });

  test("is another model when its program is another, wherever it lies", async () => {
    const [one, two] = [await open(), await open()];
    const identity = await one.fn.identity();
    expect(identity).toMatchObject({
      fn: "command",
      model: expect.stringMatching(/^node\S* model\.mjs$/),
      file_sha256: expect.any(String),
    });
    expect(await two.fn.identity()).toEqual(identity);
    writeFileSync(join(two.folder, "model.mjs"), `${model}\n// changed`);
    expect((await two.fn.identity()).file_sha256).not.toBe(identity.file_sha256);
  });

  test("says before the run that it cannot be started", async () => {
    const { fn } = await open({ argv: ["no-such-program-here"] });
    await expect(fn.capabilities()).rejects.toMatchObject({ code: "provider.unreachable" });
  });
});
