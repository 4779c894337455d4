import { whole } from "../../core/figures.ts";
import type { PageComparison, PageData } from "../page-data.ts";
import { Name } from "./name.tsx";
import { Scroll } from "./scroll.tsx";
import { Untrusted } from "./untrusted.tsx";

/** What of the compared runs is not the same, apart from the replies, and which of their samples met. */
export function Differences({ data }: { data: PageData }) {
  if (data.comparisons.length === 0) return null;
  return (
    <section aria-labelledby="differences">
      <h2 id="differences">What differs between the runs</h2>
      <Scroll>
        <table class="plain differences">
          <thead>
            <tr>
              {data.comparisons.length > 1 && <th scope="col">Compared</th>}
              <th scope="col">What</th>
              <th scope="col">How</th>
              <th scope="col" class="number">
                samples
              </th>
            </tr>
          </thead>
          {data.comparisons.map((comparison, index) => (
            <Rows key={index} data={data} comparison={comparison} />
          ))}
        </table>
      </Scroll>
    </section>
  );
}

function Rows({ data, comparison }: { data: PageData; comparison: PageComparison }) {
  const { differs, pairing, candidate, on } = comparison;
  const left: readonly (readonly [string, number])[] = [
    ["only in the baseline", pairing.only_baseline],
    ["only in the candidate", pairing.only_candidate],
    ["scored again from recorded replies", pairing.rescored],
    ["other right answers, not scored again: left out", pairing.not_rescored],
  ];
  const rows = [
    ...differs.map(({ what, detail, samples }) => ({ what: what as string, detail, samples })),
    ...left.flatMap(([detail, samples]) => (samples === 0 ? [] : [{ what: "pairs", detail, samples }])),
  ];
  const several = data.comparisons.length > 1;
  return (
    <tbody>
      {(rows.length === 0 ? [undefined] : rows).map((row, index) => (
        <tr key={index}>
          {several && index === 0 && (
            <th scope="rowgroup" rowSpan={Math.max(1, rows.length)}>
              <Name text={data.evals.length > 1 ? (data.evals[on]?.name ?? "") : candidate.name} />
            </th>
          )}
          {row === undefined ? (
            <td colSpan={3} class="quiet">
              nothing but the replies
            </td>
          ) : (
            <>
              <td>{row.what}</td>
              <td class="detail">
                <Untrusted text={row.detail} />
              </td>
              <td class="number">{row.samples === undefined ? "" : whole(row.samples)}</td>
            </>
          )}
        </tr>
      ))}
    </tbody>
  );
}
