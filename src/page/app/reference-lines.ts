import type { ChartType, Plugin } from "chart.js";

interface ReferenceLine {
  readonly value: number;
  /** Rows, both included. */
  readonly from: number;
  readonly to: number;
  readonly ink: string;
  readonly dashed: boolean;
}

interface ReferenceLineOptions {
  lines?: readonly ReferenceLine[];
}

declare module "chart.js" {
  interface PluginOptionsByType<TType extends ChartType> {
    referenceLines?: ReferenceLineOptions & { readonly [unused in TType]?: never };
  }
}

/** Draws upright lines under the points: no change, and the margin. */
export const referenceLines: Plugin<"scatter", ReferenceLineOptions> = {
  id: "referenceLines",
  beforeDatasetsDraw(chart, _, { lines = [] }) {
    const { ctx, scales, chartArea } = chart;
    const { x, y } = scales;
    if (x === undefined || y === undefined) return;
    ctx.save();
    for (const { value, from, to, ink, dashed } of lines) {
      const at = Math.round(x.getPixelForValue(value)) + 0.5;
      if (at < chartArea.left || at > chartArea.right) continue;
      ctx.strokeStyle = ink;
      ctx.lineWidth = 1.25;
      ctx.setLineDash(dashed ? [5, 4] : []);
      ctx.beginPath();
      ctx.moveTo(at, y.getPixelForValue(from - 0.5));
      ctx.lineTo(at, y.getPixelForValue(to + 0.5));
      ctx.stroke();
    }
    ctx.restore();
  },
};
