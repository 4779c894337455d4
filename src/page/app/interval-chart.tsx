import { Chart, LinearScale, PointElement, ScatterController, Tooltip } from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import { figure, range, whole } from "../../core/figures.ts";
import { visible } from "../visible.ts";
import { axisOf, type ChartData } from "./chart-rows.ts";
import { errorBars } from "./error-bars.ts";
import { shapes } from "./series.tsx";
import { shorten } from "./shorten.ts";
import { useMedia } from "./use-media.ts";

Chart.register(LinearScale, PointElement, ScatterController, Tooltip);

/** Points with their 95 % intervals. The table that `describedBy` names says the same in words. */
export function IntervalChart({ chart, describedBy }: { chart: ChartData; describedBy: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Colours come from the style sheet, so a change of them needs a new drawing.
  const dark = useMedia("(prefers-color-scheme: dark)");
  const print = useMedia("print");
  const narrow = useMedia("(max-width: 560px)");
  const height = chart.rows.length * (chart.series.length * 17 + 13) + 34;
  // The media decide what the style sheet says.
  useEffect(() => {
    if (canvas.current === null) return;
    const drawing = draw(canvas.current, chart, narrow);
    return () => drawing.destroy();
  }, [chart, dark, print, narrow]);
  return (
    <figure class="chart" ref={(element) => element?.style.setProperty("--chart-height", `${height}px`)}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`${visible(chart.metric)} with 95 % intervals`}
        aria-describedby={describedBy}
      />
    </figure>
  );
}

function draw(canvas: HTMLCanvasElement, chart: ChartData, narrow: boolean): Chart {
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const { rows, series, points, scale } = chart;
  const font = { family: style.fontFamily, size: 12 };
  const labels = rows.map((row) => shorten(row, narrow ? 16 : 34));
  return new Chart(canvas, {
    type: "scatter",
    plugins: [errorBars],
    data: {
      datasets: series.map((label, index) => {
        const ink = colour(series.length === 1 ? "--series-1" : `--series-${index}`);
        return {
          label: shorten(label, 60),
          data: points
            .filter((point) => point.series === index)
            .map((point) => ({
              ...point,
              x: point.value,
              y: point.row + (index - (series.length - 1) / 2) * (0.62 / series.length),
            })),
          pointStyle: shapes[index % shapes.length] ?? "circle",
          // A point at the end of the axis is drawn whole.
          clip: 8,
          pointRadius: 5,
          pointHoverRadius: 6,
          pointBorderWidth: 1.5,
          backgroundColor: ink,
          borderColor: ink,
        };
      }),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      // A print has more dots to an inch than a screen.
      devicePixelRatio: Math.max(2, devicePixelRatio),
      layout: { padding: { top: 2, right: narrow ? 12 : 54 } },
      scales: {
        y: {
          type: "linear",
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
          ...axisOf(chart),
          ticks: {
            callback: (value) => (scale === "percent" ? `${Math.round(Number(value) * 100)} %` : figure(Number(value), scale)),
            color: colour("--quiet"),
            font,
            maxRotation: 0,
            maxTicksLimit: narrow ? 6 : 11,
            // The ends lie on no step of the others, and their names on those of their neighbours.
            includeBounds: false,
          },
          grid: { color: colour("--line") },
          border: { display: false },
        },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            title: (items) => shorten(rows[(items[0]?.raw as { row: number } | undefined)?.row ?? 0] ?? "", 80),
            label: (item) => {
              const { value, low, high, n } = item.raw as { value: number; low: number; high: number; n: number };
              const name = item.dataset.label ? `${item.dataset.label}  ` : "";
              return `${name}${figure(value, scale)}  (${range({ low, high }, scale)})  n ${whole(n)}`;
            },
          },
        },
        errorBars: {
          font: `12px ${style.fontFamily}`,
          ink: colour("--ink"),
          label: narrow ? undefined : (value) => figure(value, scale),
        },
      },
    },
  });
}
