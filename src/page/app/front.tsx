import { Chart, LinearScale, LineElement, LogarithmicScale, PointElement, ScatterController, Tooltip } from "chart.js";
import { useEffect, useRef, useState } from "preact/hooks";
import { figure, range, type Scale } from "../../core/figures.ts";
import { type Front, type Leaderboard, priceText, scaleOfEval } from "../../core/leaderboard.ts";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";
import { uprightBars } from "./upright-bars.ts";
import { useMedia } from "./use-media.ts";

Chart.register(LinearScale, LogarithmicScale, LineElement, PointElement, ScatterController, Tooltip);

const priceNames: { readonly [by in Front["by"]]: string } = {
  cost: "cost of replies",
  latency: "median latency",
  tokens: "tokens of a reply",
  size: "size of the model",
};

/** Quality against what a reply takes: who is worth it. */
export function Fronts({ board }: { board: Leaderboard }) {
  const fronts = board.fronts.filter(({ points }) => points.length > 1);
  const [at, setAt] = useState(0);
  const front = fronts[at];
  if (front === undefined) return null;
  const quality = qualityOf(board, front);
  const price = priceNames[front.by];
  return (
    <section aria-labelledby="fronts">
      <div class="section-head">
        <h2 id="fronts">Quality against what it takes</h2>
        <label class="picker">
          Show{" "}
          <select value={String(at)} onChange={(event) => setAt(Number(event.currentTarget.value))}>
            {fronts.map((one, index) => (
              <option key={index} value={String(index)}>
                {shorten(`${priceNames[one.by]}, ${one.eval === null ? "all evals" : (board.evals[one.eval]?.name ?? "")}`, 70)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="fronts">
        <Scroll>
          <table>
            <thead>
              <tr>
                <th scope="col">Model</th>
                <th scope="col" class="number">
                  {shorten(quality.name, 24)}
                </th>
                <th scope="col" class="number">
                  {price}
                </th>
                <th scope="col">beaten by</th>
              </tr>
            </thead>
            <tbody>
              {[...front.points]
                .sort((a, b) => a.price - b.price)
                .map((point) => (
                  <tr key={point.model}>
                    <th scope="row">
                      <Name text={board.models[point.model]?.name ?? ""} />
                    </th>
                    <td class="number">
                      {figure(point.quality, quality.scale)}
                      {point.interval && <span class="interval">{range(point.interval, quality.scale)}</span>}
                    </td>
                    <td class="number">{priceText(point.price, front.by)}</td>
                    <td>
                      {point.on_front ? (
                        <b class="on-front">nobody</b>
                      ) : (
                        <span class="quiet">
                          <Name text={shorten(board.models[point.beaten_by ?? -1]?.name ?? "another", 30)} />
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </Scroll>
        <FrontPlot board={board} front={front} />
      </div>
      <p class="legend">
        A model is beaten when another is as good and takes less, or is better and takes no more, by the figures alone.
      </p>
    </section>
  );
}

function qualityOf(board: Leaderboard, front: Front): { name: string; scale: Scale; better: "higher" | "lower" } {
  const one = front.eval === null ? undefined : board.evals[front.eval];
  if (one === undefined) return { name: "share won", scale: "percent", better: "higher" };
  return { name: one.metric, scale: scaleOfEval(one), better: one.better };
}

function FrontPlot({ board, front }: { board: Leaderboard; front: Front }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const dark = useMedia("(prefers-color-scheme: dark)");
  const print = useMedia("print");
  // The media decide what the style sheet says.
  useEffect(() => {
    if (canvas.current === null) return;
    const drawing = draw(canvas.current, board, front);
    return () => drawing.destroy();
  }, [board, front, dark, print]);
  return (
    <figure class="front-plot">
      <canvas ref={canvas} role="img" aria-label="Quality against price; the table has the same numbers" />
    </figure>
  );
}

function draw(canvas: HTMLCanvasElement, board: Leaderboard, front: Front): Chart {
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const font = { family: style.fontFamily, size: 12 };
  const quality = qualityOf(board, front);
  const price = priceNames[front.by];
  const points = [...front.points].sort((a, b) => a.price - b.price);
  const [cheapest, dearest] = [points[0]?.price ?? 0, points.at(-1)?.price ?? 0];
  const decades = cheapest > 0 && dearest > 10 * cheapest;
  const named = (on: boolean) =>
    points
      .filter((point) => point.on_front === on)
      .map(({ model, price: x, quality: y, interval }) => ({
        x,
        y,
        low: interval?.low ?? y,
        high: interval?.high ?? y,
        name: shorten(board.models[model]?.name ?? "", 40),
      }));
  const look = (ink: string, shape: "circle" | "rectRot") => ({
    pointStyle: shape,
    pointRadius: 6,
    pointHoverRadius: 7,
    clip: 8,
    backgroundColor: colour(ink),
    borderColor: colour(ink),
  });
  const axis = { grid: { color: colour("--line") }, border: { display: false } };
  return new Chart(canvas, {
    type: "scatter",
    plugins: [uprightBars],
    data: {
      datasets: [
        { data: named(true), showLine: true, stepped: "before", borderWidth: 1.5, ...look("--series-1", "circle") },
        { data: named(false), ...look("--series-0", "rectRot") },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      devicePixelRatio: Math.max(2, devicePixelRatio),
      layout: { padding: { top: 8, right: 14 } },
      scales: {
        x: {
          // Prices of models lie decades apart; a share of one price is what a buyer compares.
          type: decades ? "logarithmic" : "linear",
          afterBuildTicks: (axis) => {
            // On a logarithmic axis every digit has a tick, and their names would lie on each other.
            if (decades) axis.ticks = axis.ticks.filter(({ value }) => /^[13]\.00e/.test(value.toExponential(2)));
          },
          ticks: {
            callback: (value) => priceText(Number(value), front.by).replace(/ (per 1000|tokens)$/, ""),
            color: colour("--quiet"),
            font,
            maxRotation: 0,
            maxTicksLimit: 6,
          },
          title: { display: true, text: price, color: colour("--quiet"), font: { ...font, size: 11 } },
          ...axis,
        },
        y: {
          reverse: quality.better === "lower",
          suggestedMin: Math.min(...points.map((point) => point.interval?.low ?? point.quality)),
          suggestedMax: Math.max(...points.map((point) => point.interval?.high ?? point.quality)),
          ticks: { callback: (value) => figure(Number(value), quality.scale), color: colour("--quiet"), font, maxTicksLimit: 7 },
          title: { display: true, text: shorten(quality.name, 30), color: colour("--quiet"), font: { ...font, size: 11 } },
          ...axis,
        },
      },
      plugins: {
        tooltip: {
          displayColors: false,
          callbacks: {
            label: (item) => {
              const { name, x, y } = item.raw as { name: string; x: number; y: number };
              return `${name}: ${figure(y, quality.scale)} for ${priceText(x, front.by)}`;
            },
          },
        },
        uprightBars: {},
      },
    },
  });
}
