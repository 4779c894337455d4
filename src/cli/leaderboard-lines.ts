import { styleText } from "node:util";
import { change, changeRange, figure, fileSize, moment, range, type Scale, scaleOf, whole } from "../core/figures.ts";
import {
  type Duel,
  type Front,
  type Leaderboard,
  type LeaderboardCell,
  type LeaderboardEval,
  priceText,
  rankText,
  scaleOfEval,
  type Trend,
} from "../core/leaderboard.ts";
import { smallestLines } from "./leaderboard-smallest-lines.ts";
import { duration } from "./numbers.ts";
import { type Cell, oneLine, table } from "./table.ts";
import { wrapWords } from "./wrap-words.ts";

const longestName = 24;
/** A matrix of more models is not read on a terminal. */
const mostAcross = 8;

/** More trends than this are a line each. */
const mostTables = 4;

/** What a person sees of a leaderboard: the answer, the table, who won how often, what is worth its price. */
export function leaderboardLines(board: Leaderboard, columns: number | undefined): string[] {
  const width = columns ?? 80;
  const names = board.models.map(({ name }) => oneLine(name, longestName));
  const lines = wrapWords(oneLine(board.sentence, 1000), columns).map((line) =>
    styleText("bold", line, { stream: process.stdout }),
  );
  for (const note of board.notes) lines.push(...wrapWords(`  note: ${oneLine(note, 400)}`, columns, 8));
  lines.push("", ...(board.evals.length === 1 ? evalTable(board, names) : standings(board, names, width)));
  lines.push(...duelLines(board, names, { width, columns }), ...frontLines(board, names, width));
  if (board.trends.length > mostTables) lines.push("", ...shortTrends(board, names));
  else for (const trend of board.trends) lines.push("", ...trendLines(trend, board, names));
  if (board.smallest !== undefined) lines.push("", ...smallestLines(board, board.smallest, { names, columns }));
  return lines;
}

/** One eval: everything known of each model. */
function evalTable({ models, evals }: Leaderboard, names: readonly string[]): string[] {
  const [only] = evals;
  if (only === undefined) return [];
  const scale = scaleOfEval(only);
  const columns: { head: string; of: (cell: LeaderboardCell, model: number) => string | undefined }[] = [
    { head: oneLine(only.metric, 20), of: ({ metric }) => (metric.value === null ? "–" : figure(metric.value, scale)) },
    { head: "95 % interval", of: ({ metric }) => (metric.interval ? range(metric.interval, scale) : "") },
    { head: "n", of: ({ metric }) => whole(metric.n) },
    { head: "won", of: (_, model) => (only.duels.length === 0 ? undefined : wonText(models[model]?.standing?.won)) },
    { head: "latency", of: ({ latency }) => (latency === null ? undefined : duration(latency)) },
    { head: "tokens", of: ({ tokens }) => (tokens === null ? undefined : figure(tokens, "tokens")) },
    { head: "$ per 1000", of: ({ cost }) => (cost === null ? undefined : figure(cost * 1000, "usd").slice(1)) },
    { head: "size", of: ({ bytes }) => (bytes === null ? undefined : fileSize(bytes)) },
    { head: "tokens/s", of: ({ speed }) => (speed === null ? undefined : figure(speed, "tokens")) },
  ];
  const cells = only.cells.map((cell, model) => columns.map(({ of }) => (cell === null ? undefined : of(cell, model))));
  const known = columns.filter((_, at) => cells.some((row) => row[at] !== undefined));
  return table([
    [dim("rank"), dim("model"), ...known.map(({ head }) => right(dimText(head)))],
    ...names.map((name, model) => [
      right(rankOf(only.cells[model])),
      { text: name },
      ...known.map((column) => right(cells[model]?.[columns.indexOf(column)] ?? "–")),
      { text: oneLine(only.cells[model]?.unranked ?? "", 60) },
    ]),
  ]);
}

/** Several evals: the standing over all, then the evals, as many beside each other as fit. */
function standings({ models, evals }: Leaderboard, names: readonly string[], width: number): string[] {
  const head: Cell[][] = models.map(({ standing }, model) => [
    right(standing === null ? "–" : rankText(standing.rank)),
    { text: names[model] ?? "" },
    right(wonText(standing?.won) ?? "–"),
    right(standing?.interval ? range(standing.interval, "percent") : ""),
    right(`${standing?.evals ?? 0}`),
  ]);
  const titles = [dim("rank"), dim("model"), ...["won", "95 % interval", "evals"].map((text) => right(dimText(text)))];
  const lines = table([titles, ...head]);
  const block = (from: number, to: number) =>
    table([
      [{ text: "" }, ...evals.slice(from, to).map(({ name }) => right(dimText(oneLine(name, longestName))))],
      ...names.map((name, model) => [{ text: name }, ...evals.slice(from, to).map((one) => right(cellText(one, model)))]),
    ]);
  for (const [from, to] of chunks(evals.length, (start, end) => fits(block(start, end), width)))
    lines.push("", ...block(from, to));
  return lines;
}

/** `94.8 % (1–2)`. */
function cellText(one: LeaderboardEval, model: number): string {
  const cell = one.cells[model];
  if (cell == null) return "not run";
  if (cell.metric.value === null) return "–";
  return `${figure(cell.metric.value, scaleOfEval(one))} (${rankOf(cell)})`;
}

/** Two models: in words. More: a matrix of samples won and lost by the row against the column. */
function duelLines(
  { models, evals, duels }: Leaderboard,
  names: readonly string[],
  { width, columns }: { width: number; columns: number | undefined },
): string[] {
  const all = evals.length === 1 ? (evals[0]?.duels ?? []) : duels;
  const ranked = models.flatMap(({ standing }, at) => (standing === null ? [] : [at])).slice(0, mostAcross);
  const [only] = all;
  if (only === undefined) return [];
  if (ranked.length === 2) {
    const { first, second, wins, ties, losses, n } = only;
    const words = `${names[first]} won ${whole(wins)} and lost ${whole(losses)} of ${whole(n)} samples against ${names[second]}, ${whole(ties)} tied`;
    return ["", ...label("duel", wrapWords(`${words}${pText(only)}`, columns && columns - 9))];
  }
  const block = (from: number, to: number) =>
    table([
      [dim("won:lost"), ...ranked.slice(from, to).map((model) => right(dimText(oneLine(names[model] ?? "", 16))))],
      ...ranked.map((row) => [
        { text: names[row] ?? "" },
        ...ranked.slice(from, to).map((column) => right(matrixText(all, row, column))),
      ]),
    ]);
  const lines = chunks(ranked.length, (start, end) => fits(block(start, end), width)).flatMap(([from, to]) => [
    "",
    ...block(from, to),
  ]);
  const left = models.length > mostAcross ? `; the first ${mostAcross} of ${models.length}, --format html has them all` : "";
  lines.push(dimText(`* shown to be better (Holm over all pairs, 5 %)${left}`));
  return lines;
}

function matrixText(duels: readonly Duel[], row: number, column: number): string {
  if (row === column) return "·";
  const found = duels.find(({ first, second }) => first === Math.min(row, column) && second === Math.max(row, column));
  if (found === undefined) return "not met";
  const [won, lost] = row === found.first ? [found.wins, found.losses] : [found.losses, found.wins];
  const ahead = row === found.first ? found.difference > 0 : found.difference < 0;
  return `${whole(won)}:${whole(lost)}${found.p_adjusted !== null && found.p_adjusted < 0.05 && ahead ? "*" : " "}`;
}

function pText({ p }: Duel): string {
  return p === null ? "" : ` (p ${p < 0.001 ? "< 0.001" : p.toFixed(p < 0.1 ? 3 : 2)})`;
}

/** Which models nothing beats for what they take: over all evals, or on the only one. */
function frontLines({ fronts, evals }: Leaderboard, names: readonly string[], width: number): string[] {
  const shown = fronts.filter((front) => front.eval === (evals.length === 1 ? 0 : null));
  if (shown.length === 0) return [];
  const words: { readonly [by in Front["by"]]: string } = { cost: "price", latency: "latency", tokens: "tokens", size: "size" };
  const lines = shown.flatMap(({ by, points }) => {
    const on = points
      .filter(({ on_front }) => on_front)
      .sort((a, b) => a.price - b.price)
      .map(({ model, price }) => `${names[model]} (${priceText(price, by)})`);
    return wrapped(`by ${words[by]}: `, on, width - 9);
  });
  return ["", ...label("worth it", lines)];
}

/** Parts with commas between them, on as many lines as they need. */
function wrapped(head: string, parts: readonly string[], width: number): string[] {
  const lines = [head];
  for (const [at, part] of parts.entries()) {
    const text = `${part}${at < parts.length - 1 ? "," : ""}`;
    const last = lines.at(-1) ?? "";
    if (at === 0) lines[0] = `${head}${text}`;
    else if ([...last, ...text].length + 1 <= width) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(`  ${text}`);
  }
  return lines;
}

function trendLines({ model, eval: on, steps }: Trend, { evals }: Leaderboard, names: readonly string[]): string[] {
  const scale = scaleOf(steps.map(({ metric }) => metric));
  const rows = steps.map(({ started, metric, change: since, differs, status }) => [
    { text: moment(started) },
    right(metric.value === null ? "–" : figure(metric.value, scale)),
    right(metric.interval ? range(metric.interval, scale) : ""),
    right(since === null ? "" : `${change(since.value, scale).replace(" points", "")}${since.p_adjusted < 0.05 ? "*" : " "}`),
    right(since?.interval ? changeRange(since.interval, scale) : ""),
    { text: [status === "complete" ? "" : status, ...new Set(differs.map(({ what }) => what))].filter(Boolean).join(", ") },
  ]);
  const head = ["", oneLine(steps[0]?.metric.name ?? "", 20), "95 % interval", "change", "95 % interval", "differs"];
  return [
    styleText("bold", `${names[model]} on ${oneLine(evals[on]?.name ?? "", 60)}`, { stream: process.stdout }),
    ...table([head.map((text, at) => (at === 5 ? dim(text) : right(dimText(text)))), ...rows]),
  ];
}

/** `94.5 → 95.5 → 96.5 %`, and the last change. */
function shortTrends({ trends, evals }: Leaderboard, names: readonly string[]): string[] {
  return table([
    ["over time", "", "", "change", "95 % interval"].map((text, at) => (at < 3 ? dim(text) : right(dimText(text)))),
    ...trends.map(({ model, eval: on, steps }) => {
      const scale = scaleOf(steps.map(({ metric }) => metric));
      const values = steps
        .slice(-4)
        .map(({ metric }) => (metric.value === null ? "–" : figure(metric.value, scale).replace(" %", "")));
      const since = steps.at(-1)?.change ?? null;
      return [
        { text: oneLine(names[model] ?? "", 16) },
        { text: oneLine(evals[on]?.name ?? "", 16) },
        { text: `${steps.length > 3 ? "… " : ""}${values.join(" → ")}` },
        right(
          since === null ? "–" : `${change(since.value, scale).replace(" points", "")}${since.p_adjusted < 0.05 ? "*" : " "}`,
        ),
        right(since?.interval ? changeRange(since.interval, scale) : ""),
      ];
    }),
  ]);
}

function rankOf(cell: LeaderboardCell | null | undefined): string {
  return cell?.rank ? rankText(cell.rank) : "–";
}

function wonText(won: number | null | undefined): string | undefined {
  return won == null ? undefined : figure(won, "percent" satisfies Scale);
}

function label(name: string, texts: readonly string[]): string[] {
  return texts.map((text, at) => `${dimText((at === 0 ? name : "").padEnd(9))}${text}`);
}

/** Ranges of columns, each as long as fits, at least one column. */
function chunks(count: number, isNarrow: (from: number, to: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let from = 0; from < count; ) {
    let to = from + 1;
    while (to < count && isNarrow(from, to + 1)) to++;
    found.push([from, to]);
    from = to;
  }
  return found;
}

function fits(lines: readonly string[], width: number): boolean {
  return lines.every((line) => [...line].length <= width);
}

function right(text: string): Cell {
  return { text, right: true };
}

function dim(text: string): Cell {
  return { text: dimText(text) };
}

function dimText(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
