import { relative } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import type { Leaderboard } from "../core/leaderboard.ts";
import type { Report, ReportFormat } from "../report/index.ts";
import { checkTarget } from "./check-target.ts";
import { leaderboardLines } from "./leaderboard-lines.ts";
import type { NamedSide } from "./leaderboard-sides.ts";
import { pagePath } from "./page-path.ts";
import { pinnedReferences } from "./pinned-references.ts";
import { note } from "./progress.ts";
import { type BoardOptions, readLeaderboard } from "./read-leaderboard.ts";
import { formatByEnding, putReport, reportRunOf } from "./report-of.ts";
import { readSettings } from "./settings.ts";
import { version } from "./version.ts";

interface LeaderboardOptions extends BoardOptions {
  readonly format?: Exclude<ReportFormat, "junit"> | "terminal";
  readonly output?: string;
}

export async function leaderboard(references: readonly string[], options: LeaderboardOptions): Promise<void> {
  const format = formatOf(options);
  if (options.output !== undefined) checkTarget(options.output);
  const { board, named } = await readLeaderboard(references, options);

  if (options.trend && board.trends.length === 0) note("no trend: no model here has a second run of the same eval", options);
  if (format === "terminal") {
    process.stdout.write(`${leaderboardLines(board, process.stdout.columns).join("\n")}\n`);
    if (!options.quiet) process.stdout.write(`\nnext     ${commandOf(references, options)} --format html\n`);
    return;
  }
  const tool = `finegauge ${version()}`;
  if (options.json && options.output === undefined) {
    process.stdout.write(`${JSON.stringify({ format: 1, tool, leaderboard: board }, null, 2)}\n`);
    return;
  }
  const target = options.output ?? (format === "html" ? pagePath((await readSettings(options)).out, "leaderboard") : "-");
  const sides = named.map(({ side }) => side.facts);
  // A parent is asked for by its name, and is on the board by that.
  const pinned = options.parent === undefined ? pinnedReferences(references, sides) : references;
  await putReport(reportOfBoard(board, named, tool, commandOf(pinned, options)), format, target);
  if (target !== "-") process.stdout.write(`${options.output ?? (relative(process.cwd(), target) || target)}\n`);
}

function formatOf({ json, format, output }: LeaderboardOptions): Exclude<ReportFormat, "junit"> | "terminal" {
  const chosen = json ? "json" : (format ?? formatByEnding(output) ?? "terminal");
  if (chosen === "junit" || (chosen === "terminal" && output !== undefined && output !== "-")) {
    throw new FinegaugeError("cli.usage", `${output} names no format of a leaderboard`, {
      hint: "--format html, md, json or csv",
    });
  }
  return chosen;
}

/** Numbers alone: a page of every reply of every model would be read by nobody. */
function reportOfBoard(board: Leaderboard, named: readonly NamedSide[], tool: string, command: string): Report {
  return {
    made: new Date().toISOString(),
    tool,
    runs: named.map(({ side }) => reportRunOf(side)),
    leaderboard: board,
    command,
    samples: false,
  };
}

/** The command that says the same again. */
function commandOf(references: readonly string[], { eval: evals, trend, parent, margin }: LeaderboardOptions): string {
  const options = [
    ...(evals ?? []).flatMap((name) => ["--eval", name]),
    ...(trend ? ["--trend"] : []),
    ...(parent === undefined ? [] : ["--parent", parent]),
    ...(margin ?? []).flatMap((text) => ["--margin", text]),
  ];
  return ["finegauge leaderboard", ...[...references, ...options].map(quoted)].join(" ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
