import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exact, numbered, runTo } from "../../test/support/engine-values.ts";
import { temporaryFolder } from "../../test/support/temporary-folder.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { Scorer } from "../core/score.ts";

const newFile = () => join(temporaryFolder(), "run.jsonl");

function watched(more: Partial<Scorer> = {}): { scorer: Scorer; seen: string[] } {
  const seen: string[] = [];
  const scorer: Scorer = {
    ...exact,
    late: true,
    async start() {
      seen.push("start");
    },
    async score(sample) {
      seen.push(sample.id);
      return [{ name: "accuracy", value: 1, passed: true }];
    },
    async close() {
      seen.push("close");
    },
    ...more,
  };
  return { scorer, seen };
}

describe("a scorer that needs a program", () => {
  test("is started before the first sample, and closed after the last", async () => {
    const { scorer, seen } = watched();
    await runTo(newFile(), { scorers: [scorer], source: numbered(3) });
    expect(seen).toHaveLength(5);
    expect([seen[0], seen.at(-1)]).toEqual(["start", "close"]);
  });

  test("and cannot start it ends the run before anybody is asked", async () => {
    const { scorer, seen } = watched({
      start: () => Promise.reject(new FinegaugeError("provider.unreachable", "cannot start it")),
    });
    const source = numbered(3);
    await expect(runTo(newFile(), { scorers: [scorer], source })).rejects.toThrow("cannot start it");
    expect(source.pulled).toEqual([]);
    expect(seen).toEqual(["close"]);
  });
});
