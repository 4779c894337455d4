import { mostSeries } from "./layout.ts";

/** Point styles of chart.js, so that a column is known by its shape where colours cannot be told apart. */
export const shapes = ["circle", "rectRot", "triangle", "rect", "star", "crossRot"] as const;

const outlines: { readonly [shape in (typeof shapes)[number]]: string } = {
  circle: "M6 2a4 4 0 1 0 .01 0z",
  rectRot: "M6 1l5 5-5 5-5-5z",
  triangle: "M6 1.5l5 8.5H1z",
  rect: "M2 2h8v8H2z",
  star: "M6 1v10M1 6h10M2.5 2.5l7 7M9.5 2.5l-7 7",
  crossRot: "M2 2l8 8M10 2l-8 8",
};

/** The mark of a column, as the chart draws it. */
export function SeriesMark({ index, count }: { index: number; count: number }) {
  if (count < 2 || count > mostSeries) return null;
  const shape = shapes[index % shapes.length] ?? "circle";
  return (
    <svg class={`mark series-${index % mostSeries}`} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path d={outlines[shape]} />
    </svg>
  );
}
