import { Chart, LinearScale, PointElement, ScatterController, Tooltip } from "chart.js";
import { change, changeRange, whole } from "../../core/figures.ts";
import { errorBars } from "./error-bars.ts";
import { type Forest, forestAxis, tickText } from "./forest-rows.ts";
import { referenceLines } from "./reference-lines.ts";
import { shorten } from "./shorten.ts";

Chart.register(LinearScale, PointElement, ScatterController, Tooltip);

/** Pixels of the axis below the rows. */
export const axisHeight = 34;

// Colour tells a direction that the side of the zero line tells as well; the shape tells it a third time.
const looks = {
  better: { ink: "--good", shape: "circle" },
  worse: { ink: "--bad", shape: "rectRot" },
  unclear: { ink: "--series-0", shape: "circle" },
} as const;

/** @param named rows have their names in the picture; else they stand in the table around it, each as high as the others */
export function drawForest(canvas: HTMLCanvasElement, forest: Forest, named: boolean): Chart {
  const { rows, scale, margins, better } = forest;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = { family: style.fontFamily, size: 12 };
  const labels = rows.map(({ label, path }) => shorten(label, path === undefined ? 18 : 16));
  const title = { left: ["← better", "worse →"], right: ["← worse", "better →"] } as const;
  const unit = scale === "percent" ? "points" : "change";
  return new Chart(canvas, {
    type: "scatter",
    plugins: [errorBars, referenceLines],
    data: {
      datasets: (["unclear", "better", "worse"] as const).map((tone) => {
        const ink = colour(looks[tone].ink);
        const points = rows.flatMap(({ delta: { value, interval, n }, tone: own, path }, row) =>
          value === null || own !== tone
            ? []
            : [
                {
                  x: value,
                  y: row,
                  value,
                  low: interval?.low ?? value,
                  high: interval?.high ?? value,
                  n,
                  row,
                  slice: path !== undefined,
                },
              ],
        );
        return {
          data: points,
          clip: 8,
          pointStyle: looks[tone].shape,
          pointRadius: points.map(({ slice }) => (slice ? 4 : 6.5)),
          pointHoverRadius: points.map(({ slice }) => (slice ? 5 : 7.5)),
          pointBorderWidth: 1.5,
          // Open = it may be nothing.
          backgroundColor: tone === "unclear" ? colour("--paper") : ink,
          borderColor: ink,
        };
      }),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      devicePixelRatio: Math.max(2, devicePixelRatio),
      // Rows stand where the table has them, so the picture must not make room of its own.
      layout: { autoPadding: false, padding: { top: 0, bottom: 0, left: named ? 0 : 6, right: named ? 10 : 6 } },
      scales: {
        y: {
          type: "linear",
          display: named,
          reverse: true,
          min: -0.5,
          max: rows.length - 0.5,
          afterBuildTicks: (axis) => {
            axis.ticks = rows.map((_, value) => ({ value }));
          },
          ticks: { callback: (value) => labels[Number(value)] ?? "", color: colour("--ink"), font, padding: 8, autoSkip: false },
          grid: { display: false },
          border: { display: false },
        },
        x: {
          ...forestAxis(forest),
          afterFit: (axis) => {
            axis.height = axisHeight;
          },
          ticks: {
            callback: (value) => tickText(Number(value), scale),
            color: colour("--quiet"),
            font,
            maxRotation: 0,
            maxTicksLimit: named ? 7 : 8,
            includeBounds: false,
            padding: 0,
          },
          title: {
            display: true,
            text: better === null ? unit : `${title[better][0]}   ${unit}   ${title[better][1]}`,
            color: colour("--quiet"),
            font: { ...font, size: 11 },
            padding: 0,
          },
          grid: { color: colour("--line"), tickLength: 4 },
          border: { display: false },
        },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: (items) => shorten(rows[(items[0]?.raw as { row: number } | undefined)?.row ?? 0]?.label ?? "", 80),
            label: (item) => {
              const { value, low, high, n } = item.raw as { value: number; low: number; high: number; n: number };
              return `${change(value, scale)}  (${changeRange({ low, high }, scale)})  n ${whole(n)}`;
            },
          },
        },
        errorBars: { font: `12px ${style.fontFamily}`, ink: colour("--ink"), label: undefined },
        referenceLines: {
          lines: [
            { value: 0, from: 0, to: rows.length - 1, ink: colour("--ink"), dashed: false },
            ...margins.map((margin) => ({ ...margin, ink: colour("--bad"), dashed: true })),
          ],
        },
      },
    },
  });
}
