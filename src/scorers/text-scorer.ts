import type { ScorerSetup } from "../core/catalogue.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { SampleContent } from "../core/sample.ts";
import { onlyCompletion, type Score, type Scorer } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { labelReader } from "./labels.ts";

/** What a scorer of texts found: whether the reply is right, and the ideal or ideals that made it so. */
interface Finding {
  readonly passed: boolean;
  readonly picked?: string | readonly string[] | undefined;
}

export interface TextScorerParts {
  readonly kind: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly setup: ScorerSetup;
  /** @throws FinegaugeError when the sample, not the reply, is at fault */
  judge(reply: string, ideals: readonly string[]): Finding;
  /** Scores beside accuracy, of the reply as it stands. */
  beside?(reply: string, ideals: readonly string[]): readonly Score[];
}

/**
 * A scorer that compares the reply's text with the ideals: accuracy 1 or 0.
 *
 * With labels, an alias counts as its label, and a reply that is neither right nor a label is marked `invalid_label`. Labels never
 * make a right reply wrong, and make a wrong one right only by an alias.
 */
export function textScorer({ kind, args, setup, judge, beside }: TextScorerParts): Scorer {
  const { labels, compat, name } = setup;
  const read = labels && labelReader(labels);
  return {
    name,
    hash: hashJson({ kind, args, labels, compat }),
    needs: {},
    score(sample, replies) {
      const completion = onlyCompletion(replies);
      const reply = compat ? rawText(completion) : completion.text;
      try {
        const accuracy = accuracyOf(reply, sample.ideal);
        return beside ? [accuracy, ...beside(reply, sample.ideal)] : [accuracy];
      } catch (error) {
        if (!(error instanceof FinegaugeError)) throw error;
        return [{ name: "accuracy", value: null, unscored: { code: error.code, message: error.message } }];
      }
    },
  };

  function accuracyOf(reply: string, ideals: readonly string[]): Score {
    let finding = judge(reply, ideals);
    const label = finding.passed ? labelOfIdeal(finding.picked) : read?.((answer) => accepts(reply, answer));
    if (!finding.passed && label !== undefined) finding = judge(label, ideals);
    const { passed, picked } = finding;

    const score: Score = { name: "accuracy", value: passed ? 1 : 0, passed };
    if (label !== undefined) score.label = label;
    if (picked !== undefined) score.details = { picked: typeof picked === "string" ? shorten(picked) : picked.map(shorten) };
    else if (labels && label === undefined && !passed) score.details = { invalid_label: true };
    return score;
  }

  /** A right reply says the label that its ideal is. */
  function labelOfIdeal(picked: Finding["picked"]): string | undefined {
    const ideal = typeof picked === "string" ? picked : picked?.[0];
    return ideal === undefined ? undefined : read?.((answer) => answer === ideal);
  }

  /** A label need not be an ideal that the scorer can read, e.g. JSON. */
  function accepts(reply: string, answer: string): boolean {
    try {
      return judge(reply, [answer]).passed;
    } catch (error) {
      if (error instanceof FinegaugeError) return false;
      throw error;
    }
  }
}

/** Why a scorer that needs a question and a right answer cannot score this sample. */
export function needsInputAndIdeal(sample: SampleContent): string | undefined {
  if (sample.input === null) return "it has no `input`, so there is nothing to ask";
  if (sample.ideal.length === 0) return "it has no `ideal`, so no reply could be right";
  return undefined;
}

/** Long ideals are in the sample already; a run's line keeps enough to recognise them. */
const pickedLength = 200;

function shorten(picked: string): string {
  return picked.length > pickedLength ? `${picked.slice(0, pickedLength)}…` : picked;
}
