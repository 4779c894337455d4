export type { Collector, CollectorOptions, Latency, SliceTable } from "./collector.ts";
export type { Cell, RunSummary, SideBySide } from "./side-by-side.ts";
