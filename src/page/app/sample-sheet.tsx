import { useEffect, useRef } from "preact/hooks";
import { whole } from "../../core/figures.ts";
import type { Bag } from "../../core/json.ts";
import type { PageData, PageRow } from "../page-data.ts";
import { FlipMark } from "./flip-mark.tsx";
import { LeakMark } from "./leak-mark.tsx";
import { PromptView } from "./prompt-view.tsx";
import { Replies } from "./replies.tsx";
import { Untrusted } from "./untrusted.tsx";

interface Props {
  data: PageData;
  row: PageRow;
  place: readonly [nth: number, of: number];
  move: (by: number) => void;
  /** To the next regression, or the one before; undefined where there is none. */
  jump: ((by: 1 | -1) => void) | undefined;
  close: () => void;
}

/** One sample, whole. */
export function SampleSheet({ data, row, place: [nth, of], move, jump, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  // Another sample starts at its top.
  useEffect(() => {
    body.current?.scrollTo(0, 0);
  }, [row]);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby="sheet-title" closedby="any" onClose={close}>
      <div class="sheet-head">
        <h2 id="sheet-title">
          <Untrusted text={row.id} />
          {row.attempt > 0 && ` attempt ${row.attempt}`}
          <small>
            <Untrusted text={data.evals[row.eval]?.name ?? ""} />
          </small>
          <FlipMark row={row} />
          <LeakMark row={row} />
        </h2>
        <p class="quiet">
          {whole(nth)} of {whole(of)}
        </p>
        <button type="button" onClick={() => move(-1)} disabled={nth === 1} aria-keyshortcuts="k">
          Previous <kbd>k</kbd>
        </button>
        <button type="button" onClick={() => move(1)} disabled={nth === of} aria-keyshortcuts="j">
          Next <kbd>j</kbd>
        </button>
        {jump !== undefined && (
          <button type="button" class="jump" onClick={() => jump(1)} aria-keyshortcuts="n">
            Next regression <kbd>n</kbd>
          </button>
        )}
        <button type="button" onClick={() => dialog.current?.close()} aria-keyshortcuts="Escape">
          Close <kbd>esc</kbd>
        </button>
      </div>
      <div class="sheet-body" ref={body}>
        <h3>Question</h3>
        {row.input === undefined && row.fields === undefined ? (
          <p class="quiet">The run was made without recording questions.</p>
        ) : (
          row.input !== undefined && <PromptView prompt={row.input} />
        )}
        {row.choices && (
          <ol class="choices">
            {row.choices.map((choice, index) => (
              <li key={index}>
                <Untrusted text={choice} />
              </li>
            ))}
          </ol>
        )}
        {row.fields && <BagView title="Fields" bag={row.fields} />}
        {row.ideal && row.ideal.length > 0 && (
          <>
            <h3>Right</h3>
            {row.ideal.map((ideal) => (
              <pre key={ideal} dir="auto">
                <Untrusted text={ideal} />
              </pre>
            ))}
          </>
        )}
        <Replies data={data} row={row} />
        {row.metadata && <BagView title="Metadata" bag={row.metadata} />}
      </div>
    </dialog>
  );
}

function BagView({ title, bag }: { title: string; bag: Bag }) {
  return (
    <>
      <h3>{title}</h3>
      <dl class="bag pairs">
        {Object.entries(bag).map(([key, value]) => (
          <div key={key}>
            <dt>
              <Untrusted text={key} />
            </dt>
            <dd dir="auto">
              <Untrusted text={typeof value === "string" ? value : JSON.stringify(value)} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
