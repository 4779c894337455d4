import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ended, fileText, runLine } from "../../test/support/run-values.ts";
import { spec } from "../../test/support/side-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { readSide, type Side } from "../compare/index.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { openBaseline, readRun, writeBaseline } from "../runs/index.ts";
import { baselineContent } from "./baseline-content.ts";

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => value.toString(16).padStart(16, "0"));
const unscored = { name: "accuracy", value: null, unscored: { code: "score.judge-unparsed", message: "it said: secret reply" } };

/** A score as some scorer gives it: right or wrong, graded without a pass mark, or not at all. */
const score = fc.oneof(
  fc.boolean().map((passed) => ({ name: "accuracy", value: passed ? 1 : 0, passed, label: passed ? "disk" : "auth" })),
  fc.boolean().map((passed) => ({
    name: "accuracy",
    value: passed ? 1 : 0,
    passed,
    explanation: "secret reply",
    ...(!passed && { details: { invalid_label: true } }),
  })),
  fc.double({ min: 0, max: 1, noNaN: true }).map((value) => ({ name: "f1_score", value })),
  fc.constant(unscored),
);

const reply = fc.record({
  text: fc.constantFrom("secret reply", "", " "),
  finish: fc.constantFrom("stop", "length", "content_filter"),
  ms: fc.double({ min: 0, max: 1e4, noNaN: true }),
  cost: fc.constantFrom(0.001, 0.25),
  usage: fc.record({ input: fc.nat(999), output: fc.nat(99) }),
  served: fc.constantFrom({ model: "m-1" }, { model: "m-2" }),
});

const answer = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ completion: reply, scores: fc.uniqueArray(score, { maxLength: 2, selector: ({ name }) => name }) }),
  },
  { weight: 1, arbitrary: fc.constant({ error: { code: "provider.server", message: "secret host", tries: [] } }) },
);

const runs = fc
  .record({
    attempts: fc.integer({ min: 1, max: 3 }),
    items: fc.array(
      fc.record({ item: hash, ideal: hash, prompt: hash, same: fc.boolean(), group: fc.constantFrom("a", "b", "c", undefined) }),
      {
        minLength: 1,
        maxLength: 25,
      },
    ),
    grouped: fc.boolean(),
  })
  .chain(({ attempts, items, grouped }) =>
    fc.array(answer, { minLength: items.length * attempts, maxLength: items.length * attempts }).chain((answers) => {
      const lines = answers.map((one, seq): SampleLine => {
        const index = Math.floor(seq / attempts);
        const { item, ideal, prompt, same, group } = items[index] as (typeof items)[number];
        return {
          type: "sample",
          id: `tickets.heldout.${index * 7}`,
          attempt: seq % attempts,
          seq,
          index: index * 7,
          hashes: { item, ideal, prompt: same ? item : prompt },
          metadata: group === undefined ? {} : { group },
          input: "secret question",
          ideal: ["secret ideal"],
          ...one,
        } as SampleLine;
      });
      const more = { attempts, selected: items.length, spec: { ...spec, ...(grouped && { group_by: "metadata.group" }) } };
      return fc
        .shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length })
        .map((shuffled) => ({ run: runLine(more as Partial<RunLine>), lines, shuffled }));
    }),
  );

async function sideOfFile(file: string): Promise<Side> {
  return readSide(await readRun(file));
}

/** What a comparison reads of a side, without what only replies can tell. */
function numbersOf({ columns, seqs, verdicts, item, ideal, prompt, id, metrics, primary, size, facts }: Side) {
  const kept = new Map([...columns].filter(([name, { kind }]) => kind !== "usage" && name !== "majority"));
  const { source, baseline, name, ...told } = facts;
  const measured = metrics.map(({ reason, ...metric }) => ({
    ...metric,
    reason: reason?.replace(": it said: secret reply", ""),
  }));
  return { columns: kept, seqs, verdicts, item, ideal, prompt, id, measured, primary, size, told };
}

/** Which samples share a group, whatever it is called. */
function partition({ groups }: Side): number[] {
  const ids = [...(groups?.ids ?? [])];
  return ids.map((id, at) => (id === 0 ? -1 : ids.indexOf(id) === at ? at : ids.indexOf(id)));
}

describe("a baseline", () => {
  test("tells a comparison what its run tells, to the last bit", async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(runs, fc.boolean(), async ({ run, lines }, replies) => {
        const file = join(folder, "run.jsonl");
        writeFileSync(file, fileText(run, ...lines, ended({ wall_ms: 1234.5 })));
        const before = await sideOfFile(file);
        const baseline = join(folder, "main.jsonl");
        await writeBaseline(baseline, baselineContent(before), { replies });
        const after = await readSide(openBaseline(baseline));
        expect(numbersOf(after)).toEqual(numbersOf(before));
        expect(partition(after)).toEqual(partition(before));
        expect(after.facts).toMatchObject({ source: "baseline", baseline: "main", name: "main" });
        if (replies) expect(after.columns).toEqual(before.columns);
      }),
      { numRuns: 60 },
    );
  });

  test("is the same bytes for any order of the run's lines, and has no text of a prompt, ideal, reply or error in it", async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(runs, async ({ run, lines, shuffled }) => {
        const written = [];
        for (const [name, order] of Object.entries({ main: lines, other: shuffled })) {
          const file = join(folder, "run.jsonl");
          writeFileSync(file, fileText(run, ...order, ended()));
          await writeBaseline(join(folder, `${name}.jsonl`), baselineContent(await sideOfFile(file)), { replies: false });
          written.push(readFileSync(join(folder, `${name}.jsonl`), "utf8"));
        }
        expect(written[1]).toBe(written[0]);
        expect(written[0]).not.toContain("secret");
      }),
      { numRuns: 60 },
    );
  });

  test("of a baseline with its replies is that baseline", async () => {
    const folder = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(runs, fc.boolean(), async ({ run, lines }, replies) => {
        const file = join(folder, "run.jsonl");
        writeFileSync(file, fileText(run, ...lines, ended()));
        const [first, again] = [join(folder, "main.jsonl"), join(folder, "again.jsonl")];
        await writeBaseline(first, baselineContent(await sideOfFile(file)), { replies });
        await writeBaseline(again, baselineContent(await readSide(openBaseline(first))), { replies });
        expect(readFileSync(again, "utf8")).toBe(readFileSync(first, "utf8"));
      }),
      { numRuns: 30 },
    );
  });
});
