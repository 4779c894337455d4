import { useState } from "preact/hooks";
import { figure, range, scaleOf, whole } from "../../core/figures.ts";
import type { Metric } from "../../core/metric.ts";
import type { PageData } from "../page-data.ts";
import { sliceOf } from "./filter.ts";
import { columnOf } from "./lookup.ts";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";

const shownAtFirst = 12;

interface Table {
  readonly eval: number;
  readonly path: string;
  readonly runs: readonly number[];
  readonly rows: readonly { readonly value: string; readonly metrics: readonly (Metric | undefined)[] }[];
}

/** The same metric for parts of the data. */
export function Slices({ data, show }: { data: PageData; show: Show }) {
  const tables = tablesOf(data);
  if (tables.length === 0) return null;
  return (
    <section aria-labelledby="slices">
      <h2 id="slices">Slices</h2>
      <div class="slice-tables">
        {tables.map((table) => (
          <SliceTable key={`${table.eval} ${table.path}`} data={data} table={table} show={show} />
        ))}
      </div>
    </section>
  );
}

function tablesOf(data: PageData): readonly Table[] {
  // Where runs were compared, their slices stand under the change of the whole.
  const compared = new Set(data.comparisons.flatMap(({ on, slices }) => (slices.length > 0 ? [on] : [])));
  return data.evals.flatMap((_, evalIndex) => {
    if (compared.has(evalIndex)) return [];
    const runs = data.runs.flatMap((run, index) => (run.eval === evalIndex ? [index] : []));
    const paths = [...new Set(runs.flatMap((run) => data.runs[run]?.slices.map(({ path }) => path) ?? []))];
    return paths.map((path) => {
      const slices = runs.map((run) => data.runs[run]?.slices.find((one) => one.path === path)?.values ?? []);
      const values = [...new Set(slices.flatMap((one) => one.map(({ value }) => value)))];
      const rows = values.map((value) => ({
        value,
        metrics: slices.map((one) => one.find((slice) => slice.value === value)?.metric),
      }));
      return { eval: evalIndex, path, runs, rows };
    });
  });
}

function SliceTable({ data, table, show }: { data: PageData; table: Table; show: Show }) {
  const [all, setAll] = useState(false);
  const { path, rows, runs } = table;
  const scale = scaleOf(rows.flatMap(({ metrics }) => metrics.filter((metric) => metric !== undefined)));
  const shown = all ? rows : rows.slice(0, shownAtFirst);
  // A value has no samples here when it stands for many, or when the file holds only some samples.
  const reachable = new Set(data.rows.map((row) => (row.eval === table.eval ? sliceOf(row, path) : undefined)));
  return (
    <div class="slices">
      <Scroll>
        <table>
          <caption>
            {data.evals.length > 1 && (
              <>
                <Untrusted text={data.evals[table.eval]?.name ?? ""} />
                {", by "}
              </>
            )}
            {data.evals.length === 1 && "By "}
            <Untrusted text={path} />
          </caption>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col" class="number">
                n
              </th>
              {runs.map((run) => (
                <th key={run} scope="col" class="number">
                  {data.runs.length === 1 ? "Score" : <Untrusted text={nameOf(data, run)} />}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ value, metrics }) => (
              <tr key={value}>
                <th scope="row">
                  <Reach
                    show={reachable.has(value) ? show : undefined}
                    class="link"
                    to={{ eval: table.eval, slice: { path, value } }}
                  >
                    {shorten(value, 80)}
                  </Reach>
                </th>
                <td class="number quiet">{whole(Math.max(0, ...metrics.map((metric) => metric?.n ?? 0)))}</td>
                {metrics.map((metric, index) => (
                  <td key={runs[index]} class="number">
                    {metric === undefined || metric.value === null ? (
                      <span class="quiet">–</span>
                    ) : (
                      <>
                        {figure(metric.value, scale)}
                        {metric.interval && <span class="interval">{range(metric.interval, scale)}</span>}
                      </>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rows.length > shown.length && (
        <button type="button" class="link more" onClick={() => setAll(true)}>
          Show all {whole(rows.length)} values
        </button>
      )}
    </div>
  );
}

function nameOf(data: PageData, run: number): string {
  const one = data.runs[run];
  return one === undefined ? "" : columnOf(data, one);
}
