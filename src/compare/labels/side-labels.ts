import type { EvalSpec } from "../../core/eval-spec.ts";
import type { SampleLine } from "../../core/run-line.ts";
import { type Cells, cells } from "../columns.ts";
import type { Column, LabelsOfRows, SideLabels } from "../side.ts";
import { confusionCost } from "./confusion-cost.ts";
import { type LabelIds, labelIds, otherReply } from "./label-ids.ts";

/** Gathers them, by row as they come. */
export interface LabelReader {
  observe(line: SampleLine, row: number): void;
  /** In another order of rows. */
  read(order: Uint32Array): SideLabels;
}

/** undefined for an eval without labels. */
export function labelReader(spec: Pick<EvalSpec, "labels">, attempts: number): LabelReader | undefined {
  const ids: LabelIds | undefined = labelIds(spec);
  if (ids === undefined) return undefined;
  const actual: Cells = cells(1);
  const said: Cells = cells(attempts);
  return {
    observe(line, row) {
      actual.set(row, 0, ids.actual(line));
      said.set(row, line.attempt, ids.said(line.scores));
    },
    read: (order) => ({
      names: ids.names,
      actual: Uint8Array.from(order, (row) => actual.get(row, 0) || 0),
      said: Uint8Array.from({ length: order.length * attempts }, (_, at) => {
        return said.get(order[Math.floor(at / attempts)] as number, at % attempts) || 0;
      }),
      attempts,
    }),
  };
}

/**
 * What formulas over labels are made of, each a mean over samples. No user can write these names: `#is.disk`, the share of samples that
 * are of the label; `#said.disk`, that were given it; `#right.disk`, both.
 */
const labelParts = ["is", "said", "right"] as const;
type LabelPart = (typeof labelParts)[number];

export function partName(part: LabelPart, label: string): string {
  return `#${part}.${label}`;
}

/** The parts of every label, and the cost of confusions, as columns that are worked out when somebody asks. */
export function labelColumns(labels: SideLabels, spec: Pick<EvalSpec, "confusion_cost">): Column[] {
  const columns: Column[] = labelParts.flatMap((part) =>
    labels.names.map((label) => ({
      name: partName(part, label),
      get values() {
        return partValues(labels, part, label);
      },
      unitRange: true,
      unit: "1",
      better: null,
      kind: "label",
      from: (actual: LabelsOfRows) => partValues(labels, part, label, actual),
    })),
  );
  const cost = confusionCost(spec, labels.names);
  if (cost === undefined) return columns;
  const values = (actual?: LabelsOfRows) => rowMeans(labels, actual, (is, said) => cost.of(is, said));
  return [
    ...columns,
    {
      name: "confusion_cost",
      values: values(),
      unitRange: cost.bounded,
      unit: "cost",
      better: "lower",
      kind: "score",
      from: values,
    },
  ];
}

function partValues(labels: SideLabels, part: LabelPart, label: string, of?: LabelsOfRows): Float64Array {
  const wanted = labels.names.indexOf(label) + 1;
  return rowMeans(labels, of, (is, said) => {
    if (part === "is") return is === wanted ? 1 : 0;
    return said === wanted && (part === "said" || is === wanted) ? 1 : 0;
  });
}

/** The mean over each row's scored attempts; NaN where there is none, or the right label is not known. */
function rowMeans(
  { names, actual, said, attempts }: SideLabels,
  of: LabelsOfRows | undefined,
  value: (is: number, said: number) => number,
): Float64Array {
  const own = of === undefined ? undefined : [0, ...of.names.map((name) => names.indexOf(name) + 1)];
  const means = new Float64Array(actual.length);
  for (let row = 0; row < means.length; row++) {
    const is = own === undefined || of === undefined ? (actual[row] as number) : (own[of.actual[row] as number] as number);
    let [sum, n] = [0, 0];
    for (let at = row * attempts; at < (row + 1) * attempts; at++) {
      if (said[at] === 0) continue;
      sum += value(is, said[at] as number);
      n++;
    }
    means[row] = is === 0 || n === 0 ? Number.NaN : sum / n;
  }
  return means;
}

/** How often each label was taken for which, over some rows; the last column is of replies that say none. */
export function confusionOfRows({ names, said, attempts }: SideLabels, rows: Uint32Array, actual: ArrayLike<number>): number[][] {
  const counts = names.map(() => new Array<number>(names.length + 1).fill(0));
  for (let at = 0; at < rows.length; at++) {
    const line = counts[(actual[at] as number) - 1];
    if (line === undefined) continue;
    const row = rows[at] as number;
    for (let attempt = row * attempts; attempt < (row + 1) * attempts; attempt++) {
      const given = said[attempt] as number;
      if (given === 0) continue;
      const column = given === otherReply ? names.length : given - 1;
      line[column] = (line[column] as number) + 1;
    }
  }
  return counts;
}
