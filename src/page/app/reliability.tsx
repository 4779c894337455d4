import { Chart, LinearScale, PointElement, ScatterController, Tooltip } from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import { figure, range, whole } from "../../core/figures.ts";
import type { Calibration, PageData, PageRun } from "../page-data.ts";
import { mostSeries } from "./layout.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { SeriesMark, shapes } from "./series.tsx";
import { Untrusted } from "./untrusted.tsx";
import { uprightBars } from "./upright-bars.ts";
import { useMedia } from "./use-media.ts";

Chart.register(LinearScale, PointElement, ScatterController, Tooltip);

interface Calibrated {
  readonly run: PageRun;
  readonly calibration: Calibration;
}

/** How far a model's own probabilities can be believed: its replies by probability, against how often they were right. */
export function Reliability({ data }: { data: PageData }) {
  const found = data.runs.flatMap((run) => (run.calibration === undefined ? [] : [{ run, calibration: run.calibration }]));
  if (found.length === 0) return null;
  const evals = [...new Set(found.map(({ run }) => run.eval))];
  return (
    <section aria-labelledby="calibration">
      <h2 id="calibration">Can its probabilities be believed?</h2>
      <div class="reliabilities">
        {evals.map((one) => (
          <Diagram key={one} data={data} runs={found.filter(({ run }) => run.eval === one).slice(0, mostSeries)} />
        ))}
      </div>
      <p class="legend">
        Each point: replies whose probabilities lie in the same tenth, with a 95 % interval. On the diagonal a model is right as
        often as it is sure; below it, it is too sure. Error: the mean distance from the diagonal (ECE). Brier: mean squared
        error, 0 is best.
      </p>
    </section>
  );
}

function Diagram({ data, runs }: { data: PageData; runs: readonly Calibrated[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const print = useMedia("print");
  // The media decide what the style sheet says.
  useEffect(() => {
    if (canvas.current === null) return;
    const drawing = draw(canvas.current, runs);
    return () => drawing.destroy();
  }, [data, dark, print]);
  const [first] = runs;
  return (
    <figure class="reliability">
      <figcaption>{first !== undefined && data.evals.length > 1 && <Untrusted text={evalOf(data, first.run)} />}</figcaption>
      <div class="reliability-plot">
        <canvas ref={canvas} role="img" aria-label="Share of right replies by probability; the table sums it up" />
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="number">
              error
            </th>
            <th scope="col" class="number">
              Brier
            </th>
            <th scope="col" class="number">
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map(({ run, calibration }, index) => (
            <tr key={run.id}>
              <th scope="row">
                <SeriesMark index={index} count={runs.length} />
                <Untrusted text={columnOf(data, run)} />
              </th>
              <td class="number">{figure(calibration.ece, "percent")}</td>
              <td class="number">{calibration.brier.toFixed(3)}</td>
              <td class="number">{whole(calibration.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function draw(canvas: HTMLCanvasElement, runs: readonly Calibrated[]): Chart {
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = { family: style.fontFamily, size: 12 };
  const axis = (text: string) => ({
    min: 0,
    max: 1,
    ticks: {
      callback: (value: number | string) => `${Math.round(Number(value) * 100)} %`,
      color: colour("--quiet"),
      font,
      stepSize: 0.25,
      maxRotation: 0,
    },
    title: { display: true, text, color: colour("--quiet"), font: { ...font, size: 11 } },
    grid: { color: colour("--line") },
    border: { display: false },
  });
  return new Chart(canvas, {
    type: "scatter",
    plugins: [uprightBars],
    data: {
      datasets: runs.map(({ calibration: { bins } }, index) => {
        const ink = colour(runs.length === 1 ? "--series-1" : `--series-${index}`);
        return {
          data: bins.map(({ mean, share, interval, n }) => ({
            x: mean,
            y: share,
            low: interval.low,
            high: interval.high,
            n,
          })),
          pointStyle: shapes[index % shapes.length] ?? "circle",
          clip: 8,
          pointRadius: 5,
          pointHoverRadius: 6,
          backgroundColor: ink,
          borderColor: ink,
        };
      }),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      devicePixelRatio: Math.max(2, devicePixelRatio),
      layout: { padding: { top: 8, right: 12 } },
      scales: { x: axis("probability of the reply"), y: axis("share that was right") },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            label: (item) => {
              const { x, y, low, high, n } = item.raw as { x: number; y: number; low: number; high: number; n: number };
              return `sure ${figure(x, "percent")}, right ${figure(y, "percent")} (${range({ low, high }, "percent")})  n ${whole(n)}`;
            },
          },
        },
        uprightBars: { diagonal: colour("--strong-line") },
      },
    },
  });
}
