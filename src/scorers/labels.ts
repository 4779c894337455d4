import type { Labels } from "../core/catalogue.ts";

/** Whether a scorer would take a reply for this answer. */
type Accepts = (answer: string) => boolean;

/**
 * Finds the label that a reply says: the one for which, or for an alias of which, the scorer itself would accept the reply. So a label is
 * read exactly as strictly as an ideal, and what is read always agrees with the verdict.
 *
 * An answer inside a longer one that fits too (`C` in `C++`) does not count; a reply that still fits several labels says none.
 */
export function labelReader(labels: Labels): (accepts: Accepts) => string | undefined {
  const answers: { readonly text: string; readonly label: string }[] = [];
  for (const [label, aliases] of Object.entries(labels)) {
    for (const text of [label, ...aliases]) answers.push({ text, label });
  }
  answers.sort((a, b) => b.text.length - a.text.length);

  return (accepts) => {
    const fitting: (typeof answers)[number][] = [];
    for (const answer of answers) {
      if (fitting.some(({ text }) => text.includes(answer.text) && text !== answer.text)) continue;
      if (accepts(answer.text)) fitting.push(answer);
    }
    // A label is itself, even where it is another one's alias too.
    const [first] = [...fitting.filter(({ text, label }) => text === label), ...fitting];
    return fitting.every(({ label, text }) => label === first?.label || text === first?.text) ? first?.label : undefined;
  };
}
