import { useState } from "preact/hooks";
import { whole } from "../../core/figures.ts";
import type { Confusion, PageData, PageRun } from "../page-data.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";

/** Which label was taken for which, one run at a time. */
export function ConfusionTables({ data, show }: { data: PageData; show: Show }) {
  const runs = data.runs.filter((run) => run.confusion !== undefined);
  // The newest model's mistakes are what a reader looks for.
  const [id, setId] = useState(runs.at(-1)?.id);
  const run = runs.find((one) => one.id === id);
  if (run?.confusion === undefined) return null;
  return (
    <section aria-labelledby="confusion">
      <div class="section-head">
        <h2 id="confusion">Confused labels</h2>
        {runs.length > 1 && (
          <label class="picker">
            Run{" "}
            <select value={id} onChange={(event) => setId(event.currentTarget.value)}>
              {runs.map((one) => (
                <option key={one.id} value={one.id}>
                  {shorten(data.evals.length === 1 ? columnOf(data, one) : `${columnOf(data, one)} on ${evalOf(data, one)}`, 80)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <ConfusionTable run={run} confusion={run.confusion} show={show} />
    </section>
  );
}

function ConfusionTable({ run, confusion, show }: { run: PageRun; confusion: Confusion; show: Show }) {
  const { right, said, n } = confusion;
  const most = Math.max(1, ...n.flatMap((row, i) => row.filter((_, j) => right[i] !== said[j])));
  return (
    <Scroll>
      <table class="confusion">
        <caption>Rows: the right label. Columns: what the reply was taken to say.</caption>
        <thead>
          <tr>
            <td />
            {said.map((label) => (
              <th key={label} scope="col" class="number">
                {shorten(label, 30)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {right.map((label, i) => (
            <tr key={label}>
              <th scope="row">{shorten(label, 30)}</th>
              {said.map((other, j) => {
                const count = n[i]?.[j] ?? 0;
                if (count === 0) return <td key={other} class="number zero" aria-label="0" />;
                if (label === other)
                  return (
                    <td key={other} class="number right">
                      {whole(count)}
                    </td>
                  );
                // The last column stands for all replies that are no label.
                const filter = j < right.length ? { label: other } : { flag: "invalid_label" as const };
                return (
                  <td key={other} class="number wrong" ref={(cell) => cell?.style.setProperty("--share", String(count / most))}>
                    <Reach show={show} class="link" to={{ eval: run.eval, column: run.column, ideal: label, ...filter }}>
                      {whole(count)}
                    </Reach>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
