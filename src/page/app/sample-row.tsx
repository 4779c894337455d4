import { useLayoutEffect, useRef } from "preact/hooks";
import type { PageCell, PageData, PageRow } from "../page-data.ts";
import { questionText } from "./filter.ts";
import { FlipMark } from "./flip-mark.tsx";
import { LeakMark } from "./leak-mark.tsx";
import { Name } from "./name.tsx";
import { flagNames, OutcomeMark } from "./outcome.tsx";
import { Untrusted } from "./untrusted.tsx";

interface Props {
  data: PageData;
  row: PageRow;
  place: readonly [index: number, of: number];
  /** Pixels from the list's top; undefined in print, where rows flow. */
  top: number | undefined;
  active: boolean;
  measure: (element: HTMLElement | null) => void;
  open: (index: number) => void;
}

/** More than this is never seen in a row. */
const excerptLength = 400;

export function SampleRow({ data, row, place: [index, of], top, active, measure, open }: Props) {
  const element = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    element.current?.style.setProperty("transform", top === undefined ? "none" : `translateY(${top}px)`);
    measure(element.current);
  });
  const evalName = data.evals[row.eval]?.name ?? "";
  return (
    <li ref={element} class="sample" data-index={index} aria-posinset={index + 1} aria-setsize={of}>
      <span class="sample-id">
        {data.evals.length > 1 && !row.id.startsWith(baseOf(evalName)) && (
          <small>
            <Name text={evalName} />
          </small>
        )}
        {/* Reaches over the whole row. */}
        <button type="button" class="open" tabIndex={active ? 0 : -1} onClick={() => open(index)}>
          <Name text={row.id} />
        </button>
        {row.attempt > 0 && <small>attempt {row.attempt}</small>}
        <FlipMark row={row} />
        <LeakMark row={row} />
      </span>
      <span class="excerpt question">
        <Excerpt text={questionText(row)} />
      </span>
      <span class="excerpt ideal">
        <Excerpt text={row.ideal?.join(" | ") ?? ""} />
      </span>
      {data.columns.length > 3 ? (
        <span class="replies">
          {row.cells.map((cell) => (
            <Reply key={cell.run} cell={cell} column={data.columns[data.runs[cell.run]?.column ?? -1] ?? ""} />
          ))}
        </span>
      ) : (
        data.columns.map((column, position) => (
          <Reply
            key={column}
            cell={row.cells.find((one) => data.runs[one.run]?.column === position)}
            column={data.columns.length > 1 ? column : ""}
          />
        ))
      )}
    </li>
  );
}

function Reply({ cell, column }: { cell: PageCell | undefined; column: string }) {
  const name = column !== "" && (
    <small class="reply-name">
      <Untrusted text={column} />
    </small>
  );
  if (cell === undefined) {
    return (
      <span class="reply">
        {name}
        <span class="quiet">not asked</span>
      </span>
    );
  }
  const value = cell.outcome === "scored" ? cell.scores?.[0]?.value : undefined;
  const text = shortReply(cell);
  return (
    <span class="reply">
      {name}
      <OutcomeMark outcome={cell.outcome} />
      <span class="reply-body">
        <span class="excerpt">
          {value != null && <b>{Number(value.toFixed(3))} </b>}
          {text === "" && !cell.flags?.includes("empty") ? (
            <span class="quiet">{cell.text === undefined ? "not kept" : "(empty)"}</span>
          ) : (
            <Excerpt text={text} />
          )}
        </span>
        {cell.flags?.map((flag) => (
          <span key={flag} class="flag">
            {flagNames[flag]}
          </span>
        ))}
      </span>
    </span>
  );
}

function shortReply({ error, text, refusal, tool_calls, label }: PageCell): string {
  if (error) return `${error.code}: ${error.message}`;
  return text || refusal || tool_calls?.map((call) => call.name).join(", ") || label || "";
}

/** An eval's name without its version: what ids that count lines begin with. */
function baseOf(name: string): string {
  return name.replace(/[^.]*$/, "");
}

function Excerpt({ text }: { text: string }) {
  return <Untrusted text={text.slice(0, excerptLength).trim()} />;
}
