export { changesSince } from "./changes-since.ts";
export { collectRun } from "./collect-run.ts";
export type { Collector, Latency, SliceTable } from "./collector.ts";
export { primaryMetric } from "./primary-metric.ts";
export { countedFlags, flagOf, replyFlags } from "./reply-flags.ts";
