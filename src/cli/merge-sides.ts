import { readSide, type SeqSet, type Side, type SideLine, type SideSource } from "../compare/index.ts";
import type { Counts } from "../core/run-line.ts";

/**
 * A side with more samples of the same eval and model, as if one run had asked them all. Neither file is touched.
 *
 * @param more samples that the side does not have, with as many attempts
 */
export function mergeSides(side: Side, more: Side): Promise<Side> {
  const { run, end, facts } = side.source;
  const added = more.source.run.data.selected;
  const seqOffset = run.data.selected * run.attempts;
  // Rows are told apart by index, and the two may come from different versions of the data.
  const indexOffset = run.data.samples;
  const source: SideSource = {
    run: { ...run, data: { ...run.data, selected: run.data.selected + added } },
    end: end &&
      more.source.end && { ...end, status: more.source.end.status === "complete" ? end.status : more.source.end.status },
    async *samples(only) {
      yield* side.source.samples(only);
      const rest: SeqSet | undefined = only && { has: (seq) => only.has(seq + seqOffset) };
      for await (const line of more.source.samples(rest))
        yield { ...line, ...leakOf(line), seq: line.seq + seqOffset, index: line.index + indexOffset };
    },
    ...(side.source.leakOf && { leakOf: side.source.leakOf }),
    ...(facts && { facts: { ...facts, ...(facts.counts && { counts: sum(facts.counts, more.facts.counts) }) } }),
  };
  return readSide(source);

  /** What a leak file says of the side's own samples it says of these too. */
  function leakOf({ hashes }: SideLine): Pick<SideLine, "leak"> {
    const leak = side.source.leakOf?.(hashes.item);
    return leak === undefined ? {} : { leak };
  }
}

function sum(a: Counts, b: Counts): Counts {
  const keys = Object.keys(a) as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Counts;
}
