import { figure, range, whole } from "../../core/figures.ts";
import { type Leaderboard, type LeaderboardCell, type LeaderboardEval, rankText, scaleOfEval } from "../../core/leaderboard.ts";
import type { ChartData } from "./chart-rows.ts";
import { IntervalChart } from "./interval-chart.tsx";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

/** Models against evals, best first: figures with intervals, and ranks as far as they are known. */
export function Board({ board }: { board: Leaderboard }) {
  const several = board.evals.length > 1;
  const chart = chartOf(board);
  return (
    <section aria-labelledby="board">
      <h2 id="board">Models</h2>
      <Scroll>
        <table class="board" id="board-table">
          <thead>
            <tr>
              <th scope="col">Rank</th>
              <th scope="col">Model</th>
              {several && (
                <th scope="col" class="number">
                  won
                </th>
              )}
              {board.evals.map(({ name, metric, shared }) => (
                <th key={name} scope="col" class="number">
                  <Name text={name} />
                  <small>
                    <Untrusted text={metric} />, {whole(shared)} shared
                  </small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {board.models.map(({ name, standing }, model) => (
              <tr key={name}>
                <td class="rank">{standing === null ? "–" : rankText(standing.rank)}</td>
                <th scope="row">
                  <Name text={name} />
                </th>
                {several && (
                  <td class="number">
                    {standing === null || standing.won === null ? (
                      <span class="quiet">–</span>
                    ) : (
                      <>
                        {figure(standing.won, "percent")}
                        {standing.interval && <small>{range(standing.interval, "percent")}</small>}
                      </>
                    )}
                  </td>
                )}
                {board.evals.map((one) => (
                  <td key={one.name} class="number">
                    <BoardCell one={one} cell={one.cells[model] ?? null} ranked={several} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p class="legend">
        A rank is a range where models cannot be told apart: from the best that is possible to the worst, at 95 %.
        {several &&
          " Won: the share of paired samples that a model answered better than another, ties as half, over its opponents and evals."}
      </p>
      {chart.points.length > 1 && <IntervalChart chart={chart} describedBy="board-table" />}
    </section>
  );
}

function BoardCell({ one, cell, ranked }: { one: LeaderboardEval; cell: LeaderboardCell | null; ranked: boolean }) {
  if (cell === null) return <span class="quiet">not run</span>;
  const { metric, rank, unranked, status } = cell;
  const scale = scaleOfEval(one);
  return (
    <>
      {metric.value === null ? <span class="quiet">–</span> : figure(metric.value, scale)}
      {metric.interval && <small>{range(metric.interval, scale)}</small>}
      {ranked && rank !== null && <small>rank {rankText(rank)}</small>}
      {status !== "complete" && <small class="warn">{status}</small>}
      {unranked !== undefined && (
        <small class="warn reason">
          <Untrusted text={unranked} />
        </small>
      )}
    </>
  );
}

/** The column that ranks: the share won over several evals, else the only eval's metric. */
function chartOf({ models, evals }: Leaderboard): ChartData {
  const [only] = evals;
  const rows = models.map(({ name }) => name);
  if (evals.length === 1 && only !== undefined) {
    const points = only.cells.flatMap((cell, row) => {
      if (cell === null || cell.metric.value === null) return [];
      const { value, interval, n } = cell.metric;
      return [{ row, series: 0, value, low: interval?.low ?? value, high: interval?.high ?? value, n }];
    });
    return { metric: only.metric, scale: scaleOfEval(only), rows, series: [""], points };
  }
  const points = models.flatMap(({ standing }, row) =>
    standing === null || standing.won === null
      ? []
      : [
          {
            row,
            series: 0,
            value: standing.won,
            low: standing.interval?.low ?? standing.won,
            high: standing.interval?.high ?? standing.won,
            n: standing.evals,
          },
        ],
  );
  return { metric: "share won", scale: "percent", rows, series: [""], points };
}
