import { change, changeRange, figure, moment, range, scaleOf, whole } from "../../core/figures.ts";
import type { Leaderboard, Trend } from "../../core/leaderboard.ts";
import { pText } from "./forest-rows.ts";
import { IntervalChart } from "./interval-chart.tsx";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

const level = 0.05;

/** Runs of one model over time, and what changed from one to the next. */
export function Trends({ board }: { board: Leaderboard }) {
  if (board.trends.length === 0) return null;
  return (
    <section aria-labelledby="trends">
      <h2 id="trends">Over time</h2>
      {board.trends.map((trend, index) => (
        <TrendTable key={index} board={board} trend={trend} id={`trend-${index}`} />
      ))}
    </section>
  );
}

function TrendTable({ board, trend: { model, eval: on, steps }, id }: { board: Leaderboard; trend: Trend; id: string }) {
  const scale = scaleOf(steps.map(({ metric }) => metric));
  const points = steps.flatMap(({ metric: { value, interval, n } }, row) =>
    value === null ? [] : [{ row, series: 0, value, low: interval?.low ?? value, high: interval?.high ?? value, n }],
  );
  const metric = steps.at(-1)?.metric.name ?? "";
  return (
    <div class="trend">
      <h3>
        <Untrusted text={`${board.models[model]?.name ?? ""} on ${board.evals[on]?.name ?? ""}`} />
      </h3>
      <div class="beside-chart">
        <Scroll>
          <table id={id}>
            <thead>
              <tr>
                <th scope="col">Started</th>
                <th scope="col" class="number">
                  <Untrusted text={metric} />
                </th>
                <th scope="col" class="number">
                  since the one before
                </th>
                <th scope="col" class="number">
                  p
                </th>
                <th scope="col">what differs</th>
              </tr>
            </thead>
            <tbody>
              {steps.map((step) => (
                <tr key={step.run}>
                  <th scope="row">
                    {moment(step.started)}
                    {step.status !== "complete" && <small class="warn">{step.status}</small>}
                  </th>
                  <td class="number">
                    {step.metric.value === null ? "–" : figure(step.metric.value, scale)}
                    {step.metric.interval && <small>{range(step.metric.interval, scale)}</small>}
                  </td>
                  <Since step={step} scale={scale} />
                  <td class="detail">
                    <Untrusted text={step.differs.map(({ what, detail }) => `${what}: ${detail}`).join("; ")} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        {points.length > 1 && (
          <IntervalChart
            chart={{ metric, scale, rows: steps.map(({ started }) => moment(started)), series: [""], points }}
            describedBy={id}
          />
        )}
      </div>
    </div>
  );
}

function Since({ step: { change: since }, scale }: { step: Trend["steps"][number]; scale: Parameters<typeof change>[1] }) {
  if (since === null) {
    return (
      <>
        <td class="number quiet">–</td>
        <td class="number quiet">–</td>
      </>
    );
  }
  const sure = since.p_adjusted < level;
  return (
    <>
      <td class="number">
        {sure ? <b>{change(since.value, scale)}</b> : change(since.value, scale)}
        <small>
          {since.interval === null ? "" : `${changeRange(since.interval, scale)}, `}n {whole(since.n)}
        </small>
      </td>
      <td class="number quiet">{pText(since.p_adjusted)}</td>
    </>
  );
}
