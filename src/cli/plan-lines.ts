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
  const rows = scenarios.map(({ spread }, at) => {
    const share = spread.flips === null ? "" : `${(spread.flips * 100).toFixed(1)} % of pairs flip, `;
    const groups = spread.groups === null ? "" : `; groups make ${spread.groups.designEffect.toFixed(1)} samples worth one`;
    return `${letter(at)}  ${oneLine(`${share}${spread.from}${groups}`, 200)}`;
  });
  return [dim("rows: how much two models may differ; the sentence above stands on row a"), ...rows];
}

interface Row {
  readonly letter: string;
  readonly cells: readonly Cell[];
}

/** Rows that say the same are one, under all their letters. */
function lettered(rows: readonly Row[]): Cell[][] {
  const same = new Map<string, { readonly letters: string[]; readonly cells: readonly Cell[] }>();
  for (const { letter: name, cells } of rows) {
    const key = JSON.stringify(cells);
    const known = same.get(key);
    if (known === undefined) same.set(key, { letters: [name], cells });
    else known.letters.push(name);
  }
  return [...same.values()].map(({ letters: names, cells }) => [{ text: names.join(", ") }, ...cells]);
}

function needed({ scenarios, delta, unit_range, power }: Plan): string[] {
  const several = scenarios.some(({ ways }) => ways.some(({ attempts }) => attempts > 1));
  const rows = scenarios.flatMap(({ ways, best }, at) => {
    const shown = best === null || ways.length === 1 ? ways : [...ways.slice(0, 5), ...ways.slice(Math.max(5, best), best + 1)];
    return shown.map((way): Row => {
      const isBest = way === ways[best ?? -1] && ways.length > 1;
      return { letter: letter(at), cells: wayCells(way, { several, isBest }) };
    });
  });
  const many = several ? ["attempts", "samples", "requests"] : ["samples"];
  const head = [
    ...["", ...many, "tokens", "cost", "time"].map((text) => right(dim(text))),
    ...["paired test", "enough"].map(dimCell),
  ];
  const told = `to see ${sizeText(delta, unit_range)} with ${Math.round(power * 100)} % power, for each of the two models:`;
  return [dim(told), ...table([head, ...lettered(rows)])];
}

function wayCells(way: PlanWay, { several, isBest }: { readonly several: boolean; readonly isBest: boolean }): Cell[] {
  const unknown = (value: number | null, text: (one: number) => string) => right(value === null ? "unknown" : text(value));
  const samples = right(`${way.exact ? "" : "~"}${whole(way.samples)}`);
  return [
    ...(several ? [right(whole(way.attempts)), samples, right(whole(way.requests))] : [samples]),
    unknown(way.tokens, short),
    unknown(way.usd, dollars),
    unknown(way.ms, roughly),
    { text: way.test.replace(/^paired-/, "") },
    { text: isBest ? "cheapest" : way.reachable ? "yes" : "no" },
  ];
}

/** Minutes without seconds: nobody plans by them. */
function roughly(ms: number): string {
  if (ms < 60_000) return duration(ms);
  return ms < 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function present({ scenarios, available, unit_range }: Plan): string[] {
  const margin = scenarios[0]?.present.margin?.margin;
  const several = scenarios.some(({ present: set }) => set.attempts > 1);
  const size = (value: number | null) => right(value === null ? "nothing" : sizeText(value, unit_range));
  const rows = scenarios.map(({ present: set }, at): Row => {
    const cells = [
      ...(several ? [right(whole(set.attempts))] : []),
      size(set.mde),
      size(set.smallest_margin),
      ...(margin === undefined ? [] : marginCells(set)),
    ];
    return { letter: letter(at), cells };
  });
  const settles = margin === undefined ? [] : ["inconclusive", "more samples"];
  const head = ["", ...(several ? ["attempts"] : []), "sees", "smallest margin", ...settles];
  const at = margin === undefined ? "" : `; at a margin of ${sizeText(margin, unit_range)} an unchanged model is`;
  const told = `${available === 1 ? "the one sample" : `the ${whole(available)} samples`} there ${available === 1 ? "is" : "are"}${at}:`;
  return [dim(told), ...table([head.map((text) => right(dim(text))), ...lettered(rows)])];
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

function dimCell(text: string): Cell {
  return { text: dim(text) };
}

function right(text: string): Cell {
  return { text, right: true };
}

function dim(text: string): string {
  return styleText("dim", text, { stream: process.stdout });
}
