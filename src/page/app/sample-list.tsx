import { useEffect, useRef } from "preact/hooks";
import type { PageData, PageRow } from "../page-data.ts";
import { SampleRow } from "./sample-row.tsx";
import { SeriesMark } from "./series.tsx";
import { Untrusted } from "./untrusted.tsx";
import { useMedia } from "./use-media.ts";
import { useWindowRows } from "./use-window-rows.ts";

interface Props {
  data: PageData;
  rows: readonly PageRow[];
  active: number;
  /** Counts the uses of the keys that move the place. */
  visits: number;
  open: (index: number) => void;
}

const printed = 100;

export function SampleList({ data, rows, active, visits, open }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const virtualizer = useWindowRows(list, rows.length);
  const print = useMedia("print");
  const seen = useRef(visits);
  // The keys move the place; it must be seen and have the focus, but not before they were used.
  useEffect(() => {
    if (seen.current === visits) return;
    seen.current = visits;
    virtualizer.scrollToIndex(active, { align: "auto" });
    const frame = requestAnimationFrame(() => {
      if (document.querySelector("dialog[open]") !== null) return;
      list.current?.querySelector<HTMLElement>(`[data-index="${active}"] button`)?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [active, visits, virtualizer]);

  const { scrollMargin } = virtualizer.options;
  const shown = print ? rows.slice(0, printed).map((_, index) => ({ index, start: 0 })) : virtualizer.getVirtualItems();
  return (
    <div class={data.columns.length <= 3 ? `samples columns-${data.columns.length}` : "samples columns-many"}>
      <Head columns={data.columns} />
      <ol
        ref={(element) => {
          list.current = element;
          element?.style.setProperty("height", print ? "auto" : `${virtualizer.getTotalSize()}px`);
        }}
        class="sample-rows"
        aria-label="Samples"
      >
        {shown.map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <SampleRow
              key={`${row.eval} ${row.id} ${row.attempt} ${index}`}
              data={data}
              row={row}
              place={[index, rows.length]}
              top={print ? undefined : start - scrollMargin}
              active={index === active}
              measure={virtualizer.measureElement}
              open={open}
            />
          );
        })}
      </ol>
      {print && rows.length > printed && <p>The first {printed} are printed.</p>}
    </div>
  );
}

/** For the eye: every row says the same for itself. */
function Head({ columns }: { columns: readonly string[] }) {
  return (
    <div class="sample-head" aria-hidden="true">
      <span>Sample</span>
      <span>Question</span>
      <span>Right</span>
      {columns.length > 3 && <span>Replies</span>}
      {columns.length <= 3 &&
        columns.map((column, index) => (
          <span key={column}>
            <SeriesMark index={index} count={columns.length} />
            {columns.length === 1 ? "Reply" : <Untrusted text={column} />}
          </span>
        ))}
    </div>
  );
}
