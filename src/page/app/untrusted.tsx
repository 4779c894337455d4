import { pieces } from "../visible.ts";

/** Text that somebody else wrote: never markup, and with a mark where a character cannot be seen. */
export function Untrusted({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((piece, index) =>
        piece.mark ? (
          <span key={index} class="unseen" title="a character that cannot be seen">
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}
