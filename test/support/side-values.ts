import { readSide, type Side, type SideSource } from "../../src/compare/index.ts";
import type { EvalSpec } from "../../src/core/eval-spec.ts";
import { textHash } from "../../src/core/hash.ts";
import type { RunLine, SampleLine } from "../../src/core/run-line.ts";
import { answered, ended, runLine } from "./run-values.ts";

export const spec: EvalSpec = {
  name: "tickets.heldout.v1",
  base: "tickets",
  split: "heldout",
  class: "match",
  scorer: "match",
  compat: false,
  args: {},
  sampling: {},
};

/** A verdict about one question: `item` tells contents apart. undefined: not scored. */
export function judged(
  index: number,
  passed: boolean | undefined,
  more: Partial<SampleLine> & { item?: string } = {},
): SampleLine {
  const { item = `item ${index}`, ...rest } = more;
  const score =
    passed === undefined
      ? { name: "accuracy", value: null, unscored: { code: "score.failed", message: "no grade" } }
      : { name: "accuracy", value: passed ? 1 : 0, passed };
  const hashes = { item: textHash(item), ideal: textHash("ideal"), prompt: textHash(`prompt ${item}`) };
  return answered(index, { scores: [score], hashes, ...rest });
}

function sourceOf(lines: readonly SampleLine[], run: Partial<RunLine> & { spec?: EvalSpec } = {}): SideSource {
  const selected = lines.reduce((most, { index }) => Math.max(most, index + 1), 1);
  const attempts = lines.reduce((most, { attempt }) => Math.max(most, attempt + 1), 1);
  return {
    run: { ...runLine({ selected, attempts, spec, ...(run.completion_fn && { id: `run of ${run.completion_fn}` }) }), ...run },
    end: ended(),
    async *samples(only) {
      for (const line of lines) if (only === undefined || only.has(line.seq)) yield line;
    },
  };
}

export function sideOf(lines: readonly SampleLine[], run: Partial<RunLine> & { spec?: EvalSpec } = {}): Promise<Side> {
  return readSide(sourceOf(lines, run));
}
