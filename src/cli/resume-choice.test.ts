import { utimesSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inputsOf } from "../../test/support/engine-values.ts";
import { ended } from "../../test/support/run-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import type { RunLine } from "../core/run-line.ts";
import { planRun, type RunInputs, type RunPlan } from "../engine/index.ts";
import { createRun, runPath } from "../runs/index.ts";
import { chooseResume, type ResumeOptions } from "./resume-choice.ts";

const idOf = (nth: number) => `01JD4ZK5T0${String(nth).padStart(16, "0")}`;
const hourMs = 3600 * 1000;

interface Made {
  readonly nth: number;
  readonly state?: "unfinished" | "complete" | "stopped" | "failed" | "locked";
  readonly hoursAgo?: number;
  readonly line?: Partial<RunLine>;
}

/** Writes a run of a plan as a command would have left it. */
async function leaveRun(out: string, plan: RunPlan, { nth, state = "unfinished", hoursAgo = 1, line = {} }: Made): Promise<void> {
  const run = { ...plan.line, id: idOf(nth), started: "2026-11-20T10:15:00.000Z", ...line };
  const writer = createRun(runPath(out, run), run, (text) => text);
  if (state === "unfinished") await writer.abandon();
  else if (state !== "locked") await writer.end(ended({ status: state }));
  const touched = (Date.now() - hoursAgo * hourMs) / 1000;
  utimesSync(writer.file, touched, touched);
}

const choose = (plan: RunPlan, out: string, options: ResumeOptions = {}) =>
  chooseResume(plan, out, out, { quiet: true, yes: true, ...options });

let plan: RunPlan;
let out: string;
beforeEach(async () => {
  plan = await planRun(inputsOf());
  out = temporaryFolder();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a plain rerun", () => {
  test.each([
    { name: "an unfinished run", made: [{ nth: 1 }], picked: 1 },
    { name: "a stopped run", made: [{ nth: 1, state: "stopped" }], picked: 1 },
    { name: "a failed run", made: [{ nth: 1, state: "failed" }], picked: 1 },
    { name: "the newest that fits", made: [{ nth: 2 }, { nth: 3 }, { nth: 1 }], picked: 3 },
    { name: "an older one behind a complete one", made: [{ nth: 1 }, { nth: 2, state: "complete" }], picked: 1 },
    { name: "no complete run", made: [{ nth: 1, state: "complete" }] },
    { name: "no run that somebody is writing", made: [{ nth: 1, state: "locked" }] },
    { name: "no run of another hash", made: [{ nth: 1, line: { resume_hash: "another" } }] },
    { name: "no run older than a day", made: [{ nth: 1, hoursAgo: 25 }] },
    { name: "nothing where there is nothing", made: [] },
  ] satisfies { name: string; made: Made[]; picked?: number }[])(
    "goes on with $name",
    async ({ made, picked }: { made: Made[]; picked?: number }) => {
      for (const run of made) await leaveRun(out, plan, run);
      expect((await choose(plan, out))?.run.id).toBe(picked === undefined ? undefined : idOf(picked));
    },
  );

  test("says that it goes on, and how not to", async () => {
    await leaveRun(out, plan, { nth: 1, hoursAgo: 2 });
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await choose(plan, out, { quiet: false });
    expect(said.mock.calls.join("")).toMatch(new RegExp(`${idOf(1)}, unfinished since 2 h .*--no-resume`));
  });
});

test("--no-resume takes no run", async () => {
  await leaveRun(out, plan, { nth: 1 });
  expect(await choose(plan, out, { resume: false })).toBeUndefined();
});

describe("--resume", () => {
  test("takes an old run too", async () => {
    await leaveRun(out, plan, { nth: 1, hoursAgo: 1000 });
    expect((await choose(plan, out, { resume: true }))?.run.id).toBe(idOf(1));
  });

  test("starts a new run where none fits", async () => {
    await leaveRun(out, plan, { nth: 1, state: "complete" });
    expect(await choose(plan, out, { resume: true })).toBeUndefined();
  });

  test("takes the run it names, not the newest", async () => {
    for (const nth of [1, 2]) await leaveRun(out, plan, { nth, hoursAgo: 1000 });
    expect((await choose(plan, out, { resume: idOf(1) }))?.run.id).toBe(idOf(1));
  });

  test("refuses a run that is complete", async () => {
    await leaveRun(out, plan, { nth: 1, state: "complete" });
    await expect(choose(plan, out, { resume: idOf(1) })).rejects.toMatchObject({
      code: "run.resume-mismatch",
      message: `run ${idOf(1)} is complete`,
    });
  });

  test("refuses a run that is not there", async () => {
    await expect(choose(plan, out, { resume: idOf(1) })).rejects.toMatchObject({ code: "run.not-found" });
  });

  const reordered = { extra: { b: 1, a: 2 }, seed: 1, temperature: 0 };
  test.each([
    { differs: "eval", more: { spec: { ...inputsOf().spec, args: { strict: true } } } },
    { differs: "data", more: { order: "shuffle" } },
    { differs: "sampling", more: { sampling: { ...reordered, temperature: 1 } } },
    { differs: "attempts", more: { attempts: 2 } },
    { differs: "stored inputs", more: { inputs: false } },
    { differs: "scorers or judges", more: { scorers: [] } },
    { differs: "data, sampling", more: { seed: 5, sampling: {} } },
    { differs: "model", more: { fn: { ...inputsOf().fn, identity: async () => ({ model: "other", fn: "module" }) } } },
  ] satisfies { differs: string; more: Partial<RunInputs> }[])(
    "names what differs: $differs",
    async ({ differs, more }: { differs: string; more: Partial<RunInputs> }) => {
      // Keys stand in another order than the run file gives them back in.
      const fn = { ...inputsOf().fn, identity: async () => ({ model: "mock", fn: "module" }) };
      const base = { fn, sampling: reordered };
      await leaveRun(out, await planRun(inputsOf(base)), { nth: 1 });
      await expect(choose(await planRun(inputsOf({ ...base, ...more })), out, { resume: idOf(1) })).rejects.toMatchObject({
        code: "run.resume-mismatch",
        more: { hint: `${differs} differ; leave out --resume to start a new run` },
      });
    },
  );

  test("names training data that was changed", async () => {
    const leakage = { train: "train.jsonl", train_hash: "a".repeat(64), train_rows: 9, leaked: 1 };
    const before = { ...leakage, train_hash: "b".repeat(64) };
    await leaveRun(out, plan, { nth: 1, line: { resume_hash: "another", leakage: before } });
    const now = { ...plan, line: { ...plan.line, leakage } };
    await expect(choose(now, out, { resume: idOf(1) })).rejects.toMatchObject({
      more: { hint: "the training data differs; leave out --resume to start a new run" },
    });
  });
});
