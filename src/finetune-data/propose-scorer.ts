import type { Bag } from "../core/json.ts";
import type { AnswerKind } from "./answer-kind.ts";

/** A scorer for an eval that nobody has written yet. */
export interface ProposedScorer {
  readonly class: string;
  readonly args: Bag;
  /** Its replies are right or wrong, so that what a number of samples can see is known before any run. */
  readonly verdicts: boolean;
  /** What somebody should know before they trust it. */
  readonly notes: readonly string[];
}

/** What fits the right answers: as lenient as it can be without taking one of them for another. */
export function proposeScorer(kind: AnswerKind): ProposedScorer {
  switch (kind.kind) {
    case "labels":
      return labelScorer(kind.labels);
    case "json":
      return { class: "json-match", args: { strip_code_fence: true }, verdicts: true, notes: [] };
    case "numbers":
      return { class: "numeric", args: {}, verdicts: true, notes: [] };
    case "short":
      return { class: "includes", args: { ignore_case: true, whole_word: true }, verdicts: true, notes: [] };
    case "long":
      return {
        class: "rouge-l",
        args: {},
        verdicts: false,
        notes: ["the right answers are long: rouge-l counts words in common; a judge reads what they say (class: model-graded)"],
      };
  }
}

function labelScorer(labels: readonly string[]): ProposedScorer {
  const lower = labels.map((label) => label.toLowerCase());
  const byCase = labels.filter((_, at) => lower.indexOf(lower[at] as string) !== lower.lastIndexOf(lower[at] as string));
  const args = { trim: true, ...(byCase.length === 0 && { ignore_case: true }) };
  const notes = byCase.length === 0 ? [] : [`labels that differ in case alone count as different ones: ${byCase.join(", ")}`];
  // By its beginning, "New York" would be right where "New" is wanted.
  const isPrefix = lower.some((one) =>
    lower.some(
      (other) => other.length > one.length && /^[^\p{L}\p{N}\p{M}_]/u.test(other.slice(one.length)) && other.startsWith(one),
    ),
  );
  if (isPrefix) return { class: "exact", args, verdicts: true, notes };
  return { class: "match", args: { ...args, whole_word: true }, verdicts: true, notes };
}
