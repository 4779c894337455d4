import { relative } from "node:path";
import { linesOf } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { ReportFormat } from "../report/index.ts";
import type { MatchedComparison } from "./compare-matched.ts";
import { compareReferences } from "./compare-references.ts";
import type { CommonOptions } from "./context.ts";
import { diffNews } from "./diff-github.ts";
import { attemptOf, diffLines, type Shown } from "./diff-lines.ts";
import { tellGitHub } from "./github.ts";
import { leakCover } from "./leakage-over.ts";
import { pagePath } from "./page-path.ts";
import { pinnedReferences } from "./pinned-references.ts";
import { note } from "./progress.ts";
import { formatByEnding, putReport, reportOf } from "./report-of.ts";
import { readSettings } from "./settings.ts";
import { version } from "./version.ts";
import { redactTexts, toldReport } from "./write-report.ts";

interface DiffOptions extends CommonOptions {
  readonly eval?: readonly string[];
  readonly baselines?: string;
  readonly margin?: number;
  readonly leaks?: readonly string[];
  readonly format?: ReportFormat | "terminal";
  readonly output?: string;
  readonly flips?: number;
  readonly all?: boolean;
  readonly samples: boolean;
  readonly redact?: boolean;
}

/** Flips with their texts that a terminal shows of one comparison; of several, each shows fewer. */
const shownFlips = { one: 5, each: 3 };

export async function diff(baseline: string, candidates: readonly string[], options: DiffOptions): Promise<void> {
  const settings = await readSettings(options);
  const format = options.json ? "json" : (options.format ?? formatByEnding(options.output) ?? "terminal");
  if (format === "terminal" && options.output !== undefined && options.output !== "-") {
    throw new FinegaugeError("cli.usage", `${options.output} names no format`, { hint: "--format html, md, json, csv or junit" });
  }
  const compared = await compareReferences(baseline, candidates, {
    out: settings.out,
    baselines: settings.baselines,
    evals: options.eval,
    cover: leakCover(options.leaks, (text) => note(text, options)),
    margin: options.margin,
    flips: options.flips ?? 1000,
    labels: format !== "terminal" || options.all === true,
    tell: (text) => note(text, options),
  });

  const tool = `finegauge ${version()}`;
  const command = commandOf([baseline], candidates, options);
  // Names stand for other runs after the next run; a page says where its numbers are from.
  const pinned = commandOf(
    pinnedReferences(
      [baseline],
      compared.map((one) => one.baseline.facts),
    ),
    pinnedReferences(
      candidates,
      compared.map((one) => one.candidate.facts),
    ),
    options,
  );
  await tellGitHub(diffNews(compared, { tool, command: pinned }), process.env, (text) => process.stderr.write(text));
  if (format === "terminal") {
    const shown = await withTexts(compared, options);
    const { columns } = process.stdout;
    process.stdout.write(`${diffLines(shown, { all: options.all ?? false, columns }).join("\n")}\n`);
    if (!options.quiet) process.stdout.write(`\nnext     ${command} --format html\n`);
    return;
  }
  const report = toldReport(reportOf(compared, { tool, command: pinned, samples: options.samples }), options);
  if (options.json && options.output === undefined) {
    // Flips name samples.
    const comparisons = report.comparisons?.map(({ comparison }) =>
      options.samples ? comparison : { ...comparison, flips: [] },
    );
    process.stdout.write(`${JSON.stringify({ format: 1, tool, comparisons }, null, 2)}\n`);
    return;
  }
  const target = options.output ?? (format === "html" ? pagePath(settings.out, "diff") : "-");
  await putReport(report, format, target);
  if (target !== "-") process.stdout.write(`${options.output ?? (relative(process.cwd(), target) || target)}\n`);
}

/** The command that says the same again. */
function commandOf(
  baselines: readonly string[],
  candidates: readonly string[],
  { eval: evals, margin, leaks }: DiffOptions,
): string {
  const options = [
    ...(evals ?? []).flatMap((name) => ["--eval", name]),
    ...(margin === undefined ? [] : ["--margin", String(margin)]),
    ...(leaks ?? []).flatMap((file) => ["--leaks", file]),
  ];
  return ["finegauge diff", ...[...baselines, ...candidates, ...options].map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The comparisons with the texts of their first flips: none without samples, and nothing in them that may not be mailed. */
async function withTexts(
  compared: readonly MatchedComparison[],
  { flips: asked, samples, redact }: DiffOptions,
): Promise<Shown[]> {
  const most = samples ? (asked ?? (compared.length === 1 ? shownFlips.one : shownFlips.each)) : 0;
  const shown = await Promise.all(
    compared.map(async ({ comparison, baseline, candidate, table, flipPlaces }) => {
      const places = flipPlaces.slice(0, most);
      const rows = {
        now: places.map((at) => table.rows.candidate[at] ?? -1),
        before: places.map((at) => table.rows.baseline[at] ?? -1),
      };
      const [now, before] = await Promise.all([linesOf(candidate, rows.now), linesOf(baseline, rows.before)]);
      const flips = comparison.flips.slice(0, most).map((flip, at) => ({
        flip,
        candidate: attemptOf(now.get(rows.now[at] ?? -1), flip.kind === "improvement"),
        baseline: attemptOf(before.get(rows.before[at] ?? -1), flip.kind === "regression"),
      }));
      return { comparison, flips };
    }),
  );
  return redact ? redactTexts(shown) : shown;
}
