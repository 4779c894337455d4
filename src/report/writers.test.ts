import { beforeAll, describe, expect, test } from "vitest";
import { ensurePageShell } from "../../test/support/page-shell.ts";
import { parseCsv } from "../../test/support/parse-csv.ts";
import { parseXml } from "../../test/support/parse-xml.ts";
import {
  compareRuns,
  hostileDiff,
  hostileReport,
  hostileTexts,
  type LineOptions,
  reportOf,
  reportRun,
} from "../../test/support/report-fixture.ts";
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
    expectNoMarkup(text);
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.replaceAll("\\|", "").split("|")).toHaveLength(7);
  },
};

/** Outside of code, our marker and our own details elements there is no markup left for anybody else's words. */
function expectNoMarkup(text: string): void {
  const [first, ...rest] = text.split("\n");
  expect(first).toBe("<!-- finegauge -->");
  const bare = withoutCode(rest.join("\n")).replaceAll(/<details><summary>[\w ./:&#;,-]*<\/summary>|<\/details>/g, "");
  expect(bare).not.toMatch(/[<>`]|\]\(|@everyone/);
}

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

describe("a comparison of hostile runs", () => {
  test("HTML ends no element of its own", async () => {
    const text = await written("html", await hostileDiff());
    const elements = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)];
    expect(elements).toHaveLength(2);
    expect(JSON.parse(elements[1]?.[1] ?? "").comparisons).toHaveLength(1);
  });

  test("Markdown leaves nobody's words as markup", async () => {
    expectNoMarkup(await written("md", await hostileDiff()));
  });

  test("CSV has a row for each pair, and no formula", async () => {
    const [head = [], ...rows] = parseCsv(await written("csv", await hostileDiff()));
    expect(rows).toHaveLength(linesPerRun);
    for (const row of rows) {
      expect(row).toHaveLength(head.length);
      for (const field of row) expect(field).not.toMatch(/^[=+\-@\t\r＝＋－＠](?![\d.]*$)/);
    }
    const changes = new Set(rows.map((row) => row[head.indexOf("change")]));
    expect(changes).toEqual(new Set(["regression", "improvement", "undecided"]));
  });

  test("JUnit is well formed: a case for each sample, its regressions failures", async () => {
    const [suite] = parseXml(await written("junit", await hostileDiff())).children;
    expect(suite?.children).toHaveLength(linesPerRun + 1);
    const failed = suite?.children.filter((one) => one.children[0]?.name === "failure") ?? [];
    expect(String(failed.length)).toBe(suite?.attributes.failures);
    expect(failed.length).toBeGreaterThanOrEqual(hostileTexts.length);
  });

  test("JSON has what was found, word for word", async () => {
    const report = await hostileDiff();
    const { comparisons } = JSON.parse(await written("json", report));
    expect(comparisons).toEqual(JSON.parse(JSON.stringify(report.comparisons?.map((one) => one.comparison))));
  });
});

describe("a comparison", () => {
  const lines = (wrong: readonly number[]): LineOptions[] =>
    Array.from({ length: 40 }, (_, index) => ({
      input: `what is ${index}?`,
      reply: wrong.includes(index) ? "wrong" : "right",
      metadata: { label: index % 2 === 0 ? "even" : "odd" },
    }));
  const spec = { slices: ["metadata.label"] };
  const report = () =>
    compareRuns(
      [
        reportRun({ model: "base", spec, lines: lines([0, 1]) }),
        reportRun({ model: "tuned", spec, lines: lines([1, 2, 3]), sampling: { temperature: 0.7 } }),
      ],
      0.02,
    );

  test("opens in Markdown with its sentence, then differences, then the first regressions, then what got better folded", async () => {
    const found = await report();
    const text = await written("md", found);
    const sentence = found.comparisons?.[0]?.comparison.sentence ?? "";
    expect(text.split("\n")[2]).toBe(`- ⚠️ ${sentence}`);
    expect(text).toContain("| `accuracy` | 95.0 % | 92.5 % | **−2.5 points** |");
    expect(text).toContain("\n`capitals.dev.v1`: 2 regressions\n\n- `capitals.dev.v1.2`");
    expect(text).toContain("<details><summary>capitals.dev.v1: 1 improvement</summary>\n\n- `capitals.dev.v1.0` `what is 0?`");
    expect(text).toContain("- `capitals.dev.v1.2` `what is 2?`, right `right`, `base` said `right`, `tuned` said `wrong`");
    expect(text).toContain("- `capitals.dev.v1` differs in sampling: `temperature 0 → 0.7`");
    expect(text).toContain("The same again: `finegauge diff base tuned`");
  });

  /** Of `n` samples the first `worse` got worse and the next `better` got better. */
  const turned = (model: string, n: number, { worse = 0, better = 0 }, name = "capitals.dev.v1") => [
    reportRun({
      eval: name,
      model: "base",
      spec,
      lines: lines(Array.from({ length: n }, (_, index) => index).slice(worse, worse + better)),
    }),
    reportRun({ eval: name, model, spec, lines: lines(Array.from({ length: worse }, (_, index) => index)) }),
  ];
  const flipIds = (text: string) => text.split("\n").filter((line) => /^- `\w+\.dev\.v1\.\d+`/.test(line)).length;

  test.each([
    ["all that there are", { worse: 12, better: 3 }, 15, ["first 5 of 12 regressions", "7 more regressions", "3 improvements"]],
    ["improvements alone", { better: 8 }, 8, ["8 improvements"]],
    ["regressions alone", { worse: 40 }, 40, ["first 5 of 40", "35 more regressions"]],
  ])("Markdown names flips: %s", async (_, flips, n, said) => {
    const text = await written("md", await compareRuns(turned("tuned", 40, flips)));
    expect(flipIds(text)).toBe(n);
    for (const one of said) expect(text).toContain(one);
  });

  test("Markdown names the flips that the comparison names, and no more than a comment can hold", async () => {
    const found = await compareRuns(turned("tuned", 40, { worse: 12, better: 3 }));
    const named = (flips: number): Report => ({
      ...found,
      comparisons: (found.comparisons ?? []).map((one) => ({
        ...one,
        comparison: { ...one.comparison, flips: one.comparison.flips.slice(0, flips) },
      })),
    });
    expect(flipIds(await written("md", named(2)))).toBe(2);
    expect(await written("md", named(2))).toContain("first 2 of 12 regressions");
    expect(flipIds(await written("md", named(0)))).toBe(0);
    const [one] = found.comparisons ?? [];
    const flips = (one?.comparison.flips ?? []).flatMap((flip) => new Array(10).fill(flip));
    const many = { ...found, comparisons: one ? [{ ...one, comparison: { ...one.comparison, flips } }] : [] };
    const text = await written("md", many);
    expect(flipIds(text)).toBe(50);
    expect(text).toContain("improvements</summary>");
  });

  test("Markdown tells the worst first, and of several candidates which one on which eval", async () => {
    const text = await written(
      "md",
      await compareRuns([
        ...turned("good", 40, { better: 30 }),
        ...turned("bad", 40, { worse: 30 }),
        ...turned("bad", 40, { worse: 30 }, "other.dev.v1"),
      ]),
    );
    expect(
      text
        .split("\n")
        .filter((line) => /^- [^`]/.test(line))
        .map((line) => line.slice(2, 7)),
    ).toEqual(["❌ bad", "❌ bad", "✅ goo"]);
    expect(
      text
        .split("\n")
        .filter((line) => /^\| `(bad|good)`/.test(line))
        .slice(0, 3),
    ).toEqual([
      expect.stringMatching(/^\| `bad` \| `capitals\.dev\.v1` \|/),
      expect.stringMatching(/^\| `bad` \| `other\.dev\.v1` \|/),
      expect.stringMatching(/^\| `good` \| `capitals\.dev\.v1` \|/),
    ]);
    expect([...text.matchAll(/<summary>(.*)<\/summary>/g)].map(([, summary]) => summary)).toEqual([
      "bad on capitals.dev.v1: first 16 of 30 regressions",
      "bad on other.dev.v1: first 16 of 30 regressions",
      "good on capitals.dev.v1: first 16 of 30 improvements",
      "Where this comes from",
    ]);
  });

  test("Markdown has the slices that changed for sure, the worst first, and what was spent only where it changed", async () => {
    const asked = (wrong: (index: number) => boolean, ms: number): LineOptions[] =>
      Array.from({ length: 90 }, (_, index) => ({
        input: `what is ${index}?`,
        reply: wrong(index) ? "wrong" : "right",
        metadata: { label: ["same", "up", "down"][index % 3] ?? "" },
        completion: { ms: ms + (index % 7), usage: { input: 5, output: 1 } },
      }));
    const report = (ms: number) =>
      compareRuns([
        reportRun({ model: "base", spec, lines: asked((index) => index % 3 === 1, 20) }),
        reportRun({ model: "tuned", spec, lines: asked((index) => index % 3 === 2, ms) }),
      ]);
    const text = await written("md", await report(40));
    const slices = text.split("\n").filter((line) => line.startsWith("| `metadata.label"));
    expect(slices).toEqual([
      expect.stringContaining("| `metadata.label down` | 100.0 % | 0.0 % | **−100.0 points** |"),
      expect.stringContaining("| `metadata.label up` | 0.0 % | 100.0 % | **+100.0 points** |"),
    ]);
    expect(text).toContain("| `ms` |");
    expect(text).not.toMatch(/`input_tokens`|`errors`|`reply_characters`/);
    expect(await written("md", await report(20))).not.toContain("| `ms` |");
  });

  test("is a row for each pair in CSV", async () => {
    const [head = [], ...rows] = parseCsv(await written("csv", await report()));
    const column = (name: string) => rows.map((row) => row[head.indexOf(name)]);
    expect(rows).toHaveLength(40);
    expect(column("change").slice(0, 5)).toEqual(["improvement", "both wrong", "regression", "regression", "both right"]);
    expect(column("baseline_reply").slice(0, 3)).toEqual(["wrong", "wrong", "right"]);
    expect(column("candidate_reply").slice(0, 3)).toEqual(["right", "wrong", "wrong"]);
  });

  test("fails its regressions in JUnit, and says what was found", async () => {
    const found = await report();
    const [suite] = parseXml(await written("junit", found)).children;
    expect(suite?.attributes).toMatchObject({ tests: "41", failures: "2", skipped: "0" });
    expect(suite?.children[0]?.children[0]?.text).toBe(found.comparisons?.[0]?.comparison.sentence);
    expect(suite?.children[3]?.children[0]).toMatchObject({
      name: "failure",
      text: "ideal: right\nbaseline: right\ncandidate: wrong",
    });
  });

  test.each(formats)("without samples has every number and no question, reply or id in %s", async (format) => {
    const text = await written(format, { ...(await report()), samples: false });
    expect(text).not.toMatch(/what is \d|capitals\.dev\.v1\.\d/);
    expect(text).toMatch(/0\.025|−2\.5/);
  });

  test.each(formats)("a run without samples has its numbers and no question, reply or id in %s", async (format) => {
    const text = await written(format, { ...reportOf(reportRun({ spec, lines: lines([1]) })), samples: false });
    expect(text).not.toMatch(/what is \d|capitals\.dev\.v1\.\d/);
    expect(text).toMatch(/0\.975|97\.5/);
  });

  test("of several attempts it tells the one that flipped, also where the first did not", async () => {
    const asked = (samples: readonly (readonly string[])[]) =>
      samples.flatMap((said, sample) =>
        said.map((reply, attempt): LineOptions => ({ sample, attempt, reply, passed: reply.startsWith("right") })),
      );
    const samples = (model: string, said: readonly (readonly string[])[]) =>
      reportRun({ model, attempts: 3, lines: asked(said) });
    const found = await compareRuns([
      samples("base", [
        ["wrong at first", "right then", "right again"],
        ["wrong a", "right luck", "wrong b"],
      ]),
      samples("tuned", [
        ["right once", "wrong then", "wrong again"],
        ["wrong c", "right now", "right too"],
      ]),
    ]);
    const md = await written("md", found);
    expect(md).toContain("`base` said `right then`, `tuned` said `wrong then`");
    expect(md).toContain("`base` said `wrong a`, `tuned` said `right now`");
    expect(await written("junit", found)).toContain("baseline: right then\ncandidate: wrong then");
  });

  test("several attempts make one pair: by the majority, and stable where all agree", async () => {
    const asked = (replies: readonly string[][]) =>
      replies.flatMap((one, sample) => one.map((reply, attempt) => ({ sample, attempt, reply })));
    const found = await compareRuns([
      reportRun({
        model: "base",
        attempts: 3,
        lines: asked([
          ["right", "right", "right"],
          ["right", "right", "wrong"],
          ["wrong", "wrong", "wrong"],
        ]),
      }),
      reportRun({
        model: "tuned",
        attempts: 3,
        lines: asked([
          ["wrong", "wrong", "wrong"],
          ["wrong", "right", "wrong"],
          ["right", "wrong", "wrong"],
        ]),
      }),
    ]);
    const [head = [], ...rows] = parseCsv(await written("csv", found));
    const facts = rows.map((row) => ["id", "attempt", "change", "stable"].map((name) => row[head.indexOf(name)]));
    expect(facts.filter(([, attempt]) => attempt === "0")).toEqual([
      ["capitals.dev.v1.0", "0", "regression", "true"],
      ["capitals.dev.v1.1", "0", "regression", "false"],
      ["capitals.dev.v1.2", "0", "both wrong", ""],
    ]);
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
