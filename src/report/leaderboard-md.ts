import { change, changeRange, figure, fileSize, moment, range, scaleOf, whole } from "../core/figures.ts";
import {
  type Duel,
  driftColumns,
  knownOf,
  type Leaderboard,
  type LeaderboardCell,
  priceText,
  rankText,
  type Smallest,
  scaleOfEval,
  sizedTexts,
  sizedVerdict,
  type Trend,
} from "../core/leaderboard.ts";
import { code, prose, tableRow } from "./md-text.ts";

/** The sentence, the ranks, who won how often, what nothing beats for its price, and the trends. */
export function* leaderboardMarkdown(board: Leaderboard): Iterable<string> {
  yield `**${prose(board.sentence)}**\n\n`;
  for (const note of board.notes) yield `- ${prose(note)}\n`;
  if (board.notes.length > 0) yield "\n";
  yield* ranks(board);
  yield* duels(board);
  yield* fronts(board);
  for (const trend of board.trends) yield* trendTable(board, trend);
  if (board.smallest !== undefined) yield* sizes(board, board.smallest);
}

/** Models beside their parent, smallest first, and which of them is not worse. */
function* sizes(board: Leaderboard, { parent, sentence, candidates }: Smallest): Iterable<string> {
  const drift = driftColumns(board);
  const facts = (model: number) => {
    const [bytes, speed] = [knownOf(board, model, "bytes"), knownOf(board, model, "speed")];
    return [
      code(board.models[model]?.name ?? ""),
      bytes === null ? "–" : fileSize(bytes),
      speed === null ? "–" : figure(speed, "tokens"),
      ...drift.map(({ texts }) => texts[model] ?? "–"),
    ];
  };
  yield "\n";
  yield tableRow(["model", "size", "tokens/s", ...drift.map(({ head }) => code(head)), "change", "shown", "margin", "verdict"]);
  yield `|---|${"---:|".repeat(drift.length + 5)}---|\n`;
  for (const one of candidates) {
    const rules = one.rules.length === 0 ? [undefined] : one.rules;
    for (const [at, rule] of rules.entries()) {
      const { change: by, shown, bound } = rule === undefined ? nothing : sizedTexts(board, rule);
      const which = one.rules.length > 1 && rule !== undefined ? ` ${code(rule.eval)}` : "";
      const first = at === 0 ? facts(one.model) : facts(one.model).map(() => "");
      yield tableRow([...first, `${by}${which}`, shown, bound, at === 0 ? prose(sizedVerdict(one)) : ""]);
    }
  }
  yield tableRow([...facts(parent), "", "", "", "the parent"]);
  yield `\n**${prose(sentence)}**\n`;
}

const nothing = { change: "–", shown: "–", bound: "–" };

function* ranks({ models, evals }: Leaderboard): Iterable<string> {
  const several = evals.length > 1;
  yield tableRow([
    "rank",
    "model",
    ...(several ? ["won"] : []),
    ...evals.map(({ name }) => code(name)),
    ...(several ? [] : ["won"]),
  ]);
  yield `|---:|---|${"---:|".repeat(evals.length + 1)}\n`;
  for (const [at, { name, standing }] of models.entries()) {
    const won = standing?.won == null ? "–" : figure(standing.won, "percent");
    const interval = standing?.interval ? ` (${range(standing.interval, "percent")})` : "";
    const cells = evals.map((one) => cellText(one.cells[at] ?? null, scaleOfEval(one), several));
    const parts = several ? [`${won}${interval}`, ...cells] : [...cells, `${won}${interval}`];
    yield tableRow([standing === null ? "–" : rankText(standing.rank), code(name), ...parts]);
  }
}

function cellText(cell: LeaderboardCell | null, scale: ReturnType<typeof scaleOfEval>, ranked: boolean): string {
  if (cell === null) return "not run";
  const { metric, rank, unranked } = cell;
  if (metric.value === null) return unranked === undefined ? "–" : code(unranked);
  const interval = metric.interval ? ` (${range(metric.interval, scale)})` : "";
  const place = unranked !== undefined ? `, ${code(unranked)}` : ranked && rank !== null ? `, rank ${rankText(rank)}` : "";
  return `**${figure(metric.value, scale)}**${interval}${place}`;
}

function* duels({ models, evals, duels: over }: Leaderboard): Iterable<string> {
  const all = evals.length === 1 ? (evals[0]?.duels ?? []) : over;
  if (all.length === 0) return;
  const ranked = models.flatMap(({ standing }, at) => (standing === null ? [] : [at]));
  yield "\n<details><summary>Samples won and lost, row against column</summary>\n\n";
  yield tableRow(["", ...ranked.map((at) => code(models[at]?.name ?? ""))]);
  yield `|---|${"---:|".repeat(ranked.length)}\n`;
  for (const row of ranked) {
    yield tableRow([code(models[row]?.name ?? ""), ...ranked.map((column) => duelText(all, row, column))]);
  }
  yield "\nBold: shown to be better (Holm over all pairs, 5 %).\n\n</details>\n";
}

function duelText(duels: readonly Duel[], row: number, column: number): string {
  if (row === column) return "";
  const found = duels.find(({ first, second }) => first === Math.min(row, column) && second === Math.max(row, column));
  if (found === undefined) return "not met";
  const isFirst = row === found.first;
  const text = isFirst ? `${whole(found.wins)} to ${whole(found.losses)}` : `${whole(found.losses)} to ${whole(found.wins)}`;
  const isAhead = isFirst ? found.difference > 0 : found.difference < 0;
  return isAhead && found.p_adjusted !== null && found.p_adjusted < 0.05 ? `**${text}**` : text;
}

function* fronts({ models, evals, fronts: all }: Leaderboard): Iterable<string> {
  const shown = all.filter((front) => front.eval === (evals.length === 1 ? 0 : null));
  if (shown.length > 0) yield "\nNothing is as good for less:\n\n";
  for (const { by, points } of shown) {
    const on = points
      .filter(({ on_front }) => on_front)
      .sort((a, b) => a.price - b.price)
      .map(({ model, price }) => `${code(models[model]?.name ?? "")} (${priceText(price, by)})`);
    yield `- by ${by}: ${on.join(", ")}\n`;
  }
}

function* trendTable({ models, evals }: Leaderboard, { model, eval: on, steps }: Trend): Iterable<string> {
  const scale = scaleOf(steps.map(({ metric }) => metric));
  yield `\n${code(models[model]?.name ?? "")} on ${code(evals[on]?.name ?? "")}:\n\n`;
  yield `${tableRow(["run", "value", "95 % interval", "change", "95 % interval", "differs"])}|---|---:|---:|---:|---:|---|\n`;
  for (const { started, metric, change: since, differs } of steps) {
    yield tableRow([
      moment(started),
      metric.value === null ? "–" : figure(metric.value, scale),
      metric.interval ? range(metric.interval, scale) : "",
      since === null ? "" : `${change(since.value, scale)}${since.p_adjusted < 0.05 ? " (shown)" : ""}`,
      since?.interval ? changeRange(since.interval, scale) : "",
      [...new Set(differs.map(({ what }) => what))].join(", "),
    ]);
  }
}
