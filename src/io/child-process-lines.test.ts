import { afterEach, describe, expect, test } from "vitest";
import { type LineProcess, lineProcess } from "./child-process-lines.ts";

const opened: LineProcess[] = [];
afterEach(() => Promise.all(opened.splice(0).map((program) => program.close())));

/** A program whose body sees each question as `question`, and `answer(value)`. */
function open(body: string, timeoutMs = 10_000): LineProcess {
  const code = `
    const answer = (value) => process.stdout.write(JSON.stringify(value) + "\\n");
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const question = JSON.parse(line);
      ${body}
    });`;
  const program = lineProcess({ argv: [process.execPath, "-e", code], env: process.env, timeoutMs });
  opened.push(program);
  return program;
}
const never = new AbortController().signal;

describe("lineProcess", () => {
  test("matches answers to questions in any order", async () => {
    const program = open("setTimeout(() => answer({ id: question.id, said: question.word }), 40 - question.id * 10)");
    const words = ["one", "two", "three"];
    const answers = await Promise.all(words.map((word) => program.ask({ word }, never)));
    expect(answers.map((each) => each.said)).toEqual(words);
  });

  test("keeps one process alive between questions", async () => {
    const program = open("answer({ id: question.id, pid: process.pid })");
    const [first, second] = [await program.ask({}, never), await program.ask({}, never)];
    expect(second.pid).toBe(first.pid);
  });

  test("reads lines that come in pieces and hold line separators of other alphabets", async () => {
    const program = open(`
      const text = JSON.stringify({ id: question.id, text: "a\\u2028b😀" }) + "\\n";
      const bytes = Buffer.from(text);
      for (const byte of bytes) process.stdout.write(Buffer.from([byte]));`);
    expect((await program.ask({}, never)).text).toBe("a\u2028b😀");
  });

  test("fails what is in hand when the program ends, says its last words, and starts it again", async () => {
    const program = open(
      "if (question.die) { console.error('out of memory'); process.exit(9); } else answer({ id: question.id, pid: process.pid })",
    );
    const before = await program.ask({}, never);
    const error = await program.ask({ die: true }, never).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "provider.reply", more: { retry: {} } });
    expect(error.message).toMatch(/ended with code 9 before it answered.*out of memory/s);
    const after = await program.ask({}, never);
    expect(after.pid).not.toBe(before.pid);
  });

  test("starts a program that never answers four times and no more", async () => {
    const program = open("process.exit(1)");
    const errors = [];
    for (let i = 0; i < 5; i++) errors.push(await program.ask({}, never).catch((thrown) => thrown));
    expect(errors.map((error) => error.more.retry !== undefined)).toEqual([true, true, true, true, false]);
    expect(errors[4].message).toContain("ended 4 times without an answer");
  });

  test.each([
    { line: "Loading the model…", body: "console.log('Loading the model…'); answer({ id: question.id })" },
    { line: "[1,2]", body: "console.log('[1,2]')" },
    { line: '{"id":99}', body: "answer({ id: 99 })" },
    { line: '{"text":"no id"}', body: "answer({ text: 'no id' })" },
  ])("names the line $line, which is no answer", async ({ line, body }) => {
    const error = await open(body)
      .ask({}, never)
      .catch((thrown) => thrown);
    expect(error.code).toBe("provider.reply");
    expect(error.message).toContain(JSON.stringify(line));
    expect(error.more.retry).toBeUndefined();
  });

  test("gives a line that came between questions to the next one, once", async () => {
    const program = open("answer({ id: question.id }); if (question.noise) console.log('done!')");
    await program.ask({ noise: true }, never);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(program.ask({}, never)).rejects.toMatchObject({ message: expect.stringContaining("done!") });
    expect(await program.ask({}, never)).toEqual({ id: expect.any(Number) });
  });

  test("does not wait for ever, and ends a program that hangs", async () => {
    const program = open("if (!question.hang) answer({ id: question.id, pid: process.pid })", 300);
    const { pid } = await program.ask({}, never);
    await expect(program.ask({ hang: true }, never)).rejects.toMatchObject({ code: "provider.timeout", more: { retry: {} } });
    let next: unknown;
    while (next === undefined) next = await program.ask({}, never).catch(() => undefined);
    expect(next).toMatchObject({ pid: expect.any(Number) });
    expect((next as { pid: number }).pid).not.toBe(pid);
  });

  test("drops a question when the run stops, and ignores its answer", async () => {
    const program = open(
      "setTimeout(() => answer({ id: question.id, word: question.word }), question.word === 'slow' ? 100 : 0)",
    );
    const stop = new AbortController();
    const slow = program.ask({ word: "slow" }, stop.signal);
    setTimeout(() => stop.abort(), 20);
    await expect(slow).rejects.toMatchObject({ code: "run.interrupted" });
    await expect(program.ask({}, AbortSignal.abort())).rejects.toMatchObject({ code: "run.interrupted" });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await program.ask({ word: "next" }, never)).toMatchObject({ word: "next" });
  });

  test("closes twice, lets the program finish on the end of its input, and can start again", async () => {
    const program = open("answer({ id: question.id })");
    await program.ask({}, never);
    await program.close();
    await program.close();
    expect(await program.ask({}, never)).toEqual({ id: expect.any(Number) });
  });
});
