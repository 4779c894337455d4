import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { whole } from "../../core/figures.ts";
import type { PageData } from "../page-data.ts";
import { everything, type Filter, filterRows } from "./filter.ts";
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
  const search = useRef<HTMLInputElement>(null);
  // Another filter is another list.
  useEffect(() => setActive(0), [filter]);

  const current = Math.min(active, rows.length - 1);
  const row = rows[current];
  // Keys may come faster than renderings: each goes on from the one before.
  const move = (by: number) => setActive((now) => Math.max(0, Math.min(rows.length - 1, Math.min(now, rows.length - 1) + by)));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
      else if (event.key === "/" && !open) search.current?.focus();
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
        <p class="quiet" role="status">
          {rows.length === data.rows.length ? whole(rows.length) : `${whole(rows.length)} of ${whole(data.rows.length)}`} shown
        </p>
      </div>
      {data.total_rows > data.rows.length && (
        <p class="note">
          This file holds {whole(data.rows.length)} of {whole(data.total_rows)} samples: those that got worse or failed first,
          until the file was large enough. The numbers above stand on all of them. The run files have the rest.
        </p>
      )}
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
          open={(index) => {
            setActive(index);
            setOpen(true);
          }}
        />
      )}
      {open && row !== undefined && (
        <SampleSheet data={data} row={row} place={[current + 1, rows.length]} move={move} close={() => setOpen(false)} />
      )}
    </section>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}
