import { styleText } from "node:util";
import { figure, fileSize } from "../core/figures.ts";
import {
  driftColumns,
  knownOf,
  type Leaderboard,
  type SizedCandidate,
  type Smallest,
  sizedTexts,
  sizedVerdict,
} from "../core/leaderboard.ts";
import { type Cell, oneLine, table } from "./table.ts";
import { wrapWords } from "./wrap-words.ts";

/** Each model beside the parent, smallest first, and the answer as the last line. */
export function smallestLines(
  board: Leaderboard,
  smallest: Smallest,
  { names, columns }: { names: readonly string[]; columns: number | undefined },
): string[] {
  const rows = [...smallest.candidates, { model: smallest.parent }];
  const single = smallest.candidates.every(({ rules }) => rules.length <= 1);
  const speeds = rows.map(({ model }) => knownOf(board, model, "speed"));
  const drift = driftColumns(board);
  const judged = table([
    headOf(["model", "size", ...(single ? ["change", "shown", "margin"] : ["rules hold"]), ""]),
    ...rows.map((row) => [
      ...nameCells(board, row.model, names),
      ...("rules" in row ? judgedCells(board, row, single) : parentCells(single)),
    ]),
  ]);
  const more = table([
    headOf(["model", "tokens/s", ...drift.map(({ head }) => oneLine(head, 30)), ""]),
    ...rows.map(({ model }, at) => [
      { text: names[model] ?? "" },
      right(speeds[at] == null ? "–" : figure(speeds[at], "tokens")),
      ...drift.map(({ texts }) => right(texts[model] ?? "–")),
      { text: "" },
    ]),
  ]);
  const known = drift.length > 0 || speeds.some((speed) => speed !== null);
  return [
    ...judged,
    ...smallest.candidates.flatMap(({ model, refused }) =>
      refused.flatMap((why) => wrapWords(`  ${names[model]}: ${oneLine(why, 400)}`, columns, 4)),
    ),
    ...(known ? ["", ...more] : []),
    "",
    ...wrapWords(oneLine(smallest.sentence, 1000), columns).map((line) => styleText("bold", line, { stream: process.stdout })),
  ];
}

function nameCells(board: Leaderboard, model: number, names: readonly string[]): Cell[] {
  const bytes = knownOf(board, model, "bytes");
  return [{ text: names[model] ?? "" }, right(bytes === null ? "–" : fileSize(bytes))];
}

function judgedCells(board: Leaderboard, one: SizedCandidate, single: boolean): Cell[] {
  const [rule] = one.rules;
  const texts = rule === undefined ? undefined : sizedTexts(board, rule);
  const held = `${one.rules.filter(({ verdict }) => verdict === "pass").length} of ${one.rules.length}`;
  const numbers = single ? [texts?.change ?? "–", texts?.shown ?? "–", texts?.bound ?? "–"] : [held];
  return [...numbers.map(right), { text: sizedVerdict({ ...one, refused: [] }) }];
}

function parentCells(single: boolean): Cell[] {
  return [...(single ? ["", "", ""] : [""]).map(right), { text: "the parent" }];
}

function headOf(texts: readonly string[]): Cell[] {
  return texts.map((text, at) => ({
    text: styleText("dim", text, { stream: process.stdout }),
    right: at > 0 && at < texts.length - 1,
  }));
}

function right(text: string): Cell {
  return { text, right: true };
}
