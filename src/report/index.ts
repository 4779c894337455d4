import type { ReportWriter } from "./report.ts";

export { redactReport, redactValue } from "./redact.ts";
export type { Report, ReportRun, ReportWriter } from "./report.ts";

export const reportWriters = {
  html: async () => (await import("./html.ts")).html,
  md: async () => (await import("./md.ts")).md,
  csv: async () => (await import("./csv.ts")).csv,
  junit: async () => (await import("./junit.ts")).junit,
  json: async () => (await import("./json.ts")).json,
} satisfies Record<string, () => Promise<ReportWriter>>;

export type ReportFormat = keyof typeof reportWriters;

/** A gate alone, without the comparisons that it judged. */
export const gateMarkdown = async () => (await import("./gate-md.ts")).gateMarkdown;
