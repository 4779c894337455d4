import { getEventListeners } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { fillDisk, onLinux } from "../../test/support/descriptors.ts";
import {
  exact,
  failing,
  failingAt,
  inputsOf,
  modelOf,
  numbered,
  numbers,
  quickClock,
  runTo,
  tallyOf,
} from "../../test/support/engine-values.ts";
import { gather } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { redactor } from "../core/redact.ts";
import { runFileLineSchema, type SampleLine } from "../core/run-line.ts";
import { isLocked } from "../io/file-lock.ts";
import { readRun } from "../runs/index.ts";
import { planRun } from "./plan-run.ts";
import { createStop } from "./stop.ts";

const newFile = () => join(temporaryFolder(), "eval", "model", "run.jsonl");
const typesOf = (lines: readonly { type: string }[]) => lines.map(({ type }) => type);
const seqsOf = (lines: readonly { type: string; seq: number }[], type = "sample") =>
  lines.filter((line) => line.type === type).map(({ seq }) => seq);

describe("a run that ends", () => {
  test("is complete: its plan, a line for each sample, and its numbers", async () => {
    const file = newFile();
    const { lines, end, reason, plan } = await runTo(file);
    expect(typesOf(lines)).toEqual(["run", ...Array(10).fill("sample"), "end"]);
    for (const line of lines) expect(runFileLineSchema.parse(line)).toEqual(line);
    expect(lines[0]).toMatchObject({ ...plan.line, id: "01JD4ZK5T00000000000000000", started: "2026-11-20T10:15:00.000Z" });
    expect(lines.at(-1)).toEqual(end);
    expect(end).toMatchObject({ status: "complete", counts: { selected: 10, done: 10, errors: 0, prefix: 10 }, wall_ms: 0 });
    expect(end.reason).toBeUndefined();
    expect(reason).toBeUndefined();
    expect(end.metrics.find(({ name }) => name === "accuracy")).toMatchObject({ value: 1, n: 10 });
    expect(isLocked(file)).toBe(false);
  });

  test.each([
    { errors: 1, of: 100, rate: undefined, status: "complete", reason: undefined },
    { errors: 2, of: 100, rate: undefined, status: "failed", reason: "run.too-many-errors" },
    { errors: 2, of: 100, rate: 0.02, status: "complete", reason: undefined },
    { errors: 1, of: 100, rate: 0, status: "failed", reason: "run.too-many-errors" },
  ])("with $errors errors of $of is $status (allowed: $rate)", async ({ errors, of, rate, status, reason }) => {
    const { fn } = failingAt(...Array.from({ length: errors }, (_, i) => i * 3));
    const { end, file } = await runTo(
      newFile(),
      { fn, source: numbered(of) },
      { ...(rate !== undefined && { maxErrorRate: rate }) },
    );
    expect([end.status, end.reason]).toEqual([status, reason]);
    expect(file).toBeDefined();
  });

  test("leaves no file, and no folder made for it, when nobody answered", async () => {
    const out = temporaryFolder();
    const file = join(out, "eval", "model", "run.jsonl");
    const { fn } = failingAt(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    const ran = await runTo(file, { fn });
    expect(ran).toMatchObject({
      file: undefined,
      reason: "run.too-many-errors",
      end: { status: "failed", counts: { errors: 10 } },
    });
    expect(readdirSync(out)).toEqual([]);
  });

  test("keeps the file when one answer is in it", async () => {
    const { fn } = failingAt(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(await runTo(newFile(), { fn })).toMatchObject({ file: expect.any(String), end: { status: "failed" } });
  });

  test("counts its time on the clock that it was given", async () => {
    const clock = quickClock();
    let failed = false;
    const fn = modelOf((question) => {
      if (failed) return question;
      failed = true;
      throw failing("provider.rate", { retry: { after_ms: 5000 } });
    });
    const { end } = await runTo(newFile(), { fn, concurrency: 1 }, { clock });
    expect(end.wall_ms).toBe(Math.round(clock.monotonic()));
    expect(end.wall_ms).toBeGreaterThanOrEqual(5000);
  });
});

describe("a run that is stopped", () => {
  test("says so, keeps what is there, and can be gone on with", async () => {
    const stop = createStop();
    const fn = modelOf((question) => {
      if (question === "5") stop.request("run.interrupted");
      return question;
    });
    const { lines, end, reason, file } = await runTo(newFile(), { fn, concurrency: 1 }, { stop });
    expect(seqsOf(lines)).toEqual([0, 1, 2, 3, 4, 5]);
    expect([end.status, end.reason, reason]).toEqual(["stopped", "run.interrupted", "run.interrupted"]);
    expect(end.counts).toMatchObject({ done: 6, prefix: 6 });

    const { fn: again, asked } = failingAt();
    const resumed = await runTo("", { fn: again, concurrency: 1 }, { target: { resume: file as string } });
    expect(asked).toEqual([6, 7, 8, 9]);
    expect(typesOf(resumed.lines)).toEqual([
      "run",
      ...Array(6).fill("sample"),
      "end",
      "session",
      ...Array(4).fill("sample"),
      "end",
    ]);
    expect(resumed.end).toMatchObject({ status: "complete", counts: { done: 10 } });
  });

  test("is complete all the same when the stop came too late to cut anything off", async () => {
    const stop = createStop();
    const fn = modelOf((question) => {
      if (question === "9") stop.request("run.interrupted");
      return question;
    });
    const { end, reason } = await runTo(newFile(), { fn }, { stop });
    expect(end.status).toBe("complete");
    expect(end.reason).toBeUndefined();
    expect(reason).toBe("run.interrupted");
  });

  test("with many errors is stopped, not failed: it is not over yet", async () => {
    const stop = createStop();
    const fn = modelOf((question) => {
      if (question === "4") stop.request("run.interrupted");
      if (question !== "0") throw failing("provider.rejected");
      return question;
    });
    const { end } = await runTo(newFile(), { fn, concurrency: 1 }, { stop });
    expect([end.status, end.reason, end.counts.errors]).toEqual(["stopped", "run.interrupted", 4]);
  });

  test("before anything was answered keeps its file: it is unfinished, not failed", async () => {
    const stop = createStop();
    stop.request("run.interrupted");
    const { end, file, lines } = await runTo(newFile(), {}, { stop });
    expect([end.status, typesOf(lines)]).toEqual(["stopped", ["run", "end"]]);
    expect(file).toBeDefined();
  });

  test("by its own failure fails, and leaves the runs after it alone", async () => {
    const stop = createStop();
    const { fn } = failingAt(...Array.from({ length: 50 }, (_, i) => i));
    const { end, reason } = await runTo(newFile(), { fn, source: numbered(50), concurrency: 1 }, { stop });
    expect([end.status, end.reason, reason]).toEqual(["failed", "provider.rejected", "provider.rejected"]);
    expect(end.counts.done).toBe(20);
    expect(stop.drain.aborted).toBe(false);
  });

  test("by a spent budget stops the runs after it too", async () => {
    const stop = createStop();
    const { end } = await runTo(newFile(), {}, { stop, observers: [{ observe() {}, stop: () => "run.budget-spent" }] });
    expect([end.status, end.reason]).toEqual(["stopped", "run.budget-spent"]);
    expect(stop.reason()).toBe("run.budget-spent");
  });

  test("leaves no listener on a stop that outlives it", async () => {
    const stop = createStop();
    await runTo(newFile(), {}, { stop });
    const broken = modelOf(() => {
      throw new TypeError("odd");
    });
    await expect(runTo(newFile(), { fn: broken }, { stop })).rejects.toThrow("odd");
    expect([stop.drain, stop.drop].flatMap((signal) => getEventListeners(signal, "abort"))).toEqual([]);
  });
});

describe("a run that breaks", () => {
  test("by a defect leaves a file that is unfinished, readable, free, and can be gone on with", async () => {
    const file = newFile();
    const broken = modelOf((question) => {
      if (question === "6") throw new TypeError("x is not a function");
      return question;
    });
    await expect(runTo(file, { fn: broken, concurrency: 1 })).rejects.toThrow("x is not a function");
    const stored = await readRun(file);
    expect(stored.end).toBeUndefined();
    expect((await gather(stored.samples())).map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(isLocked(file)).toBe(false);
    const { fn, asked } = failingAt();
    expect((await runTo("", { fn }, { target: { resume: file } })).end.status).toBe("complete");
    expect(asked).toEqual([6, 7, 8, 9]);
  });

  test("by a tally's defect at the end is free again", async () => {
    const file = newFile();
    const plan = await planRun(inputsOf());
    const tally = {
      ...tallyOf(plan),
      metrics: () => {
        throw new Error("no metrics");
      },
    };
    await expect(runTo(file, {}, { tally })).rejects.toThrow("no metrics");
    expect(isLocked(file)).toBe(false);
    expect((await readRun(file)).end).toBeUndefined();
  });

  test("by an end that no reader would take leaves what is paid for readable", async () => {
    const file = newFile();
    const tally = { ...tallyOf(await planRun(inputsOf())), cost: () => ({ model: Number.NaN }) };
    await expect(runTo(file, {}, { tally })).rejects.toThrow("cost");
    expect(await gather((await readRun(file)).samples())).toHaveLength(10);
    expect(isLocked(file)).toBe(false);
  });

  test("by a plan that no reader would take asks nothing and leaves nothing", async () => {
    const file = newFile();
    const { fn, asked } = failingAt();
    const endless = {
      ...fn,
      capabilities: async () => ({ ...(await fn.capabilities()), concurrency_max: Number.POSITIVE_INFINITY }),
    };
    await expect(runTo(file, { fn: endless })).rejects.toThrow("concurrency_max");
    expect([asked, existsSync(file)]).toEqual([[], false]);
  });

  onLinux.each([
    { name: "in mid-run", at: "3" },
    { name: "at its last line", at: "9" },
  ])("by a full disk $name says so, loses nothing silently, and can be gone on with", async ({ at }) => {
    const file = newFile();
    const fn = modelOf(async (question) => {
      await nextTurn();
      if (question === at) fillDisk(file);
      return question;
    });
    await expect(runTo(file, { fn, concurrency: 1 })).rejects.toMatchObject({ code: "run.disk" });
    expect(isLocked(file)).toBe(false);
    const { fn: mended, asked } = failingAt();
    const { end } = await runTo("", { fn: mended, concurrency: 1 }, { target: { resume: file } });
    expect(asked[0]).toBe(Number(at));
    expect(end).toMatchObject({ status: "complete", counts: { done: 10 } });
  });
});

describe("what a run file never says", () => {
  const secret = "sk-live-1234567890";

  test("a key, wherever it turns up", async () => {
    const redact = redactor([secret], { home: "/home/me" });
    const fn = modelOf((question) => {
      if (question === "0") throw failing("provider.rejected", { cause: secret });
      if (question === "1") throw Object.assign(failing("provider.rejected"), { message: `key ${secret} in /home/me/.env` });
      return { text: `my key is ${secret}`, refusal: secret };
    });
    const leaky = { ...exact, score: () => [{ name: "accuracy", value: 1, explanation: `saw ${secret}` }] };
    const { file } = await runTo(
      newFile(),
      { fn, scorers: [leaky], source: numbered(3, () => ({ metadata: { key: secret } })) },
      { redact, redactLine: (line) => line.replaceAll(secret, "[redacted]") },
    );
    const content = readFileSync(file as string, "utf8");
    expect(content).not.toContain(secret);
    expect(content).toContain("key [redacted] in ~/.env");
    expect(content).toContain("my key is [redacted]");
  });

  test("what was asked, under --no-inputs: only hashes, answers, and the values of slices and groups", async () => {
    const source = numbered(3, (at) => ({
      input: `private question ${at}`,
      ideal: "private ideal",
      metadata: { label: `label-${at}`, group: { by: `group-${at}`, note: "private" }, author: "private" },
      lang: "lang-xx",
      rest: "private",
    }));
    const spec = { ...numbers, slices: ["metadata.label", "fields.lang"], group_by: "metadata.group.by" };
    const { file, lines } = await runTo(newFile(), { source, spec, inputs: false, fn: modelOf(() => "an answer") });
    expect(readFileSync(file as string, "utf8")).not.toContain("private");
    expect(lines.filter(({ type }) => type === "sample")).toMatchObject(
      [0, 1, 2].map((at) => ({
        metadata: { label: `label-${at}`, group: { by: `group-${at}` } },
        fields: { lang: "lang-xx" },
        completion: { text: "an answer" },
        hashes: { item: source.at(at).hashes.item, ideal: source.at(at).hashes.ideal },
      })),
    );
  });
});

test("a prompt is wrapped by the eval, and around that by the completion function, before it is sent and hashed", async () => {
  const sent: string[] = [];
  const fn = modelOf(
    (question) => {
      sent.push(question);
      return "";
    },
    { name: "wrapped", wrap: (prompt) => `<${prompt}>` },
  );
  const hashes = async (inputs: object): Promise<(string | undefined)[]> =>
    ((await runTo(newFile(), { source: numbered(1), fn, ...inputs })).lines as SampleLine[]).map((line) => line.hashes?.prompt);
  const both = await hashes({ wrap: (prompt: unknown) => `(${prompt})` });
  const one = await hashes({});
  expect(sent).toEqual(["<(0)>", "<0>"]);
  expect(both).not.toEqual(one);
});
