import { useEffect, useState } from "preact/hooks";
import { moment } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import { visible } from "../visible.ts";
import { Beside } from "./beside.tsx";
import { Board } from "./board.tsx";
import { Changes } from "./changes.tsx";
import { ConfusionTables } from "./confusion.tsx";
import { Differences } from "./differences.tsx";
import { everything, type Filter } from "./filter.ts";
import { FlipMatrices } from "./flip-matrices.tsx";
import { Forests } from "./forest.tsx";
import { Fronts } from "./front.tsx";
import { Judges } from "./judges.tsx";
import { Leaks } from "./leaks.tsx";
import { Masthead, titleOf } from "./masthead.tsx";
import { Provenance } from "./provenance.tsx";
import type { Show } from "./reach.tsx";
import { Reliability } from "./reliability.tsx";
import { Results } from "./results.tsx";
import { Samples } from "./samples.tsx";
import { Sizes } from "./sizes.tsx";
import { Slices } from "./slices.tsx";
import { Spending } from "./spending.tsx";
import { Trends } from "./trends.tsx";
import { Untrusted } from "./untrusted.tsx";
import { Verdicts } from "./verdicts.tsx";
import { WinMatrix } from "./win-matrix.tsx";

/** The sections of every report; each is there when its data is: of one run, a comparison, or many. */
export function Page({ data }: { data: PageData }) {
  const [filter, setFilter] = useState<Filter>(everything);
  useEffect(() => {
    document.title = visible(titleOf(data));
  }, [data]);
  /** Every number on the page that counts samples leads to them. */
  const show: Show = data.no_samples
    ? undefined
    : (part) => {
        setFilter({ ...everything, ...part });
        document.getElementById("samples")?.scrollIntoView();
      };
  return (
    <>
      {!data.no_samples && (
        <a class="skip" href="#samples">
          Skip to the samples
        </a>
      )}
      <main>
        <Masthead data={data} />
        <Verdicts data={data} />
        <Forests data={data} show={show} />
        <FlipMatrices data={data} show={show} />
        {data.leaderboard === undefined ? (
          <>
            <Results data={data} />
            <Changes data={data} show={show} />
          </>
        ) : (
          <>
            <Board board={data.leaderboard} />
            <WinMatrix board={data.leaderboard} />
            <Fronts board={data.leaderboard} />
            <Trends board={data.leaderboard} />
            <Sizes board={data.leaderboard} />
          </>
        )}
        <Beside data={data} show={show} />
        <Slices data={data} show={show} />
        <Leaks data={data} show={show} />
        <ConfusionTables data={data} show={show} />
        <Reliability data={data} />
        <Judges data={data} />
        <Spending data={data} />
        <Differences data={data} />
        <Provenance data={data} />
        {!data.no_samples && <Samples data={data} filter={filter} setFilter={setFilter} />}
      </main>
      <footer>
        <p>
          Made by <Untrusted text={data.tool} /> on {moment(data.made)}. Everything is in this file; it asks nobody for anything.
        </p>
        {data.no_samples && <p>The samples were left out on purpose: the numbers stand on them all the same.</p>}
        {data.redacted && <p>E-mail addresses, phone numbers and keys were replaced by placeholders.</p>}
      </footer>
    </>
  );
}
