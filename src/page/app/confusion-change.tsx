import { whole } from "../../core/figures.ts";
import type { PageComparison, PageData } from "../page-data.ts";
import { Reach, type Show } from "./reach.tsx";
import { Scroll } from "./scroll.tsx";
import { shorten } from "./shorten.ts";

interface Props {
  data: PageData;
  comparison: PageComparison;
  confusion: NonNullable<PageComparison["confusion"]>;
  show: Show;
}

/** What changed between two runs in which label is taken for which, over the samples of both. */
export function ConfusionChange({ data, comparison, confusion, show }: Props) {
  const { labels, baseline, candidate } = confusion;
  const change = (i: number, j: number) => (candidate[i]?.[j] ?? 0) - (baseline[i]?.[j] ?? 0);
  const said = [...labels, "no label"].map((label, j) => ({ label, j }));
  const shown = said.filter(
    ({ j }) => j < labels.length || labels.some((_, i) => (baseline[i]?.[j] ?? 0) + (candidate[i]?.[j] ?? 0) > 0),
  );
  const most = Math.max(1, ...labels.flatMap((_, i) => shown.map(({ j }) => Math.abs(change(i, j)))));
  const column = data.runs[comparison.runs.candidate]?.column ?? null;
  return (
    <Scroll>
      <table class="confusion change">
        <caption>
          Rows: the right label. Columns: what the reply was taken to say. Large: by how many samples more or fewer; small: before
          and after.
        </caption>
        <thead>
          <tr>
            <td />
            {shown.map(({ label, j }) => (
              <th key={j} scope="col" class="number">
                {shorten(label, 30)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, i) => (
            <tr key={label}>
              <th scope="row">{shorten(label, 30)}</th>
              {shown.map(({ label: other, j }) => {
                const [before, after, by] = [baseline[i]?.[j] ?? 0, candidate[i]?.[j] ?? 0, change(i, j)];
                if (by === 0) {
                  return (
                    <td key={j} class="number zero" aria-label={`${whole(after)}, unchanged`}>
                      {after > 0 && <span class="quiet">{whole(after)}</span>}
                    </td>
                  );
                }
                // More of what is right is better, more of anything else worse.
                const tone = by > 0 === (i === j) ? "better" : "wrong";
                const filter = j < labels.length ? { label: other } : { flag: "invalid_label" as const };
                return (
                  <td
                    key={j}
                    class={`number ${tone}`}
                    ref={(cell) => cell?.style.setProperty("--share", String(Math.abs(by) / most))}
                  >
                    <Reach
                      show={after === 0 ? undefined : show}
                      class="link"
                      to={{ eval: comparison.on, column, ideal: label, ...filter }}
                      label={`${by > 0 ? "plus" : "minus"} ${whole(Math.abs(by))}, ${whole(before)} before and ${whole(after)} after: show them`}
                    >
                      <b>{`${by > 0 ? "+" : "−"}${whole(Math.abs(by))}`}</b>
                      <small>{`${whole(before)} → ${whole(after)}`}</small>
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
