import type { ChartType, Plugin } from "chart.js";

interface UprightBarOptions {
  /** Ink of the line from corner to corner; absent = none. */
  diagonal?: string;
}

declare module "chart.js" {
  interface PluginOptionsByType<TType extends ChartType> {
    uprightBars?: UprightBarOptions & { readonly [unused in TType]?: never };
  }
}

/** Draws the interval from `low` to `high` through each point along y, and a diagonal where one is wanted, under the points. */
export const uprightBars: Plugin<"scatter", UprightBarOptions> = {
  id: "uprightBars",
  beforeDatasetsDraw(chart, _, { diagonal }) {
    const { ctx, scales } = chart;
    const { x, y } = scales;
    if (x === undefined || y === undefined) return;
    ctx.save();
    ctx.lineWidth = 1.5;
    if (diagonal !== undefined) {
      ctx.setLineDash([5, 4]);
      ctx.strokeStyle = diagonal;
      ctx.beginPath();
      ctx.moveTo(x.getPixelForValue(0), y.getPixelForValue(0));
      ctx.lineTo(x.getPixelForValue(1), y.getPixelForValue(1));
      ctx.stroke();
      ctx.setLineDash([]);
    }
    for (const [index, dataset] of chart.data.datasets.entries()) {
      const points = dataset.data as unknown as readonly { low: number; high: number }[];
      ctx.strokeStyle = String(dataset.borderColor);
      ctx.beginPath();
      for (const [position, element] of chart.getDatasetMeta(index).data.entries()) {
        const point = points[position];
        if (point === undefined) continue;
        const ends = [y.getPixelForValue(point.low), y.getPixelForValue(point.high)] as const;
        ctx.moveTo(element.x, ends[0]);
        ctx.lineTo(element.x, ends[1]);
        for (const end of ends) {
          ctx.moveTo(element.x - 4, end);
          ctx.lineTo(element.x + 4, end);
        }
      }
      ctx.stroke();
    }
    ctx.restore();
  },
};
