import type { SampleLine } from "../core/run-line.ts";
import { csvRow } from "./csv-row.ts";
import { decidingScore, flagsOf, outcomeOf } from "./outcome.ts";
import { plainText } from "./plain-text.ts";
import type { Report, ReportRun } from "./report.ts";

const columns = {
  eval: ({ run }) => run.eval,
  model: ({ run }) => run.completion_fn,
  run: ({ run }) => run.id,
  id: (_, line) => line.id,
  attempt: (_, line) => line.attempt,
  seq: (_, line) => line.seq,
  outcome: (_, line) => outcomeOf(line),
  score: (_, line) => decidingScore(line)?.name,
  value: (_, line) => decidingScore(line)?.value ?? undefined,
  label: (_, line) => decidingScore(line)?.label,
  flags: (_, line) => flagsOf(line).join(" "),
  input: (_, line) => plainText(line.input ?? null),
  ideal: (_, line) => line.ideal?.join(" | "),
  reply: (_, line) => line.completion?.text,
  explanation: (_, line) => decidingScore(line)?.explanation,
  error_code: (_, line) => line.error?.code,
  error: (_, line) => line.error?.message,
  finish: (_, line) => line.completion?.finish,
  ms: (_, line) => (line.completion === undefined ? undefined : Math.round(line.completion.ms * 100) / 100),
  tokens_in: (_, line) => line.completion?.usage?.input,
  tokens_out: (_, line) => line.completion?.usage?.output,
  cost: (_, line) => line.completion?.cost,
  tries: (_, line) => (line.completion?.tries ?? line.error?.tries)?.length,
  item_hash: (_, line) => line.hashes.item,
  leak: (_, line) => line.leak,
} satisfies Record<string, (one: ReportRun, line: SampleLine) => string | number | undefined>;

/** One row for each (sample, attempt) of each run. */
export async function* csvSamples({ runs }: Report): AsyncIterable<string> {
  yield csvRow(Object.keys(columns));
  for (const one of runs) {
    for await (const line of one.samples()) yield csvRow(Object.values(columns).map((column) => column(one, line)));
  }
}
