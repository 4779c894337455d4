import { Untrusted } from "./untrusted.tsx";

/** What a reader must know before believing a card. */
export function CardNotes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="card-notes">
      {notes.map((note, index) => (
        <li key={index}>
          <Untrusted text={note} />
        </li>
      ))}
    </ul>
  );
}
