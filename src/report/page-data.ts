import type { PageComparison, PageData, PageRow } from "../page/index.ts";
import { type Choice, chooseRows } from "./choose-rows.ts";
import { columnNames } from "./column-names.ts";
import { type Lineup, lineUp, type Member } from "./line-up.ts";
import { pageCell, pageQuestion } from "./page-cell.ts";
import { pageRun } from "./page-run.ts";
import type { Report } from "./report.ts";
import { sampleKeys } from "./sample-keys.ts";

/**
 * What the page shows of a report: all the numbers, and samples up to a budget, those that differ or failed first.
 *
 * Reads each run twice: once to count and to choose, once to take what was chosen.
 *
 * @param budget JSON characters of samples
 */
export async function pageData(report: Report, budget = 16_000_000): Promise<PageData> {
  const { runs, comparisons = [], samples = true } = report;
  const members = runs.map((one, index) => ({ one, index }));
  const names = [...new Set(runs.map(({ run }) => run.eval))];
  const groups = names.map((name) => members.filter(({ one }) => one.run.eval === name));
  const labels = columnNames(groups, comparisons);
  const columns = [...new Set(labels)];
  const lineups: Lineup[] = [];
  for (const [evalIndex, group] of groups.entries()) {
    const compared = comparisons.flatMap((one, of) => (group.some(({ index }) => index === one.candidate) ? [{ one, of }] : []));
    lineups.push(await lineUp(group, evalIndex, compared));
  }
  const choice = chooseRows(
    lineups.map(({ rows }) => rows),
    samples ? budget : -1,
  );
  return {
    format: 1,
    made: report.made,
    tool: report.tool,
    columns,
    evals: names.map((name, evalIndex) => ({
      name,
      ...descriptionOf(groups[evalIndex]?.[0]),
      pairs: lineups[evalIndex]?.pairs ?? [],
    })),
    runs: members.map(({ one, index }) => {
      const evalIndex = names.indexOf(one.run.eval);
      const seen = lineups[evalIndex]?.seen.get(index);
      return pageRun(one, { eval: evalIndex, column: columns.indexOf(labels[index] ?? "") }, seen);
    }),
    comparisons: comparisons.map(({ comparison, baseline, candidate }): PageComparison => {
      const { flips: _, eval: __, ...rest } = comparison;
      return { ...rest, on: names.indexOf(runs[candidate]?.run.eval ?? ""), runs: { baseline, candidate } };
    }),
    ...(report.gate && { gate: report.gate }),
    ...(report.leaderboard && { leaderboard: report.leaderboard }),
    ...(report.command !== undefined && { command: report.command }),
    rows: samples ? await takeRows(choice, groups, lineups) : [],
    total_rows: lineups.reduce((sum, { rows }) => sum + rows.length, 0),
    ...(samples ? choice.left_out && { left_out: choice.left_out } : { no_samples: true as const }),
    ...(report.redacted && { redacted: true as const }),
  };
}

function descriptionOf(member: Member | undefined): { description?: string } {
  const description = member?.one.run.spec.description;
  return typeof description === "string" ? { description } : {};
}

async function takeRows(
  { rows: chosen }: Choice,
  groups: readonly (readonly Member[])[],
  lineups: readonly Lineup[],
): Promise<readonly PageRow[]> {
  const places = lineups.map(() => new Map<number, number>());
  for (const [place, { eval: evalIndex, row }] of chosen.entries()) places[evalIndex]?.set(row, place);
  const rows = new Array<Omit<PageRow, "cells"> | undefined>(chosen.length);
  const cells = chosen.map((): PageRow["cells"][number][] => []);
  for (const [evalIndex, group] of groups.entries()) {
    const lineup = lineups[evalIndex];
    if (lineup === undefined) continue;
    const keys = sampleKeys();
    for (const { one, index } of group) {
      const keysOf = keys();
      for await (const line of one.samples()) {
        const row = lineup.rowOf.get(keysOf(line).row) ?? -1;
        const place = places[evalIndex]?.get(row);
        if (place === undefined) continue;
        const pairs = lineup.rows[row]?.pairs ?? [];
        // One run may tell what another was made without: a baseline has no questions.
        rows[place] = { ...pageQuestion(line, evalIndex), ...(pairs.length > 0 && { pairs }), ...rows[place] };
        cells[place]?.push(pageCell(line, index));
      }
    }
  }
  return rows.flatMap((row, place) => (row === undefined ? [] : [{ ...row, cells: cells[place] ?? [] }]));
}
