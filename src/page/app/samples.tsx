import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { whole } from "../../core/figures.ts";
import type { LeftOut, PageData } from "../page-data.ts";
import { everything, type Filter, filterRows } from "./filter.ts";
import { Keys } from "./keys.tsx";
import { nextRegression } from "./next-regression.ts";
import { SampleFilters } from "./sample-filters.tsx";
import { SampleList } from "./sample-list.tsx";
import { SampleSheet } from "./sample-sheet.tsx";

interface Props {
  data: PageData;
  filter: Filter;
  setFilter: (filter: Filter) => void;
}

/** The samples one by one: filters, list, and the one that is open. */
export function Samples({ data, filter, setFilter }: Props) {
  const rows = useMemo(() => filterRows(data, filter), [data, filter]);
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(false);
  const [keys, setKeys] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const [visits, setVisits] = useState(0);
  // The first sample is the place of the keys before they were used; it may be the first regression.
  const fresh = useRef(true);
  // Another filter is another list.
  useEffect(() => {
    setActive(0);
    fresh.current = true;
  }, [filter]);

  const current = Math.min(active, rows.length - 1);
  const row = rows[current];
  const go = (to: (now: number) => number) => {
    // Keys may come faster than renderings: each goes on from the one before.
    setActive((now) => Math.max(0, Math.min(rows.length - 1, to(Math.min(now, rows.length - 1)))));
    setVisits((n) => n + 1);
    fresh.current = false;
  };
  const move = (by: number) => go((now) => now + by);
  const jump = (by: 1 | -1) => {
    const outside = fresh.current && by === 1;
    go((now) => nextRegression(data, rows, outside ? -1 : now, by) ?? now);
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key } = event;
      if (key === "?") setKeys(true);
      else if (keys) return;
      else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
      else if (key === "n" || key === "p") jump(key === "n" ? 1 : -1);
      else if (key === "/" && !open) search.current?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });

  return (
    <section id="samples" aria-labelledby="samples-title">
      <div class="section-head">
        <h2 id="samples-title">Samples</h2>
        <p class="quiet">
          <span role="status">
            {rows.length === data.rows.length ? whole(rows.length) : `${whole(rows.length)} of ${whole(data.rows.length)}`} shown
          </span>{" "}
          <button type="button" class="link" onClick={() => setKeys(true)} aria-keyshortcuts="?">
            Keys
          </button>
        </p>
      </div>
      {data.left_out && <LeftOutNote data={data} left={data.left_out} />}
      <SampleFilters data={data} filter={filter} setFilter={setFilter} search={search} />
      {rows.length === 0 ? (
        <p class="nothing">
          No sample fits.{" "}
          <button type="button" class="link" onClick={() => setFilter(everything)}>
            Show all
          </button>
        </p>
      ) : (
        <SampleList
          data={data}
          rows={rows}
          active={current}
          visits={visits}
          open={(index) => {
            setActive(index);
            fresh.current = false;
            setOpen(true);
          }}
        />
      )}
      {open && row !== undefined && (
        <SampleSheet
          data={data}
          row={row}
          place={[current + 1, rows.length]}
          move={move}
          jump={nextRegression(data, rows, current, 1) === undefined ? undefined : jump}
          close={() => setOpen(false)}
        />
      )}
      {keys && <Keys close={() => setKeys(false)} />}
    </section>
  );
}

/** What the file does not hold, so that nobody takes the list for all there is. */
function LeftOutNote({ data, left: { flips, failures, others } }: { data: PageData; left: LeftOut }) {
  const parts = [
    flips > 0 && `${whole(flips)} whose verdict changed`,
    failures > 0 && `${whole(failures)} other failures and errors`,
    others > 0 && `${whole(others)} that are neither`,
  ].filter((part) => part !== false);
  return (
    <p class="note">
      This file holds {whole(data.rows.length)} of {whole(data.total_rows)} samples, as many as fit into 16 MB. Left out:{" "}
      {parts.join(", ")}. The numbers above stand on all of them; the run files have the rest.
    </p>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
