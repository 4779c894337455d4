import { figure, range, scaleOf, whole } from "../core/figures.ts";
import type { Leaderboard, LeaderboardEval, RankRange } from "../core/leaderboard.ts";
import { code, prose, tableRow } from "./md-text.ts";

/** Who can be told from whom, and the table: models against evals, best first. */
export function* leaderboardMarkdown({ sentence, models, evals, notes }: Leaderboard): Iterable<string> {
  yield `${prose(sentence)}\n\n`;
  const several = evals.length > 1;
  yield tableRow(["rank", "model", ...(several ? ["won"] : []), ...evals.map(({ name }) => code(name))]);
  yield `|---|---|${"---:|".repeat(evals.length + (several ? 1 : 0))}\n`;
  for (const [model, { name, standing }] of models.entries()) {
    const won = standing === null ? "–" : withRange(figure(standing.won, "percent"), standing.interval, "percent");
    const cells = evals.map((one) => cellText(one, model));
    yield tableRow([standing === null ? "–" : rankText(standing.rank), code(name), ...(several ? [won] : []), ...cells]);
  }
  if (notes.length > 0) yield "\n";
  for (const note of notes) yield `- ${prose(note)}\n`;
}

function cellText({ cells }: LeaderboardEval, model: number): string {
  const cell = cells[model] ?? null;
  if (cell === null) return "not run";
  const { metric, rank, unranked } = cell;
  if (metric.value === null) return "–";
  const scale = scaleOf(cells.flatMap((one) => (one === null ? [] : [one.metric])));
  const place = rank === null ? (unranked === undefined ? "" : `, ${prose(unranked)}`) : `, rank ${rankText(rank)}`;
  return `${withRange(`**${figure(metric.value, scale)}**`, metric.interval, scale)}${place}`;
}

function withRange(text: string, interval: { low: number; high: number } | null, scale: Parameters<typeof range>[1]): string {
  return interval === null ? text : `${text} (${range(interval, scale)})`;
}

/** `1`, or `2–4` where the samples do not tell. */
function rankText({ best, worst }: RankRange): string {
  return best === worst ? whole(best) : `${whole(best)}–${whole(worst)}`;
}
