import { describe, expect, test } from "vitest";
import { judged, sideOf } from "../../test/support/side-values.ts";
import { compareSides, type Side } from "../compare/index.ts";
import { type Report, type ReportFormat, type ReportRun, redactReport, reportWriters } from "./index.ts";
import { pageData } from "./page-data.ts";

const leakage = { train: "secret customers.jsonl", train_hash: "a1", train_rows: 500, leaked: 0 };

function sideWith(name: string, leaked: number | undefined): Promise<Side> {
  const lines = Array.from({ length: 40 }, (_, index) =>
    judged(index, index % 2 === 0 || (name === "new" && index < 12), {
      ...(index < (leaked ?? 0) && { leak: "near" as const }),
    }),
  );
  return sideOf(lines, { completion_fn: name, id: `run of ${name}`, ...(leaked !== undefined && { leakage }) });
}

function runOf({ source, facts, size, metrics, sliceTables, leakScores }: Side): ReportRun {
  return {
    run: source.run,
    end: source.end,
    counts: facts.counts,
    metrics,
    slices: sliceTables,
    latency: facts.latency,
    ...(facts.leakage && { leakage: { ...facts.leakage, samples: size, ...(leakScores && { scores: leakScores }) } }),
    samples: () => source.samples(),
  };
}

async function reportWith(leaked: number | undefined, compared: boolean): Promise<Report> {
  const [before, now] = [await sideWith("old", leaked), await sideWith("new", leaked)];
  const head = { made: "2026-11-20T10:15:00.000Z", tool: "finegauge 0.1.0" };
  if (!compared) return { ...head, runs: [runOf(now)] };
  const { comparison } = await compareSides(before, now);
  return { ...head, runs: [runOf(before), runOf(now)], comparisons: [{ comparison, baseline: 0, candidate: 1 }] };
}

async function textOf(report: Report, format: ReportFormat): Promise<string> {
  const writer = await reportWriters[format]();
  let text = "";
  for await (const part of writer.write(report)) text += part;
  return text;
}

describe("the page", () => {
  test("has which samples leak, the scores of each run, and what the comparison says without them", async () => {
    const { rows, runs, comparisons } = await pageData(await reportWith(12, true));
    expect(rows.filter(({ leak }) => leak === "near").length).toBe(12);
    expect(runs[1]?.leakage).toMatchObject({
      leaked: 12,
      samples: 40,
      scores: { clean: { n: 28, value: 0.5 }, leaked: { n: 12, value: 1 } },
    });
    expect(comparisons[0]?.leakage).toMatchObject({ leaked: 12, kinds: { near: 12 }, clean: { delta: { n: 28, value: 0 } } });
  });

  test.each([
    {
      name: "nothing leaks: says so where the numbers come from, and has no section",
      leaked: 0,
      says: "none of 40 samples is in secret customers.jsonl, which has 500 rows",
    },
    { name: "nobody looked: says nothing", leaked: undefined, says: undefined },
  ])("where $name", async ({ leaked, says }) => {
    const { runs, rows } = await pageData(await reportWith(leaked, false));
    expect(runs[0]?.leakage).toBeUndefined();
    expect(rows.some(({ leak }) => leak !== undefined)).toBe(false);
    expect(runs[0]?.provenance.find(([name]) => name === "Training data")?.[1]).toBe(says);
  });
});

describe("Markdown", () => {
  test("has the score on all, clean and leaked samples of one run", async () => {
    expect(await textOf(await reportWith(12, false), "md")).toMatch(
      /`new` on `tickets.heldout.v1`: 12 of 40 samples are in `secret customers.jsonl` \(12 near\); without them 50.0 % \(.*\) of 28, on them 100.0 % \(.*\) of 12\./,
    );
  });

  test("has the changes of a comparison under its sentence", async () => {
    expect(await textOf(await reportWith(12, true), "md")).toMatch(
      / {2}- 12 of 40 pairs are in `secret customers.jsonl` \(12 near\); clean: 50.0 % instead of 50.0 %, ±0.0 points \(.*\) of 28: cannot tell; leaked: 100.0 % instead of 50.0 %, \+50.0 points \(.*\) of 12/,
    );
  });
});

describe("CSV", () => {
  test("without samples has rows for clean and leaked ones", async () => {
    const runs = await textOf({ ...(await reportWith(12, false)), samples: false }, "csv");
    expect(runs).toMatch(/,accuracy,leakage,clean,0\.5,[\d.]+,[\d.]+,28,1\r\n.*,accuracy,leakage,leaked,1,[\d.]+,1,12,1\r\n/);
    const pairs = await textOf({ ...(await reportWith(12, true)), samples: false }, "csv");
    expect(pairs).toMatch(/,accuracy,leakage,clean,0\.5,0\.5,0,.*\r\n.*,accuracy,leakage,leaked,0\.5,1,0\.5,/);
  });
});

describe("a redacted report", () => {
  test.each(["json", "md", "csv", "html", "junit"] as const)(
    "tells as %s how many leak: not what, and not from where",
    async (format) => {
      for (const compared of [true, false]) {
        const text = await textOf(redactReport(await reportWith(12, compared)), format);
        expect(text).not.toContain("secret customers");
        expect(text).not.toMatch(/"leak":|,near\r/);
        if (format === "md") expect(text).toMatch(/12 of 40 (pairs|samples) are in `the training data` \(12 near\)/);
        if (format === "json") expect(text).toContain('"leaked":12');
      }
    },
  );

  test("leaves alone what else is called train", async () => {
    const report = await reportWith(12, false);
    const spec = { ...report.runs[0]?.run.spec, labels: { train: ["train"], bus: [] } };
    const runs = report.runs.map((one) => ({ ...one, run: { ...one.run, spec } }));
    expect(redactReport({ ...report, runs }).runs[0]?.run.spec.labels).toEqual({ train: ["train"], bus: [] });
  });
});
