import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { CompletionFn } from "../core/completion.ts";
import { toChat } from "../core/prompt.ts";
import { type WrapFiles, wrapFn } from "./wrap.ts";

const folder = mkdtempSync(join(tmpdir(), "wrap-"));
afterAll(() => rmSync(folder, { recursive: true }));
const setup = { resolvePath: (file: string) => join(folder, file) };
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

/** As a class, so that a lost `this` shows. */
class Fn implements CompletionFn {
  readonly name = "inner";
  closed = 0;
  identity = async () => ({ fn: "test", model: "m" });
  capabilities(): Promise<never> {
    return Promise.reject(new Error("not asked"));
  }
  async complete() {
    return { text: this.name, finish: "stop" as const, ms: 1 };
  }
  async close() {
    this.closed++;
  }
}

const wrapped = (files: WrapFiles) => wrapFn(new Fn(), files, setup);
const contents = (fn: CompletionFn) => toChat(fn.wrap?.("x") ?? []).map((message) => message.content);
const hashOf = async (files: WrapFiles) => (await (await wrapped(files)).identity()).wrap_hash;

describe("wrapFn", () => {
  test("takes texts from files, and other texts as they are", async () => {
    const fn = await wrapped({ system: put("s.txt", "Be brief.\n"), template: "Q: {input}" });
    expect(fn.wrap?.("x")).toEqual([
      { role: "system", content: "Be brief.\n" },
      { role: "user", content: "Q: x" },
    ]);
  });

  test("reads examples in each of their forms", async () => {
    const few_shot = put(
      "shots.jsonl",
      `{"sample":[{"role":"system","name":"example_user","content":"a"},{"role":"system","name":"example_assistant","content":"b"}]}
{"messages":[{"role":"user","content":"c"},{"role":"assistant","content":"d"}]}

{"input":"e","ideal":["f","other"]}
{"input":[{"role":"user","content":"g"}],"ideal":"h"}
`,
    );
    const fn = await wrapped({ few_shot });
    expect(contents(fn)).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "x"]);
  });

  test("is another model for another wrapping, wherever its files lie", async () => {
    const plain = await hashOf({ system: "Be brief.\n" });
    expect(await hashOf({ system: put("copy.txt", "Be brief.\n") })).toBe(plain);
    expect(await hashOf({ system: "Be long." })).not.toBe(plain);
    expect(await hashOf({ template: "Be brief.\n" })).not.toBe(plain);
    expect(plain).toMatch(/^[0-9a-f]{16}$/);
  });

  test("goes around a function that is wrapped already", async () => {
    const inner = await wrapped({ system: "inner" });
    const outer = await wrapFn(inner, { system: "outer" }, setup);
    expect(contents(outer)).toEqual(["inner", "outer", "x"]);
    expect((await outer.identity()).wrap_hash).not.toBe(await hashOf({ system: "outer" }));
  });

  test("leaves everything else to the function", async () => {
    const inner = new Fn();
    const fn = await wrapFn(inner, { system: "s" }, setup);
    const request = { prompt: "x", sampling: {} };
    const ctx = { signal: new AbortController().signal, onTry: () => {}, sample: { id: "1", attempt: 0 }, seed: 0 };
    expect((await fn.complete(request, ctx)).text).toBe("inner");
    expect(fn.continuations).toBeUndefined();
    await fn.close?.();
    expect(inner.closed).toBe(1);
  });

  test.each([
    { files: { system: "prompts/none.txt" }, code: "data.missing", line: undefined },
    { files: { few_shot: "none.jsonl" }, code: "data.missing", line: undefined },
    { files: { few_shot: put("bad.jsonl", '{"input":"a","ideal":"b"}\n\n{"input":1}\n') }, code: "data.invalid", line: 3 },
    { files: { few_shot: put("torn.jsonl", '{"input":\n') }, code: "data.invalid", line: 1 },
  ])("refuses $files", async ({ files, code, line }) => {
    await expect(wrapped(files)).rejects.toMatchObject({
      code,
      more: { where: { file: expect.stringContaining(folder), ...(line && { line }) } },
    });
  });
});
