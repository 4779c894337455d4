import { figure, range, scaleOf } from "../core/figures.ts";
import type { Metric } from "../core/metric.ts";
import type { Cell } from "./table.ts";

/** A metric as a table has it: value, 95 % interval, and how many it stands on. */
export function metricCells(metric: Metric | undefined): readonly [value: Cell, interval: Cell, n: Cell] {
  if (metric === undefined || metric.value === null)
    return [cell("–"), cell(""), cell(metric === undefined ? "" : String(metric.n))];
  const scale = scaleOf([metric]);
  return [
    cell(figure(metric.value, scale)),
    cell(metric.interval === null ? "" : range(metric.interval, scale)),
    cell(String(metric.n)),
  ];
}

function cell(text: string): Cell {
  return { text, right: true };
}
