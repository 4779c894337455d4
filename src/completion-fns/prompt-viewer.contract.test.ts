import { resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startFakeLlamaServer } from "../../test/support/fake-llama-server.ts";
import { setup } from "../../test/support/local-llama.ts";
import type { Message } from "../core/message.ts";
import { promptViewers } from "./index.ts";
import type { PromptViewer, ShownToken } from "./prompt-viewer.ts";

async function open(className: string, args: object): Promise<PromptViewer> {
  const kind = promptViewers[className];
  if (kind === undefined) throw new Error(`nothing shows what class ${className} reads`);
  const viewer = await (await kind())(args, setup);
  onTestFinished(() => viewer.close());
  return viewer;
}

const ways = {
  llama: (more: object) => open("llama", { model: "tickets-tuned.gguf", ...more }),
  "llama-server": async (more: object) => {
    const server = await startFakeLlamaServer({ model: resolve("registry/models/tickets-tuned.gguf") });
    onTestFinished(() => server.close());
    return open("llama-server", { url: server.origin, ...more });
  },
};

const chat: Message[] = [
  { role: "system", content: "Sort it." },
  { role: "user", content: "disk is full" },
];
const textOf = (tokens: readonly ShownToken[]) => tokens.map(({ text }) => text).join("");
const controls = (tokens: readonly ShownToken[]) => tokens.filter(({ control }) => control).map(({ text }) => text);

describe.each(Object.entries(ways))("prompts of %s", (_, openWith) => {
  test("are shown as the model reads them, control tokens told from text", async () => {
    const viewer = await openWith({});
    const tokens = await viewer.tokens(chat);
    expect(textOf(tokens)).toBe("<s><|system|>Sort it.<|end|><|user|>disk is full<|end|><|assistant|>");
    expect(controls(tokens)).toEqual(["<s>", "<|system|>", "<|end|>", "<|user|>", "<|end|>", "<|assistant|>"]);
    expect(viewer.start).toMatchObject({ id: 1, text: "<s>" });
    expect(viewer.template).toContain("add_generation_prompt");
  });

  test("name the tokens that there are, and the end of a text", async () => {
    const viewer = await openWith({});
    expect(viewer.ends).toContain("</s>");
    expect(await viewer.named("</s>")).toMatchObject({ id: 2, control: true, ends: true });
    expect(await viewer.named("<|end|>")).toMatchObject({ id: 6, control: true });
    expect(await viewer.named("<|im_end|>")).toBeUndefined();
    expect(await viewer.named("disk")).toBeUndefined();
  });

  test("are plain text in raw mode", async () => {
    const viewer = await openWith({ mode: "raw" });
    const tokens = await viewer.tokens("disk is full");
    expect(textOf(tokens)).toBe("<s>disk is full");
    expect(controls(tokens)).toEqual(["<s>"]);
    expect(viewer.template).toBeUndefined();
  });
});
