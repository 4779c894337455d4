import type { EvalSpec } from "../../core/eval-spec.ts";
import type { SampleLine } from "../../core/run-line.ts";
import type { Score } from "../../core/score.ts";
import { decidingScore, isBeside } from "../deciding-score.ts";

/** More labels than a table can show are no classes. */
const mostLabels = 40;

/** Labels in a byte: 0 = not known, else the place among `names`, from 1. */
export const otherReply = 255;

/** An eval's labels, numbered. */
export interface LabelIds {
  readonly names: readonly string[];
  /** The label that is right; 0 where the line does not tell. */
  actual(line: Pick<SampleLine, "ideal">): number;
  /** The label that the reply was taken to say: `otherReply` where it says none, 0 where it was not scored. */
  said(scores: readonly Score[] | undefined): number;
}

/** undefined for an eval that has no labels, one alone, or more than can be told apart in a table. */
export function labelIds({ labels }: Pick<EvalSpec, "labels">): LabelIds | undefined {
  const names = Object.keys(labels ?? {});
  if (labels === undefined || names.length < 2 || names.length > mostLabels) return undefined;
  const ids = new Map<string, number>();
  for (const [at, name] of names.entries()) for (const text of labels[name] ?? []) ids.set(text, at + 1);
  // A label is itself, even where it is another one's alias too.
  for (const [at, name] of names.entries()) ids.set(name, at + 1);
  return {
    names,
    actual({ ideal = [] }) {
      for (const text of ideal) {
        const id = ids.get(text);
        if (id !== undefined) return id;
      }
      return 0;
    },
    said(scores) {
      const score = decidingScore(scores);
      if (score === undefined || score.value === null || isBeside(score.name)) return 0;
      return (score.label === undefined ? undefined : ids.get(score.label)) ?? otherReply;
    },
  };
}
