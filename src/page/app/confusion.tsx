import { useState } from "preact/hooks";
import { whole } from "../../core/figures.ts";
import type { Confusion, PageComparison, PageData, PageRun } from "../page-data.ts";
import { ConfusionChange } from "./confusion-change.tsx";
import { columnOf, evalOf } from "./lookup.ts";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";

/** Which label was taken for which, one run or one comparison at a time. */
export function ConfusionTables({ data, show }: { data: PageData; show: Show }) {
  const choices = choicesOf(data);
  // What changed is what a reader of a comparison looks for; else the newest model's mistakes.
  const [at, setAt] = useState(
    Math.max(
      0,
      choices.findIndex(({ comparison }) => comparison !== undefined),
    ),
  );
  const chosen = choices[at];
  if (chosen === undefined) return null;
  const { run, comparison } = chosen;
  return (
    <section aria-labelledby="confusion">
      <div class="section-head">
        <h2 id="confusion">Confused labels</h2>
        {choices.length > 1 && (
          <label class="picker">
            Show{" "}
            <select value={String(at)} onChange={(event) => setAt(Number(event.currentTarget.value))}>
              {choices.map(({ name }, index) => (
                <option key={index} value={String(index)}>
                  {shorten(name, 80)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {run?.confusion !== undefined && <ConfusionTable run={run} confusion={run.confusion} show={show} />}
      {comparison?.confusion !== undefined && (
        <ConfusionChange data={data} comparison={comparison} confusion={comparison.confusion} show={show} />
      )}
    </section>
  );
}

interface Choice {
  readonly name: string;
  readonly run?: PageRun;
  readonly comparison?: PageComparison;
}

/** Runs, the newest first, and the comparisons of those that have the same labels. */
function choicesOf(data: PageData): Choice[] {
  const on = (name: string, evalName: string) => (data.evals.length === 1 ? name : `${name} on ${evalName}`);
  const runs = data.runs.flatMap((run): Choice[] =>
    run.confusion === undefined ? [] : [{ name: on(columnOf(data, run), evalOf(data, run)), run }],
  );
  const comparisons = data.comparisons.flatMap((comparison): Choice[] => {
    if (comparison.confusion === undefined) return [];
    const { baseline, candidate } = comparison;
    return [{ name: on(`change from ${baseline.name} to ${candidate.name}`, data.evals[comparison.on]?.name ?? ""), comparison }];
  });
  return [...comparisons, ...runs.toReversed()];
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
