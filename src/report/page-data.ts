import type { PageData, PageRow } from "../page/index.ts";
import { type Chosen, chooseRows } from "./choose-rows.ts";
import { type Lineup, lineUp, type Member, rowKeys } from "./line-up.ts";
import { pageCell, pageQuestion } from "./page-cell.ts";
import { pageRun } from "./page-run.ts";
import type { Report } from "./report.ts";

/**
 * What the page shows of a report: all the numbers, and samples up to a budget, those that differ or failed first.
 *
 * Reads each run twice: once to count and to choose, once to take what was chosen.
 *
 * @param budget JSON characters of samples
 */
export async function pageData(report: Report, budget = 8_000_000): Promise<PageData> {
  const members = report.runs.map((one, index) => ({ one, index }));
  const names = [...new Set(report.runs.map(({ run }) => run.eval))];
  const groups = names.map((name) => members.filter(({ one }) => one.run.eval === name));
  const labels = columnNames(groups);
  const columns = [...new Set(members.map(({ index }) => labels[index] ?? ""))];
  const lineups: Lineup[] = [];
  for (const [evalIndex, group] of groups.entries()) lineups.push(await lineUp(group, evalIndex));

  const chosen = chooseRows(
    lineups.map(({ rows }) => rows),
    budget,
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
      const seen = lineups[evalIndex]?.seen.get(index) ?? { confusion: undefined, adjusted: [] };
      return pageRun(one, { eval: evalIndex, column: columns.indexOf(labels[index] ?? "") }, seen);
    }),
    rows: await takeRows(chosen, groups, lineups),
    total_rows: lineups.reduce((sum, { rows }) => sum + rows.length, 0),
  };
}

/** By the run's place in the report. Two runs of one model on one eval are two columns. */
function columnNames(groups: readonly (readonly Member[])[]): readonly string[] {
  const labels: string[] = [];
  for (const group of groups) {
    const times = new Map<string, number>();
    for (const { one, index } of group) {
      const model = one.run.completion_fn;
      const nth = (times.get(model) ?? 0) + 1;
      times.set(model, nth);
      labels[index] = nth === 1 ? model : `${model} (${nth})`;
    }
  }
  return labels;
}

function descriptionOf(member: Member | undefined): { description?: string } {
  const description = member?.one.run.spec.description;
  return typeof description === "string" ? { description } : {};
}

async function takeRows(
  chosen: readonly Chosen[],
  groups: readonly (readonly Member[])[],
  lineups: readonly Lineup[],
): Promise<readonly PageRow[]> {
  const places = lineups.map(() => new Map<number, number>());
  for (const [place, { eval: evalIndex, row }] of chosen.entries()) places[evalIndex]?.set(row, place);
  const rows = new Array<Omit<PageRow, "cells"> | undefined>(chosen.length);
  const cells = chosen.map((): PageRow["cells"][number][] => []);
  for (const [evalIndex, group] of groups.entries()) {
    for (const { one, index } of group) {
      const keyOf = rowKeys();
      for await (const line of one.samples()) {
        const place = places[evalIndex]?.get(lineups[evalIndex]?.rowOf.get(keyOf(line)) ?? -1);
        if (place === undefined) continue;
        rows[place] ??= pageQuestion(line, evalIndex);
        cells[place]?.push(pageCell(line, index));
      }
    }
  }
  return rows.flatMap((row, place) => (row === undefined ? [] : [{ ...row, cells: cells[place] ?? [] }]));
}
