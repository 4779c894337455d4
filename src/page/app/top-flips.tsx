import type { Change, Outcome, PageComparison, PageData, PageRow } from "../page-data.ts";
import { questionText } from "./filter.ts";
import { Name } from "./name.tsx";
import { Reach, type Show } from "./reach.tsx";
import { shorten } from "./shorten.ts";
import { Untrusted } from "./untrusted.tsx";

const most = 6;

/** The regressions that another try would show again most likely: what to look at first. Improvements where nothing got worse. */
export function TopFlips({ data, comparison, show }: { data: PageData; comparison: PageComparison; show: Show }) {
  const of = data.comparisons.indexOf(comparison);
  const changed = (change: Change) =>
    samplesOf(data.rows.filter(({ pairs }) => pairs?.some((pair) => pair.of === of && pair.change === change)));
  const regressions = changed("only_baseline");
  const samples = regressions.length > 0 ? regressions : changed("only_candidate");
  if (samples.length === 0) return null;
  const [was, is] = samples === regressions ? (["passed", "failed"] as const) : (["failed", "passed"] as const);
  const sure = samples.some(([row]) => row.pairs?.some(({ confidence }) => confidence !== undefined));
  return (
    <div class="top-flips">
      <h3>
        {sure ? "Surest" : "First"} {samples === regressions ? "regressions" : "improvements"}
      </h3>
      <ol>
        {samples.slice(0, most).map(([row, ...others]) => (
          <li key={`${row.eval}/${row.id}`}>
            <Reach show={show} to={{ eval: row.eval, query: row.id }} class="link">
              <Name text={shorten(row.id, 40)} />
            </Reach>
            <span class="excerpt">
              <Untrusted text={questionText(row).slice(0, 160)} />
            </span>
            <span class="was">
              <del>
                <Untrusted text={said([row, ...others], comparison.runs.baseline, was)} />
              </del>{" "}
              →{" "}
              <b>
                <Untrusted text={said([row, ...others], comparison.runs.candidate, is)} />
              </b>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Rows of one sample together, one for each attempt, in the order of the first. */
function samplesOf(rows: readonly PageRow[]): (readonly [PageRow, ...PageRow[]])[] {
  const found = new Map<string, [PageRow, ...PageRow[]]>();
  for (const row of rows) {
    const known = found.get(`${row.eval}/${row.id}`);
    if (known === undefined) found.set(`${row.eval}/${row.id}`, [row]);
    else known.push(row);
  }
  return [...found.values()];
}

/** What a run said in an attempt that came out so, else in any. */
function said(rows: readonly PageRow[], run: number, wanted: Outcome): string {
  const cells = rows.flatMap((row) => row.cells.filter((one) => one.run === run));
  const cell = cells.find(({ outcome }) => outcome === wanted) ?? cells[0];
  const text = (cell?.label ?? cell?.text ?? cell?.outcome ?? "").trim();
  return text === "" ? "(empty)" : text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
