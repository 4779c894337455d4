import { useState } from "preact/hooks";
import { figure, range, scaleOf, whole } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import type { PageData } from "../page-data.ts";
import { chartOf } from "./chart-rows.ts";
import { FigureTable } from "./figure-table.tsx";
import { IntervalChart } from "./interval-chart.tsx";
import { metricNames, metricOf } from "./lookup.ts";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";

/** The figures with their intervals: a picture, and the same as a table. */
export function Results({ data }: { data: PageData }) {
  const names = metricNames(data);
  const [name, setName] = useState(names[0] ?? "accuracy");
  const only = data.runs.length === 1 ? data.runs[0] : undefined;
  const shown = data.runs.map((run) => metricOf(run, name)).filter((metric) => metric !== undefined);
  const scale = scaleOf(shown);
  const chart = chartOf(data, name, scale);
  return (
    <section aria-labelledby="results">
      <div class="section-head">
        <h2 id="results">Results</h2>
        {!only && names.length > 1 && (
          <label class="picker">
            Metric{" "}
            <select value={name} onChange={(event) => setName(event.currentTarget.value)}>
              {names.map((one) => (
                <option key={one} value={one}>
                  {shorten(one, 60)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <div class={data.evals.length === 1 ? "beside-chart" : undefined}>
        {only ? (
          <MetricTable metrics={names.flatMap((one) => metricOf(only, one) ?? [])} />
        ) : (
          <FigureTable data={data} name={name} scale={scale} />
        )}
        {chart.points.length > 0 && <IntervalChart chart={chart} describedBy="figures" />}
      </div>
    </section>
  );
}

/** One run: all its metrics. */
function MetricTable({ metrics }: { metrics: readonly Metric[] }) {
  return (
    <Scroll>
      <table id="figures">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" class="number">
              Value
            </th>
            <th scope="col" class="number">
              95 % interval
            </th>
            <th scope="col" class="number">
              n
            </th>
            <th scope="col">Method</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric) => {
            const scale = scaleOf([metric]);
            return (
              <tr key={metric.name}>
                <th scope="row">
                  <Untrusted text={metric.name} />
                </th>
                <td class="number">{metric.value === null ? "–" : figure(metric.value, scale)}</td>
                <td class="number">{metric.interval ? range(metric.interval, scale) : "–"}</td>
                <td class="number">{whole(metric.n)}</td>
                <td class="quiet">{metric.reason ? <Untrusted text={metric.reason} /> : (metric.interval?.method ?? "")}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
