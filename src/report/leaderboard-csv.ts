import type { Leaderboard } from "../core/leaderboard.ts";
import { csvRow } from "./csv-row.ts";

const columns = [
  ...["model", "eval", "metric", "value", "low", "high", "n", "rank", "rank_best", "rank_worst"],
  ...["cost", "tokens", "latency_ms", "run", "status", "unranked"],
  ...["bytes", "tokens_per_second", "against_parent"],
];

/** One row for each model on each eval, and, over several evals, one for its standing on all: `eval` is empty there. */
export function* leaderboardCsv({ models, evals, smallest }: Leaderboard): Iterable<string> {
  yield csvRow(columns);
  for (const [model, { name, standing }] of models.entries()) {
    if (evals.length > 1 && standing !== null) {
      const { rank, won, interval } = standing;
      const facts = [name, "", "won", won, interval?.low, interval?.high, standing.evals, rank.rank, rank.best, rank.worst];
      yield csvRow([...facts, ...columns.slice(facts.length).map(() => "")]);
    }
    for (const one of evals) {
      const cell = one.cells[model] ?? null;
      if (cell === null) continue;
      const { metric, rank } = cell;
      yield csvRow([
        ...[name, one.name, one.metric, metric.value, metric.interval?.low, metric.interval?.high, metric.n],
        ...[rank?.rank, rank?.best, rank?.worst, cell.cost, cell.tokens, cell.latency, cell.run, cell.status, cell.unranked],
        ...[cell.bytes, cell.speed, smallest?.candidates.find((candidate) => candidate.model === model)?.verdict],
      ]);
    }
  }
}
