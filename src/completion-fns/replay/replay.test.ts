import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { answered, failed, fileText, lateScore, runLine } from "../../../test/support/run-values.ts";
import type { CompletionFn } from "../../core/completion.ts";
import { hashJson } from "../../core/hash.ts";
import type { Message, Prompt } from "../../core/message.ts";
import type { RunLine, SampleLine } from "../../core/run-line.ts";
import { replay } from "./replay.ts";

const folder = mkdtempSync(join(tmpdir(), "replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function open(text: string | Buffer, name = "old.jsonl"): Promise<CompletionFn> {
  writeFileSync(join(folder, name), text);
  const fn = await replay.create(
    { file: name },
    { name: `replay:${name}`, resolvePath: (file) => join(folder, file), env: {}, timeoutMs: 1000 },
  );
  onTestFinished(() => fn.close?.());
  return fn;
}

const contextFor = (id: string, attempt = 0, signal = new AbortController().signal) => ({
  signal,
  onTry: () => {},
  sample: { id, attempt },
  seed: 0,
});
const reply = async (fn: CompletionFn, prompt: Prompt, id: string, attempt = 0) =>
  fn.complete({ prompt, sampling: {} }, contextFor(id, attempt)).then(
    ({ text }) => text,
    ({ code, more }) => `${code}${more.retry === undefined ? "" : ", again"}`,
  );

const user = (content: string): Message[] => [{ role: "user", content }];
const said = (text: string) => ({ text, finish: "stop" as const, ms: 12 });

/** A recorded sample, asked `sent` for `input`. */
function recorded(
  seq: number,
  id: string,
  text: string,
  prompts: { input?: Prompt; sent: Prompt },
  more: Partial<SampleLine> = {},
): SampleLine {
  return answered(seq, {
    id,
    index: seq,
    hashes: { item: hashJson(prompts.input ?? null), ideal: "0", prompt: hashJson(prompts.sent) },
    completion: said(text),
    ...(prompts.input !== undefined && { input: prompts.input as SampleLine["input"] }),
    ...more,
  });
}

const run = (ids: "given" | "line", selected = 10, more: Partial<RunLine> = {}) =>
  runLine({ selected, data: { ...runLine({ selected }).data, ids }, ...more });

describe("replaying a run file", () => {
  test("gives each sample its own reply, found by its prompt", async () => {
    const fn = await open(
      fileText(
        run("line"),
        recorded(0, "a", "first", { sent: user("same") }),
        recorded(1, "b", "second", { sent: user("same") }),
        recorded(2, "c", "third", { sent: user("other") }),
      ),
    );
    expect(await reply(fn, user("same"), "a")).toBe("first");
    expect(await reply(fn, user("same"), "b")).toBe("second");
    expect(await reply(fn, user("other"), "renamed")).toBe("third");
    expect(await reply(fn, user("same"), "renamed")).toBe("first");
  });

  test("finds a reply by the input when the recorded prompt had a wrapping", async () => {
    const wrapped: Message[] = [{ role: "system", content: "be brief" }, ...user("q")];
    const fn = await open(fileText(run("line"), recorded(0, "a", "wrapped", { input: user("q"), sent: wrapped })));
    expect(await reply(fn, user("q"), "a")).toBe("wrapped");
    expect(await reply(fn, wrapped, "a")).toBe("wrapped");
  });

  test("trusts an id alone only when the data gave it", async () => {
    const line = recorded(0, "a", "by id", { sent: user("q") });
    expect(await reply(await open(fileText(run("given"), line)), user("asked otherwise"), "a")).toBe("by id");
    expect(await reply(await open(fileText(run("line"), line)), user("asked otherwise"), "a")).toBe("provider.rejected");
  });

  test("keeps the mark of what came from the response cache", async () => {
    const sent = user("q");
    const mark = { cached: true, cached_at: "2026-11-01T00:00:00.000Z" } as const;
    const line = recorded(0, "a", "", { sent }, { completion: { ...said("old"), ...mark } });
    const fn = await open(fileText(run("line"), line));
    expect(await fn.complete({ prompt: sent, sampling: {} }, contextFor("a"))).toMatchObject({ text: "old", ...mark });
  });

  test("keeps attempts apart", async () => {
    const sent = user("q");
    const fn = await open(
      fileText(
        run("line", 2, { attempts: 2 }),
        recorded(0, "a", "one", { sent }),
        recorded(1, "a", "two", { sent }, { attempt: 1 }),
      ),
    );
    expect([await reply(fn, sent, "a", 1), await reply(fn, sent, "a", 0), await reply(fn, sent, "a", 2)]).toEqual([
      "two",
      "one",
      "provider.rejected",
    ]);
  });

  test("gives several replies to one question in their order, again and again", async () => {
    const sent = user("q");
    const fn = await open(
      fileText(run("line"), recorded(0, "a", "one", { sent }, { more: { completion: [said("two"), said("three")] } })),
    );
    const replies = [];
    for (let i = 0; i < 4; i++) replies.push(await reply(fn, sent, "a"));
    expect(replies).toEqual(["one", "two", "three", "one"]);
  });

  test("gives likelihoods back", async () => {
    const question = { context: "2+2=", continuations: ["4", "5"] };
    const likelihoods = [
      { logprob: -0.1, tokens: 1, greedy: true },
      { logprob: -3, tokens: 1, greedy: false },
    ];
    const { completion: _, ...line } = recorded(0, "a", "", { sent: "" });
    const fn = await open(
      fileText(run("line"), { ...line, hashes: { ...line.hashes, prompt: hashJson(question) }, more: { choices: likelihoods } }),
    );
    expect(await fn.continuations?.(question, contextFor("a"))).toEqual(likelihoods);
    await expect(fn.continuations?.({ ...question, continuations: ["4"] }, contextFor("a"))).rejects.toMatchObject({
      code: "provider.rejected",
    });
  });

  test("has no reply where there was an error, and none of a torn line", async () => {
    const text = fileText(run("given"), failed(0), recorded(1, "b", "yes", { sent: user("b") }), lateScore(1));
    const fn = await open(text + JSON.stringify(recorded(2, "c", "torn", { sent: user("c") })).slice(0, -20));
    expect(await reply(fn, user("x"), failed(0).id)).toBe("provider.rejected");
    expect(await reply(fn, user("b"), "b")).toBe("yes");
    expect(await reply(fn, user("c"), "c")).toBe("provider.rejected");
  });

  test("is the recorded model, but says that it replays; costs are not repeated", async () => {
    const first = run("given");
    const line = recorded(
      0,
      "a",
      "x",
      { sent: "q" },
      { completion: { ...said("x"), cost: 0.5, tries: [], usage: { input: 1, output: 1 } } },
    );
    const fn = await open(fileText(first, line));
    expect(await fn.identity()).toEqual({ ...first.model, fn: "replay", file_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await fn.capabilities()).toMatchObject({ logprobs: first.capabilities.logprobs });
    expect(await fn.complete({ prompt: "q", sampling: {} }, contextFor("a"))).toEqual({
      ...said("x"),
      usage: { input: 1, output: 1 },
    });
  });
});

describe("replaying plain lines", () => {
  const lines = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

  test("finds them by id, then by input, text or chat", async () => {
    const fn = await open(
      lines(
        { id: "a", output: "by id" },
        { id: 7, input: "q", output: "number" },
        { input: user("q"), output: "chat" },
        { input: "only", output: "<think>hm</think>text" },
      ),
    );
    expect(await reply(fn, "whatever", "a")).toBe("by id");
    expect(await reply(fn, "whatever", "7")).toBe("number");
    expect(await reply(fn, user("q"), "b")).toBe("chat");
    expect(await fn.complete({ prompt: "only", sampling: {} }, contextFor("c"))).toMatchObject({
      thinking: "<think>hm</think>",
      text: "text",
    });
    expect(await reply(fn, "unknown", "d")).toBe("provider.rejected");
  });

  test("takes attempts by number or by their order", async () => {
    const fn = await open(
      lines(
        { id: "a", output: "0" },
        { id: "b", attempt: 1, output: "b1" },
        { id: "a", output: "1" },
        { id: "b", attempt: 0, output: "b0" },
        { input: "q", output: "x" },
        { input: "q", output: "y" },
      ),
    );
    expect(await Promise.all([reply(fn, "", "a", 0), reply(fn, "", "a", 1), reply(fn, "", "a", 2)])).toEqual([
      "0",
      "1",
      "provider.rejected",
    ]);
    expect(await Promise.all([reply(fn, "", "b", 0), reply(fn, "", "b", 1)])).toEqual(["b0", "b1"]);
    expect(await reply(fn, "q", "other", 1)).toBe("y");
  });

  test("reads a compressed file", async () => {
    const fn = await open(gzipSync(lines({ id: "a", output: "packed" })), "old.jsonl.gz");
    expect(await reply(fn, "", "a")).toBe("packed");
    await fn.close?.();
    await fn.close?.();
  });

  test("holds a hundred thousand replies without holding them", async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `{"id":"s${i}","output":"reply ${i}"}\n`).join("");
    const fn = await open(many);
    for (const i of [0, 1, 49_999, 99_999]) expect(await reply(fn, "", `s${i}`)).toBe(`reply ${i}`);
    expect(await reply(fn, "", "s100000")).toBe("provider.rejected");
  });

  test.each([
    { name: "another shape", text: '{"id":"a","output":"x"}\n\n{"id":"b","answer":"y"}\n', code: "data.invalid", line: 3 },
    { name: "no key", text: '{"output":"x"}\n', code: "data.invalid", line: 1 },
    { name: "no JSON", text: '{"id":"a","output":"x"}\nnonsense\n', code: "data.invalid", line: 2 },
    { name: "a newer run", text: `${JSON.stringify({ ...run("given"), format: 999 })}\n`, code: "run.format-newer", line: 1 },
  ])("refuses $name", async ({ text, code, line }) => {
    const fn = await open(text);
    await expect(fn.capabilities()).rejects.toMatchObject({ code, more: { where: { line } } });
  });
});

test("a file that is not there, and a run that was stopped", async () => {
  const setup = { name: "x", resolvePath: (file: string) => join(folder, file), env: {}, timeoutMs: 1 };
  const fn = await replay.create({ file: "none.jsonl" }, setup);
  await expect(fn.identity()).rejects.toMatchObject({ code: "data.missing" });
  await fn.close?.();
  const there = await open('{"id":"a","output":"x"}\n');
  await expect(there.complete({ prompt: "", sampling: {} }, contextFor("a", 0, AbortSignal.abort()))).rejects.toMatchObject({
    code: "run.interrupted",
  });
});
