import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { FunctionKind } from "../core/catalogue.ts";
import {
  type CallContext,
  type CompletionFn,
  capabilitiesSchema,
  completionSchema,
  modelIdentitySchema,
} from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Prompt } from "../core/message.ts";
import { functionKinds, wrapFn } from "./index.ts";

const program = fileURLToPath(new URL("../../test/support/fake-llama-server.ts", import.meta.url));

interface Local {
  readonly name: string;
  /** Files that the function needs, by name. */
  readonly files?: { readonly [name: string]: string };
  readonly args: object;
  readonly wrap?: { readonly system: string };
}

const prompts: readonly { what: string; prompt: Prompt }[] = [
  { what: "a text", prompt: "ERROR disk: no space left on device" },
  {
    what: "a chat",
    prompt: [
      { role: "system", content: "Classify the error. Answer with one category." },
      { role: "user", content: "ERROR disk: no space left on device" },
    ],
  },
];

const answering = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, prompt } = JSON.parse(line);
  console.log(JSON.stringify({ id, text: "you said " + JSON.stringify(prompt).length }));
});`;

/** The functions that need no one else's server, and must behave alike. */
const locals: readonly Local[] = [
  { name: "llama", args: { model: "tickets-tuned.gguf" } },
  { name: "llama-server", args: { command: [process.execPath, program, "--port", "{port}", "-m", "tickets-tuned.gguf"] } },
  {
    name: "command",
    files: { "model.cjs": answering },
    args: { argv: [process.execPath, "model.cjs"], cwd: ".", concurrency_max: 3 },
  },
  {
    name: "module",
    files: { "model.mjs": "export default (prompt) => 'you said ' + prompt.length;" },
    args: { file: "model.mjs" },
  },
  {
    name: "module",
    files: { "model.mjs": "export default (prompt) => 'you said ' + prompt.length;" },
    args: { file: "model.mjs" },
    wrap: { system: "Be brief." },
  },
  {
    name: "replay",
    files: { "old.jsonl": prompts.map(({ prompt }) => `${JSON.stringify({ input: prompt, output: "as before" })}\n`).join("") },
    args: { file: "old.jsonl" },
  },
];

const context = (signal = new AbortController().signal): CallContext => ({
  signal,
  onTry: () => {},
  sample: { id: "s", attempt: 0 },
  seed: 1,
});

describe.each(locals)("$name $wrap", (local) => {
  async function open(): Promise<{ fn: CompletionFn; folder: string }> {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(local.files ?? {})) writeFileSync(join(folder, name), text);
    const kind = (await functionKinds[local.name]?.()) as FunctionKind;
    const resolvePath = (file: string, inside?: "models") =>
      inside === undefined ? resolve(folder, file) : resolve("registry", inside, file);
    const setup = { name: "the-model", resolvePath, env: process.env, timeoutMs: 20_000 };
    const made = await kind.create(local.args, setup);
    const fn = local.wrap === undefined ? made : await wrapFn(made, local.wrap, setup);
    onTestFinished(() => fn.close?.());
    return { fn, folder };
  }

  test("has arguments that its schema takes, and refuses unknown ones", async () => {
    const kind = (await functionKinds[local.name]?.()) as FunctionKind;
    expect(kind.args.safeParse(local.args).success).toBe(true);
    expect(kind.args.safeParse({ ...local.args, no_such_argument: 1 }).success).toBe(false);
  });

  test("is the same model wherever it lies, and tells no path", async () => {
    const [one, two] = [await open(), await open()];
    const identity = modelIdentitySchema.strict().parse(await one.fn.identity());
    expect(identity.fn).toBe(local.name);
    expect(await two.fn.identity()).toEqual(identity);
    expect(await one.fn.identity()).toEqual(identity);
    for (const path of [one.folder, process.cwd(), process.execPath]) expect(JSON.stringify(identity)).not.toContain(path);
    expect(one.fn.name).toBe("the-model");
  });

  test("says what it can, and does it", async () => {
    const { fn } = await open();
    const can = capabilitiesSchema.strict().parse(await fn.capabilities());
    const describing = fn.describe?.();
    expect(describing === undefined || /^[^\n]{1,80}$/.test(describing)).toBe(true);
    if (can.continuations === "yes") expect(fn.continuations).toBeTypeOf("function");
  });

  test.each(prompts)("replies to $what", async ({ prompt }) => {
    const { fn } = await open();
    const reply = await fn.complete({ prompt, sampling: { temperature: 0, max_tokens: 8 } }, context());
    const { text, ms } = completionSchema.strict().parse(reply);
    expect(text).not.toBe("");
    expect(ms).toBeGreaterThanOrEqual(0);
  });

  test("answers as many at once as it says", async () => {
    const { fn } = await open();
    const { concurrency_max: width = 4 } = await fn.capabilities();
    const { prompt } = prompts[0] as { prompt: Prompt };
    const replies = await Promise.all(
      Array.from({ length: width + 2 }, () => fn.complete({ prompt, sampling: { temperature: 0, max_tokens: 4 } }, context())),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  test("does nothing for a run that was stopped", async () => {
    const { fn } = await open();
    const thrown = await fn.complete({ prompt: "x", sampling: {} }, context(AbortSignal.abort())).catch((error) => error);
    expect(thrown).toBeInstanceOf(FinegaugeError);
    expect(thrown.code).toBe("run.interrupted");
  });

  test("can be closed before, after and twice", async () => {
    const { fn: unused } = await open();
    await unused.close?.();
    const { fn } = await open();
    await fn.capabilities();
    await fn.close?.();
    await fn.close?.();
  });
});
