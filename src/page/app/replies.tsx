import { useMemo, useState } from "preact/hooks";
import type { PageCell, PageData, PageRow } from "../page-data.ts";
import type { Marking } from "./marking.ts";
import { ReplyView } from "./reply-view.tsx";
import { wordDiff } from "./word-diff.ts";

const names: { readonly [marking in Marking]: string } = { words: "changed words", tokens: "probabilities", none: "nothing" };

/** The replies to one question side by side, the baseline's first, with what differs or what the model was unsure of marked. */
export function Replies({ data, row }: { data: PageData; row: PageRow }) {
  const cells = inOrder(data, row);
  const [first, second] = cells;
  const [before, after] = [first?.text, second?.text];
  const diff = useMemo(
    () => (cells.length === 2 && before !== undefined && after !== undefined ? wordDiff(before, after) : undefined),
    [cells.length, before, after],
  );
  const possible: readonly Marking[] = [
    ...(diff ? (["words"] as const) : []),
    ...(cells.some(({ logprobs }) => logprobs !== undefined && logprobs.length > 0) ? (["tokens"] as const) : []),
    "none",
  ];
  const [wanted, setWanted] = useState<Marking>("words");
  const marking = possible.includes(wanted) ? wanted : wanted === "none" ? "none" : (possible[0] ?? "none");
  return (
    <>
      {possible.length > 1 && (
        <fieldset class="marking">
          <legend>Mark</legend>
          {possible.map((one) => (
            <button key={one} type="button" aria-pressed={one === marking} onClick={() => setWanted(one)}>
              {names[one]}
            </button>
          ))}
          {marking === "tokens" && (
            <span class="doubts" role="img" aria-label="the darker the ground, the less sure the model was">
              sure
              {[0, 0.33, 0.66, 1].map((doubt) => (
                <span key={doubt} class="token" ref={(element) => element?.style.setProperty("--doubt", String(doubt))} />
              ))}
              unsure
            </span>
          )}
        </fieldset>
      )}
      <div class="sheet-replies">
        {cells.map((cell, index) => (
          <ReplyView
            key={cell.run}
            name={data.columns[data.runs[cell.run]?.column ?? -1] ?? ""}
            cell={cell}
            marking={marking}
            marks={index === 0 ? diff?.before : index === 1 ? diff?.after : undefined}
            side={index === 0 ? "before" : "after"}
          />
        ))}
      </div>
    </>
  );
}

/** The baseline of the row's comparison first, whatever the order of the runs is. */
function inOrder(data: PageData, { cells, pairs }: PageRow): readonly PageCell[] {
  const baseline = data.comparisons[pairs?.[0]?.of ?? -1]?.runs.baseline;
  return [...cells].sort((a, b) => Number(b.run === baseline) - Number(a.run === baseline));
}
