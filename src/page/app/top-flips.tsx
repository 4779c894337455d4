import type { Change, PageComparison, PageData, PageRow } from "../page-data.ts";
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
    data.rows.filter(({ attempt, pairs }) => attempt === 0 && pairs?.some((pair) => pair.of === of && pair.change === change));
  const regressions = changed("only_baseline");
  const rows = regressions.length > 0 ? regressions : changed("only_candidate");
  if (rows.length === 0) return null;
  const sure = rows.some(({ pairs }) => pairs?.some(({ confidence }) => confidence !== undefined));
  return (
    <div class="top-flips">
      <h3>
        {sure ? "Surest" : "First"} {rows === regressions ? "regressions" : "improvements"}
      </h3>
      <ol>
        {rows.slice(0, most).map((row) => (
          <li key={row.id}>
            <Reach show={show} to={{ eval: row.eval, query: row.id }} class="link">
              <Name text={shorten(row.id, 40)} />
            </Reach>
            <span class="excerpt">
              <Untrusted text={questionText(row).slice(0, 160)} />
            </span>
            <span class="was">
              <del>
                <Untrusted text={said(row, comparison.runs.baseline)} />
              </del>{" "}
              →{" "}
              <b>
                <Untrusted text={said(row, comparison.runs.candidate)} />
              </b>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function said(row: PageRow, run: number): string {
  const cell = row.cells.find((one) => one.run === run);
  const text = (cell?.label ?? cell?.text ?? cell?.outcome ?? "").trim();
  return text === "" ? "(empty)" : text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
