import { beforeAll, describe, expect, test } from "vitest";
import { ensurePageShell } from "../../test/support/page-shell.ts";
import { parseCsv } from "../../test/support/parse-csv.ts";
import { parseXml } from "../../test/support/parse-xml.ts";
import { hostileReport, hostileTexts, reportOf, reportRun } from "../../test/support/report-fixture.ts";
import { visible } from "../page/index.ts";
import { type Report, type ReportFormat, reportWriters } from "./index.ts";

const formats = Object.keys(reportWriters) as ReportFormat[];

async function written(format: ReportFormat, report: Report): Promise<string> {
  let text = "";
  for await (const piece of (await reportWriters[format]()).write(report)) text += piece;
  return text;
}

const linesPerRun = hostileTexts.length * 3;

/** Proves a text to be what its format says, and yields what stands in it. */
const readers: { readonly [format in ReportFormat]: (text: string) => void } = {
  html: (text) => {
    const elements = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
    expect(elements).toHaveLength(2);
    const data = JSON.parse(elements[1]?.[1] ?? "");
    expect(data.total_rows).toBe(linesPerRun);
    expect(text.slice(text.lastIndexOf("</script>")).trim()).toMatch(/^<\/script>\s*<\/body>\s*<\/html>$/);
  },
  json: (text) => {
    const { runs } = JSON.parse(text);
    expect(runs.map((run: { samples: unknown[] }) => run.samples.length)).toEqual([linesPerRun, linesPerRun]);
    expect(runs[0].samples.map((line: { completion?: { text: string } }) => line.completion?.text)).toEqual(
      hostileTexts.flatMap((reply) => [reply, reply, undefined]),
    );
  },
  csv: (text) => {
    const [head, ...rows] = parseCsv(text);
    expect(rows).toHaveLength(2 * linesPerRun);
    for (const row of rows) {
      expect(row).toHaveLength(head?.length ?? 0);
      for (const field of row) expect(field).not.toMatch(/^[=+\-@\t\r＝＋－＠](?![\d.]*$)/);
    }
    const reply = head?.indexOf("reply") ?? -1;
    const shown = (field = "") => field.replace(/^'/, "");
    expect(rows.slice(0, linesPerRun).map((row) => shown(row[reply]))).toEqual(
      hostileTexts.flatMap((one) => [visible(one), visible(one), ""]),
    );
  },
  junit: (text) => {
    const suites = parseXml(text).children;
    expect(suites.map(({ attributes, children }) => [attributes.tests, children.length])).toEqual([
      [String(linesPerRun), linesPerRun],
      [String(linesPerRun), linesPerRun],
    ]);
    const errors = suites[0]?.children.filter((one) => one.children[0]?.name === "error") ?? [];
    expect(errors.map((one) => one.children[0]?.attributes.message)).toEqual(
      hostileTexts.map((one) => visible(one).replace(/[\ufffe\uffff]/g, "\ufffd")),
    );
  },
  md: (text) => {
    // Outside of code and our own details elements there is no markup left for anybody else's words.
    const bare = withoutCode(text).replaceAll(/<details><summary>[\w ./:&#;,-]*<\/summary>|<\/details>/g, "");
    expect(bare).not.toMatch(/[<>`]|\]\(|@everyone/);
    const table = text.slice(0, text.indexOf("\n\n")).split("\n");
    for (const row of table) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(7);
  },
};

/** Cuts CommonMark code spans: backticks up to the same number of them. */
function withoutCode(text: string): string {
  return text.replaceAll(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
}

beforeAll(ensurePageShell);

describe.each(formats)("%s", (format) => {
  test("is well formed, and loses no sample, whatever models, servers and data files say", async () => {
    readers[format](await written(format, hostileReport()));
  });

  test("is whole text: nothing that cannot be encoded", async () => {
    expect(await written(format, hostileReport())).not.toMatch(/\p{Cs}/u);
  });

  test("can be written twice from one report, and says the same", async () => {
    const report = hostileReport();
    expect(await written(format, report)).toBe(await written(format, report));
  });

  test("is written for a run of which nothing is done yet", async () => {
    const text = await written(format, reportOf(reportRun({ status: "unfinished", selected: 10, lines: [] })));
    expect(text.length).toBeGreaterThan(0);
  });
});

describe("what the formats say", () => {
  const report = reportOf(
    reportRun({
      status: "stopped",
      reason: "run.budget-spent",
      selected: 10,
      lines: [
        { reply: "right" },
        { reply: "wrong", explanation: 'expected "right"' },
        { reply: "", completion: { finish: "length" } },
        { reply: null, error: "no reply within 60 s" },
      ],
    }),
  );

  test("Markdown leads with the count, the interval, and what is not complete", async () => {
    const text = await written("md", report);
    expect(text).toContain("| `capitals.dev.v1` | `model-a` | **33.3 %** (1 of 3) |");
    expect(text).toContain("**stopped**: 4 of 10 done, 1 error, 1 cut off, 1 empty");
    expect(text).toContain("- `capitals.dev.v1.1` `question 1` right `right`, said `wrong`");
    expect(text).toContain("- `capitals.dev.v1.3` `question 3` error `provider.server`: `no reply within 60 s`");
  });

  test("JUnit fails what did not pass, and calls an error an error", async () => {
    const [suite] = parseXml(await written("junit", report)).children;
    expect(suite?.attributes).toMatchObject({ tests: "4", failures: "2", errors: "1", skipped: "0" });
    expect(suite?.children.map((one) => one.children[0]?.name)).toEqual([undefined, "failure", "failure", "error"]);
    expect(suite?.children[1]?.children[0]?.attributes.message).toBe('expected "right"');
  });

  test("CSV has one row a sample with its outcome and flags", async () => {
    const [head = [], ...rows] = parseCsv(await written("csv", report));
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(column("outcome")).toEqual(["passed", "failed", "failed", "error"]);
    expect(column("flags")).toEqual(["", "", "cut_off empty", ""]);
    expect(column("ms")).toEqual(["12.5", "12.5", "12.5", ""]);
  });

  test("JSON has the numbers and the samples as the run file has them", async () => {
    const { runs } = JSON.parse(await written("json", report));
    expect(runs[0]).toMatchObject({ status: "stopped", counts: { done: 4, errors: 1, selected: 10 } });
    expect(runs[0].samples[1].completion.text).toBe("wrong");
  });
});
