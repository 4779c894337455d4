import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { inspectZip } from "../../../test/support/write-zip.ts";
import { FinegaugeError } from "../../core/errors.ts";
import { evalSpecSchema } from "../../core/eval-spec.ts";
import { runLineSchema, sampleLineSchema } from "../../core/run-line.ts";
import { openLog } from "../open-stored-run.ts";

const logs = fileURLToPath(new URL("../../../test/fixtures/logs/", import.meta.url));
const time = "2026-11-20T10-15-00.120000";
const folder = mkdtempSync(join(tmpdir(), "finegauge-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const linesOf = (file: string): unknown[] =>
  readFileSync(join(logs, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line.replace("NaN", "null")));
const asLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join("");

const kinds = [
  {
    name: "log.jsonl",
    document: linesOf("openai-evals.jsonl"),
    write: (document: unknown) => asLines(document as unknown[]),
  },
  {
    name: "log.json",
    document: JSON.parse(readFileSync(join(logs, "inspect.json"), "utf8")),
    write: (document: unknown) => JSON.stringify(document),
  },
  {
    name: "log.eval",
    document: JSON.parse(readFileSync(join(logs, "inspect.json"), "utf8")),
    write: (document: unknown) => inspectZip(document as Record<string, unknown>),
  },
  {
    name: `samples_capitals_${time}.jsonl`,
    document: linesOf(`lm-eval/gpt-4.1-mini/samples_capitals_${time}.jsonl`),
    write: (document: unknown) => asLines(document as unknown[]),
  },
];

type Container = { [key: string]: unknown };

/** Replaces what a walk along `steps` comes to, or takes it away. */
function changed(document: unknown, steps: readonly number[], value: unknown): unknown {
  const copy = structuredClone(document);
  let at = copy as Container;
  for (const [depth, step] of steps.entries()) {
    const keys = Object.keys(at);
    const key = keys[step % keys.length];
    if (key === undefined) break;
    const next = at[key];
    if (depth === steps.length - 1 || typeof next !== "object" || next === null) {
      if (value === undefined) delete at[key];
      else at[key] = value;
      break;
    }
    at = next as Container;
  }
  return copy;
}

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(undefined, null, -1, 1e300, 2 ** 53, "", "attachment://x", "__proto__", [], {}, [[]], [null], true),
);
const changes = fc.array(fc.tuple(fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }), odd), { minLength: 1, maxLength: 4 });

test.each(kinds)("whatever stands in $name, it is a run as run files have them, or is refused in words", async (kind) => {
  let read = 0;
  let at = 0;
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const document = list.reduce((one, [steps, value]) => changed(one, steps, value), kind.document);
      const file = join(folder, `${at++}-${kind.name}`.replace(/^\d+-samples_/, "samples_"));
      let bytes: string | Buffer;
      try {
        bytes = kind.write(document);
      } catch {
        // Not even the writer of the test makes a log of it.
        return;
      }
      writeFileSync(file, bytes);
      try {
        const log = await openLog(file);
        evalSpecSchema.parse(runLineSchema.parse(log.run).spec);
        const seen = new Set<number>();
        for await (const line of log.samples()) {
          sampleLineSchema.parse(line);
          expect(line.seq).toBeLessThan(log.run.data.selected * log.run.attempts);
          expect(seen.has(line.seq)).toBe(false);
          seen.add(line.seq);
        }
        read++;
      } catch (error) {
        expect(error).toBeInstanceOf(FinegaugeError);
      }
    }),
    { numRuns: 150 },
  );
  expect(read).toBeGreaterThan(50);
});
