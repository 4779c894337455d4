import { z } from "zod";
import { type ScorerKind, scorerKind } from "../core/catalogue.ts";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { Scorer } from "../core/score.ts";
import type { GivenScores } from "./given-scores.ts";
import { asScorer, type PluginQuestion } from "./load-scorer.ts";
import { scoring } from "./module.ts";

/** A scorer that is a value of a program. */
export interface GivenScorer {
  readonly name: string;
  /** Right or wrong, a number, null for not scored, a score, or several. */
  score(question: PluginQuestion): GivenScores | Promise<GivenScores>;
  /** It answers with a promise; known of itself for an async function. */
  readonly late?: boolean;
  /** A number from here on is right. */
  readonly pass_at?: number;
}

/**
 * The kind of a scorer that is a value. Run files keep its name, and what it gave.
 *
 * @throws FinegaugeError `plugin.invalid` for a value of another shape
 */
export function givenScorer(given: GivenScorer): ScorerKind {
  const create = creator(given);
  return scorerKind({
    // A run file calls it a module of this name.
    args: z.strictObject({ file: z.string().optional() }),
    sampling: () => ({ temperature: 0 }),
    checkSample: (sample) => (sample.input === null ? "it has no `input`, so there is nothing to ask" : undefined),
    create: (_, { name }) => create(name),
  });
}

function creator(given: GivenScorer): (name: string) => Scorer {
  const invalid = (message: string) =>
    new FinegaugeError("plugin.invalid", message, { hint: "a scorer is a name, or { name, score({ reply, sample }) }" });
  const { name: own, pass_at: passAt } = given;
  const plugin = asScorer(given, `the scorer ${own}`, invalid);
  // A function that was changed is another scorer, as far as its text tells.
  const hash = hashJson({ kind: "given", name: own, source: String(given.score), pass_at: passAt ?? null });
  return (name) => ({ name, hash, needs: {}, ...scoring(own, plugin, passAt) });
}
