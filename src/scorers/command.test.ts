import { describe, expect, test } from "vitest";
import { pluginRegistry } from "../../test/support/plugin-registry.ts";
import { toSample } from "../core/sample.ts";
import type { Score } from "../core/score.ts";

/** Answers as each reply tells it to. */
const program = `
import { createInterface } from "node:readline";
const say = (answer) => process.stdout.write(JSON.stringify(answer) + "\\n");
for await (const line of createInterface({ input: process.stdin })) {
  const { id, reply, sample, args, completion } = JSON.parse(line);
  if (reply === "die") process.exit(3);
  if (reply === "hang") continue;
  if (reply === "chat") console.log("thinking");
  if (reply === "error") say({ id, error: "no such thing" });
  else if (reply === "odd") say({ id, grade: 5 });
  else if (reply === "several") say({ id, scores: [{ passed: true }, { name: "tone", value: 0.5 }] });
  else if (reply === "seen") say({ id, value: 1, details: { sample, args, completion, pid: process.pid, key: process.env.MY_KEY ?? null } });
  else say({ id, value: reply.length, passed: sample.ideal.includes(reply) });
}
`;

async function opened(args: string, source = program) {
  const { folder, registry } = pluginRegistry(
    {
      "evals/a.yaml": `a.dev.v1: { class: command, args: { samples_jsonl: a.jsonl, cwd: ., ${args} } }\n`,
      "score.mjs": source,
      "data/a.jsonl": '{"input": "?"}\n',
    },
    { PATH: process.env.PATH ?? "", MY_KEY: "secret" },
  );
  const { spec, kind } = await registry.eval("a.dev.v1");
  const scorer = kind.create(spec.args, { name: "command", compat: false });
  const context = { judges: [], random: () => 0.5, signal: new AbortController().signal };
  return {
    spec,
    scorer,
    async score(reply: string): Promise<readonly Score[]> {
      const sample = toSample({ input: "?", ideal: "yes", lang: "en" }, 0, "t.dev");
      return scorer.score(sample, { completion: [{ text: reply, finish: "stop", ms: 1 }] }, context);
    },
    async [Symbol.asyncDispose]() {
      await scorer.close?.();
      folder[Symbol.dispose]();
    },
  };
}

const argv = `argv: [${process.execPath}, score.mjs]`;

describe("a scorer that is a program", () => {
  test("scores reply after reply in one process", async () => {
    await using it = await opened(argv);
    await it.scorer.start?.();
    expect(await it.score("yes")).toEqual([
      { name: "accuracy", value: 1, passed: true },
      { name: "score", value: 3, passed: true },
    ]);
    expect(await it.score("several")).toMatchObject([
      { name: "accuracy", value: 1 },
      { name: "tone", value: 0.5 },
    ]);
    const pids = await Promise.all(["seen", "seen"].map(async (reply) => (await it.score(reply))[0]?.details?.pid));
    expect(pids[0]).toBe(pids[1]);
  });

  test("is told the sample, the reply and its arguments, and no secret that it is not given", async () => {
    await using it = await opened(`${argv}, args: { strict: true }`);
    expect((await it.score("seen"))[0]?.details).toMatchObject({
      sample: { id: "t.dev.0", input: "?", ideal: ["yes"], fields: { lang: "en" } },
      args: { strict: true },
      completion: { finish: "stop" },
      key: null,
    });
    await using trusted = await opened(`${argv}, env: [MY_KEY]`);
    expect((await trusted.score("seen"))[0]?.details).toMatchObject({ key: "secret" });
  });

  test.each([
    ["die", "ended with code 3 before it answered"],
    ["error", "the program says: no such thing"],
    ["odd", "is no score"],
    ["chat", "wrote a line that is no answer"],
  ])("that fails with %j leaves that sample unscored, and no other", async (reply, message) => {
    await using it = await opened(argv);
    expect(await it.score(reply)).toMatchObject([
      { name: "accuracy", value: null, unscored: { code: "score.failed", message: expect.stringContaining(message) } },
    ]);
    expect(await it.score("yes")).toMatchObject([{ value: 1 }, { value: 3 }]);
  });

  test("that does not answer in time is ended, and started again for the next sample", async () => {
    await using it = await opened(`${argv}, timeout_s: 0.5`);
    expect(await it.score("hang")).toMatchObject([
      { value: null, unscored: { message: expect.stringContaining("did not answer") } },
    ]);
  });

  test("that is not there ends the run before anything is asked", async () => {
    await using it = await opened("argv: [no-such-program-here]");
    await expect(it.scorer.start?.()).rejects.toMatchObject({ code: "provider.unreachable" });
  });

  test("is another scorer when its file changes, and carries no path of this machine", async () => {
    await using one = await opened(argv);
    await using other = await opened(argv, `${program}\n`);
    expect(one.scorer.hash).not.toBe(other.scorer.hash);
    expect(JSON.stringify(one.spec.args)).not.toContain("/");
  });
});
