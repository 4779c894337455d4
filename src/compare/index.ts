export { type Changes, changesSince } from "./changes-since.ts";
export { collectRun } from "./collect-run.ts";
export type { Collector, CollectorOptions, Latency, SliceTable } from "./collector.ts";
export { type CountedFlag, countedFlags, flagOf, replyFlags } from "./reply-flags.ts";
export { countsSentence } from "./sentence.ts";
export { type Cell, primaryMetric, type RunSummary, type SideBySide, sideBySide } from "./side-by-side.ts";
