import { whole } from "../../core/figures.ts";
import type { Change, PageComparison, PageData } from "../page-data.ts";
import { flipsByStability } from "./lookup.ts";
import { Name } from "./name.tsx";
import { Reach, type Show } from "./reach.tsx";
import { TopFlips } from "./top-flips.tsx";
import { Untrusted } from "./untrusted.tsx";

/** The same samples on both sides: right or wrong, before and after. Each number leads to its samples. */
export function FlipMatrices({ data, show }: { data: PageData; show: Show }) {
  const shown = data.comparisons.filter(
    ({ table }) => table.both + table.only_baseline + table.only_candidate + table.neither > 0,
  );
  if (shown.length === 0) return null;
  const only = shown.length === 1 ? shown[0] : undefined;
  return (
    <section aria-labelledby="flips">
      <h2 id="flips">Sample by sample</h2>
      <div class="matrices">
        {shown.map((comparison, index) => (
          <Matrix key={index} data={data} comparison={comparison} show={show} />
        ))}
        {only !== undefined && <TopFlips data={data} comparison={only} show={show} />}
      </div>
    </section>
  );
}

const said: { readonly [change in Change]: string } = {
  both: "stayed right",
  only_baseline: "got worse",
  only_candidate: "got better",
  neither: "stayed wrong",
};

function Matrix({ data, comparison, show }: { data: PageData; comparison: PageComparison; show: Show }) {
  const { table, baseline, candidate, on, runs } = comparison;
  const total = table.both + table.only_baseline + table.only_candidate + table.neither;
  const filter = (kind: Change, stable: boolean | null = null) => ({ eval: on, change: { ...runs, kind, stable } });
  const cell = (kind: Change) => (
    <td
      class={`cell ${kind}`}
      ref={(element) => element?.style.setProperty("--share", String(total === 0 ? 0 : table[kind] / total))}
    >
      <Reach
        show={table[kind] === 0 ? undefined : show}
        to={filter(kind)}
        label={`${whole(table[kind])} ${said[kind]}: show them`}
      >
        <b>{whole(table[kind])}</b>
        <span>{said[kind]}</span>
      </Reach>
    </td>
  );
  const stability = flipsByStability(data, comparison);
  return (
    <figure class="matrix">
      <figcaption>
        <Name text={data.evals[on]?.name ?? ""} />
      </figcaption>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="colgroup" colSpan={2}>
              <Untrusted text={candidate.name} />
            </th>
          </tr>
          <tr>
            <td />
            <th scope="col">right</th>
            <th scope="col">wrong</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              <Name text={baseline.name} /> right
            </th>
            {cell("both")}
            {cell("only_baseline")}
          </tr>
          <tr>
            <th scope="row">
              <Name text={baseline.name} /> wrong
            </th>
            {cell("only_candidate")}
            {cell("neither")}
          </tr>
        </tbody>
      </table>
      {table.undecided > 0 && <p class="quiet">{whole(table.undecided)} pairs without a clear verdict on a side.</p>}
      {stability !== undefined && (
        <p class="quiet">
          Of those that got worse,{" "}
          <Reach show={show} to={filter("only_baseline", true)} class="link">
            {whole(stability.stable)} in every attempt
          </Reach>
          {" and "}
          <Reach show={show} to={filter("only_baseline", false)} class="link">
            {whole(stability.flaky)} in most
          </Reach>
          .
        </p>
      )}
    </figure>
  );
}
