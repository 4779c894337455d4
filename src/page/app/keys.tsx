import { useEffect, useRef } from "preact/hooks";

const keys = [
  ["j  k", "next sample, the one before"],
  ["n  p", "next regression, the one before"],
  ["enter", "open the sample"],
  ["esc", "close"],
  ["/", "search"],
  ["?", "this list"],
] as const;

/** What the keyboard can do. */
export function Keys({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" closedby="any" onClose={close}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              {key.split("  ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
