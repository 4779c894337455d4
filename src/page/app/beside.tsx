import { whole } from "../../core/figures.ts";
import { countNames } from "../count-names.ts";
import type { PageData, PageRun } from "../page-data.ts";
import type { Filter } from "./filter.ts";
import { columnOf, evalOf } from "./lookup.ts";
import { Reach, type Show } from "./reach.tsx";
import { Untrusted } from "./untrusted.tsx";

/** What is counted beside the score: a reply that never came, or was no answer, hides in no average. */
export function Beside({ data, show }: { data: PageData; show: Show }) {
  const found = data.runs.filter((run) => countNames.some(([key]) => run.counts[key] > 0));
  return (
    <section aria-labelledby="beside">
      <h2 id="beside">Beside the score</h2>
      {found.length === 0 && <p class="quiet">No errors; nothing was filtered, cut off, empty, refused or an invalid label.</p>}
      {found.map((run) => (
        <p key={run.id} class="beside">
          {data.runs.length > 1 && (
            <span class="beside-name">
              <Untrusted
                text={data.evals.length === 1 ? columnOf(data, run) : `${columnOf(data, run)} on ${evalOf(data, run)}`}
              />
            </span>
          )}
          {countNames.map(([key, single, plural]) =>
            run.counts[key] === 0 ? null : (
              <Reach key={key} show={show} class="count" to={filterOf(run, key)}>
                <b>{whole(run.counts[key])}</b> {run.counts[key] === 1 ? single : plural}
              </Reach>
            ),
          )}
        </p>
      ))}
    </section>
  );
}

function filterOf(run: PageRun, key: (typeof countNames)[number][0]): Partial<Filter> {
  const place = { eval: run.eval, column: run.column };
  if (key === "errors") return { ...place, outcome: "error" };
  if (key === "unscored") return { ...place, outcome: "unscored" };
  return { ...place, flag: key };
}
