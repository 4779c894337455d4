import type { SampleLine } from "../core/run-line.ts";
import type { RowPair } from "../page/index.ts";
import { csvRow } from "./csv-row.ts";
import { decidingScore, outcomeOf } from "./outcome.ts";
import { plainText } from "./plain-text.ts";
import type { Report, ReportComparison, ReportRun } from "./report.ts";
import { pairFinder } from "./row-pairs.ts";
import { sampleKeys } from "./sample-keys.ts";

/** What is kept of the baseline's line while the candidate's are read. */
interface Before {
  readonly outcome: string;
  readonly value: number | undefined;
  readonly label: string | undefined;
  readonly reply: string | undefined;
  readonly input: string;
  readonly ideal: string | undefined;
  readonly leak: string | undefined;
}

interface Row {
  readonly one: ReportComparison;
  readonly line: SampleLine;
  readonly before: Before;
  readonly now: Before;
  readonly pair: RowPair | undefined;
}

const columns = {
  eval: ({ one }) => one.comparison.eval,
  baseline: ({ one }) => one.comparison.baseline.name,
  candidate: ({ one }) => one.comparison.candidate.name,
  id: ({ line }) => line.id,
  attempt: ({ line }) => line.attempt,
  change: ({ pair }) => (pair === undefined ? "undecided" : changes[pair.change]),
  confidence: ({ pair }) => pair?.confidence,
  stable: ({ pair }) => (pair?.stable === undefined ? undefined : String(pair.stable)),
  baseline_outcome: ({ before }) => before.outcome,
  candidate_outcome: ({ now }) => now.outcome,
  baseline_value: ({ before }) => before.value,
  candidate_value: ({ now }) => now.value,
  baseline_label: ({ before }) => before.label,
  candidate_label: ({ now }) => now.label,
  input: ({ before, now }) => now.input || before.input,
  ideal: ({ before, now }) => now.ideal ?? before.ideal,
  baseline_reply: ({ before }) => before.reply,
  candidate_reply: ({ now }) => now.reply,
  item_hash: ({ line }) => line.hashes.item,
  leak: ({ before, now }) => now.leak ?? before.leak,
} satisfies Record<string, (row: Row) => string | number | undefined>;

const changes = {
  both: "both right",
  only_baseline: "regression",
  only_candidate: "improvement",
  neither: "both wrong",
} as const;

/** One row for each pair, and attempt. Holds the baseline's texts in memory. */
export async function* csvPairs({ runs, comparisons = [] }: Report): AsyncIterable<string> {
  yield csvRow(Object.keys(columns));
  for (const one of comparisons) {
    const [before, now] = [runs[one.baseline], runs[one.candidate]];
    if (before !== undefined && now !== undefined) yield* pairRows(one, before, now);
  }
}

async function* pairRows(one: ReportComparison, baseline: ReportRun, candidate: ReportRun): AsyncIterable<string> {
  const finder = pairFinder([{ one, of: 0 }]);
  const known = new Map<string, Before>();
  const readings = sampleKeys();
  const oldKeys = readings();
  for await (const line of baseline.samples()) {
    const { sample, row } = oldKeys(line);
    finder.observe(one.baseline, sample, line);
    known.set(row, factsOf(line));
  }
  // A sample's verdict is known when its last attempt was read.
  const firstKeys = readings();
  for await (const line of candidate.samples()) finder.observe(one.candidate, firstKeys(line).sample, line);
  const keys = readings();
  for await (const line of candidate.samples()) {
    const { sample, row } = keys(line);
    const before = known.get(row);
    if (before === undefined) continue;
    const pair = finder.read(sample)?.pairs[0];
    const facts = { one, line, before, now: factsOf(line), pair };
    yield csvRow(Object.values(columns).map((column) => column(facts)));
  }
}

function factsOf(line: SampleLine): Before {
  const score = decidingScore(line);
  return {
    outcome: outcomeOf(line),
    value: score?.value ?? undefined,
    label: score?.label,
    reply: line.completion?.text ?? line.error?.message,
    input: plainText(line.input ?? null),
    ideal: line.ideal?.join(" | "),
    leak: line.leak,
  };
}
