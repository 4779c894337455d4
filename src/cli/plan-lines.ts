import { styleText } from "node:util";
import { type Plan, type PlanScenario, type PlanWay, sizeText } from "../compare/index.ts";
import { whole } from "../core/figures.ts";
import { dollars, duration, short } from "./numbers.ts";
import { type Cell, oneLine, table } from "./table.ts";

/** What a person sees of a plan: whether it can be seen, what it takes, what the samples that there are can tell. */
export function planLines(plan: Plan): string[] {
  const [first] = plan.scenarios;
  const colour = first?.best === null ? "yellow" : "green";
  const lines = [styleText(["bold", colour], oneLine(plan.sentence, 1000), { stream: process.stdout })];
  for (const note of plan.notes) lines.push(`  note: ${oneLine(note, 400)}`);
  lines.push("", ...letters(plan), "", ...needed(plan), "", ...present(plan));
  return lines;
}

/** What each row stands on; the tables name it by its letter. */
function letters({ scenarios }: Plan): string[] {
  return scenarios.map(({ spread }, at) => {
    const share = spread.flips === null ? "" : `${(spread.flips * 100).toFixed(1)} % of pairs flip, `;
    const groups = spread.groups === null ? "" : `; groups make ${spread.groups.designEffect.toFixed(1)} samples worth one`;
    return `${letter(at)}  ${oneLine(`${share}${spread.from}${groups}`, 200)}`;
  });
}

function needed({ scenarios, delta, unit_range, power }: Plan): string[] {
  const rows = scenarios.flatMap(({ ways, best }, at) => {
    const shown = best === null || ways.length === 1 ? ways : [...ways.slice(0, 5), ...ways.slice(Math.max(5, best), best + 1)];
    return shown.map((way) => wayRow(letter(at), way, way === ways[best ?? -1] && ways.length > 1));
  });
  const head = ["", "attempts", "samples", "power", "requests", "tokens", "cost", "time", ""];
  const told = `to see ${sizeText(delta, unit_range)} with ${Math.round(power * 100)} % power, for each of the two models:`;
  return [dim(told), ...table([head.map(headCell), ...rows])];
}

function wayRow(name: string, way: PlanWay, isBest: boolean): Cell[] {
  const unknown = (value: number | null, text: (one: number) => string) => right(value === null ? "unknown" : text(value));
  return [
    { text: name },
    right(whole(way.attempts)),
    right(whole(way.samples)),
    right(`${way.exact ? "" : "about "}${(way.power * 100).toFixed(0)} %`),
    right(whole(way.requests)),
    unknown(way.tokens, short),
    unknown(way.usd, dollars),
    unknown(way.ms, duration),
    {
      text: [way.test, isBest ? "cheapest" : "", way.reachable ? "" : "too few samples"].filter((part) => part !== "").join(", "),
    },
  ];
}

function present({ scenarios, available, unit_range }: Plan): string[] {
  const margin = scenarios[0]?.present.margin?.margin;
  const size = (value: number | null) => right(value === null ? "nothing" : sizeText(value, unit_range));
  const rows = scenarios.map(({ present: set }, at): Cell[] => [
    { text: letter(at) },
    right(whole(set.attempts)),
    size(set.mde),
    size(set.smallest_margin),
    ...(margin === undefined ? [] : marginCells(set)),
  ]);
  const head = ["", "attempts", "sees", "smallest margin", ...(margin === undefined ? [] : ["inconclusive", "more samples"])];
  const at = margin === undefined ? "" : `; at the margin of ${sizeText(margin, unit_range)} an unchanged model would be`;
  return [dim(`the ${whole(available)} samples there are${at}:`), ...table([head.map(headCell), ...rows])];
}

function marginCells({ margin }: PlanScenario["present"]): Cell[] {
  if (margin === null) return [right("–"), right("–")];
  const { unchanged, exact, more_samples: more } = margin;
  return [
    right(`${exact ? "" : "about "}${(unchanged.inconclusive * 100).toFixed(0)} %`),
    right(more === 0 ? "none" : whole(more)),
  ];
}

function letter(at: number): string {
  return String.fromCharCode(97 + at);
}

function headCell(text: string, at: number): Cell {
  return { text: dim(text), right: at > 0 && text !== "" };
}

function right(text: string): Cell {
  return { text, right: true };
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
