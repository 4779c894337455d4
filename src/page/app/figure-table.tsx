import { figure, naturalCount, range, type Scale, whole } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import type { PageData, PageRun } from "../page-data.ts";
import { modelsGoDown } from "./layout.ts";
import { metricOf, runAt } from "./lookup.ts";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { SeriesMark } from "./series.tsx";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";

/** Several runs, one metric: evals against models. */
export function FigureTable({ data, name, scale }: { data: PageData; name: string; scale: Scale }) {
  const down = modelsGoDown(data);
  // A single eval is the page's title; what its column shows is the metric.
  const evals = data.evals.map((one) => ({
    name: data.evals.length > 1 ? one.name : name,
    description: data.evals.length > 1 ? one.description : undefined,
  }));
  const models = data.columns.map((column) => ({ name: column, description: undefined }));
  const [rows, across] = down ? [models, evals] : [evals, models];
  return (
    <Scroll>
      <table id="figures" class={down ? "figures down" : "figures"}>
        <thead>
          <tr>
            <th scope="col">{down ? "Model" : "Eval"}</th>
            {across.map(({ name: column, description }, index) => (
              <th key={column} scope="col">
                <SeriesMark index={index} count={across.length} />
                <Name text={column} />
                {description !== undefined && <small>{shorten(description, 200)}</small>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name: row, description }, rowIndex) => (
            <tr key={row}>
              <th scope="row">
                <Name text={row} />
                {description !== undefined && <small>{shorten(description, 200)}</small>}
              </th>
              {across.map(({ name: column }, index) => (
                <td key={column}>
                  <FigureCell
                    run={down ? runAt(data, index, rowIndex) : runAt(data, rowIndex, index)}
                    name={name}
                    scale={scale}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function FigureCell({ run, name, scale }: { run: PageRun | undefined; name: string; scale: Scale }) {
  if (run === undefined) return <span class="quiet">not run</span>;
  const metric = metricOf(run, name);
  const status = run.status === "complete" ? null : <small class="warn">{run.status}</small>;
  if (metric === undefined || metric.value === null) {
    return (
      <>
        <span class="quiet">not available</span>
        {metric?.reason !== undefined && (
          <small>
            <Untrusted text={metric.reason} />
          </small>
        )}
        {status}
      </>
    );
  }
  return (
    <>
      <span class="figure">{figure(metric.value, scale)}</span>
      {metric.interval && <span class="interval">{range(metric.interval, scale)}</span>}
      <small>{standsOn(metric)}</small>
      {status}
    </>
  );
}

function standsOn(metric: Metric): string {
  const count = metric.name === "accuracy" ? naturalCount(metric) : undefined;
  return count ? `${whole(count.right)} of ${whole(count.of)}` : `n ${whole(metric.n)}`;
}
