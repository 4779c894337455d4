import { countedFlags, flagOf, replyFlags, type Side, type SideLine } from "../compare/index.ts";
import { isLabelDetail } from "../core/figures.ts";
import type { Metric } from "../core/metric.ts";
import type { BaselineContent, BaselineSideLine } from "../runs/index.ts";

/** What a baseline of a complete run is made of: its lines, and the numbers that follow from them. */
export function baselineContent({ source, facts, metrics }: Side): BaselineContent {
  const { run, end } = source;
  if (end === undefined) throw new Error("baselineContent: the run is unfinished");
  const { counts, served, usage, cost, latency, cached } = facts;
  return {
    run,
    end: { ...end, counts, metrics: metrics.filter(({ name }) => !isLabelDetail(name)).map(withoutWords), served, usage, cost },
    latency,
    cached,
    async *samples() {
      for await (const line of source.samples()) yield { ...line, flags: flagsOf(line) };
    },
  };
}

/** Why nothing was scored may be told in words of a reply: its code stays. */
function withoutWords(metric: Metric): Metric {
  return metric.reason === undefined ? metric : { ...metric, reason: metric.reason.replace(/^([a-z]+\.[a-z-]+): .*/s, "$1") };
}

/** What the reply of a line is counted as; its error is in the line itself. */
function flagsOf({ completion, scores, flags = [] }: SideLine): NonNullable<BaselineSideLine["flags"]> {
  let found = completion === undefined ? 0 : replyFlags(completion);
  if (scores?.some(({ details }) => details?.invalid_label === true)) found |= flagOf.invalid_label;
  return countedFlags.filter((name) => name !== "errors").filter((name) => (found & flagOf[name]) !== 0 || flags.includes(name));
}
