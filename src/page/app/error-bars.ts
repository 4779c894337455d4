import type { ChartType, Plugin } from "chart.js";

export interface ErrorBarOptions {
  /** As a canvas wants it. */
  font?: string;
  ink?: string;
  /** What stands at the right end of a bar. */
  label?: ((value: number) => string) | undefined;
}

declare module "chart.js" {
  interface PluginOptionsByType<TType extends ChartType> {
    errorBars?: ErrorBarOptions & { readonly [unused in TType]?: never };
  }
}

/** Draws the interval from `low` to `high` through each point along x, under the points. */
export const errorBars: Plugin<"scatter", ErrorBarOptions> = {
  id: "errorBars",
  beforeDatasetsDraw(chart, _, { font, ink, label }) {
    const { ctx, scales } = chart;
    const x = scales.x;
    if (x === undefined) return;
    ctx.save();
    ctx.lineWidth = 2;
    ctx.lineCap = "round";
    ctx.font = font ?? ctx.font;
    ctx.textBaseline = "middle";
    for (const [index, dataset] of chart.data.datasets.entries()) {
      const points = dataset.data as unknown as readonly { value: number; low: number; high: number }[];
      for (const [position, element] of chart.getDatasetMeta(index).data.entries()) {
        const point = points[position];
        if (point === undefined) continue;
        const [low, high] = [x.getPixelForValue(point.low), x.getPixelForValue(point.high)];
        ctx.strokeStyle = String(dataset.borderColor);
        ctx.beginPath();
        ctx.moveTo(low, element.y);
        ctx.lineTo(high, element.y);
        for (const end of [low, high]) {
          ctx.moveTo(end, element.y - 4);
          ctx.lineTo(end, element.y + 4);
        }
        ctx.stroke();
        if (label !== undefined) {
          ctx.fillStyle = ink ?? "currentColor";
          ctx.fillText(label(point.value), high + 9, element.y);
        }
      }
    }
    ctx.restore();
  },
};
