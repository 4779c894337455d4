import type { EvalSpec } from "../core/eval-spec.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { contentHashes, type Sample, type SampleContent } from "../core/sample.ts";
import type { Score } from "../core/score.ts";
import { storedScorer } from "../engine/index.ts";
import { scorerKinds } from "../scorers/index.ts";

/** Right answers other than those that a line carries. */
export interface OtherIdeal {
  readonly ideal: readonly string[];
  readonly answers?: readonly number[] | undefined;
}

/**
 * Scores of a recorded reply; undefined when it cannot be scored again: there is none, its inputs were not kept (`--no-inputs`), or
 * its sample is not one that the scorer takes.
 */
export type ScoreAgain = (line: SampleLine, ideal?: OtherIdeal) => readonly Score[] | undefined;

/** Can the scores of this eval be worked out from replies alone: its scorer is one of ours, and asks nobody. */
export async function canScoreAgain(spec: EvalSpec): Promise<boolean> {
  return (await scorerOf(spec)) !== undefined;
}

/** Is there a scorer of this name at all: none for what another harness scored by a rule of its own. */
export function isScorerHere({ scorer }: EvalSpec): boolean {
  return Object.hasOwn(scorerKinds, scorer);
}

/** The scorer that would score again, as a run's first line names it; undefined where `canScoreAgain` is false. */
export async function scorerAgain(spec: EvalSpec): Promise<RunLine["scorers"][number] | undefined> {
  const found = await scorerOf(spec);
  return found && { name: found.scorer.name, hash: found.scorer.hash };
}

/**
 * Scores recorded replies as a run of this eval would, asking no model and no judge. Where that cannot be done
 * (`canScoreAgain`), every line gives undefined.
 *
 * @param seed of the run, for scorers that draw lots
 */
export async function scoreAgain({ spec, seed = 0 }: { spec: EvalSpec; seed?: number }): Promise<ScoreAgain> {
  const found = await scorerOf(spec);
  if (found === undefined) return () => undefined;
  const { kind, scorer } = found;
  const score = storedScorer({ scorers: [scorer], seed });
  return (line, ideal) => {
    const sample = sampleOf(line, ideal);
    return sample === undefined || kind.checkSample(sample, spec.args, spec.labels) !== undefined ? undefined : score(sample, line);
  };
}

async function scorerOf(spec: EvalSpec) {
  const { scorer: name, compat, labels } = spec;
  if (!Object.hasOwn(scorerKinds, name)) return undefined;
  const kind = await scorerKinds[name as keyof typeof scorerKinds]();
  // A run file may come from anywhere, and another version's arguments from an old one.
  if (!kind.args.safeParse(spec.args).success) return undefined;
  const scorer = kind.create(spec.args, { name, compat, labels });
  return scorer.late ? undefined : { kind, scorer };
}

/** The sample that a line was asked; undefined when the line does not carry it. */
function sampleOf(line: SampleLine, other: OtherIdeal | undefined): Sample | undefined {
  const { id, index, input, choices, fields = {}, metadata = {} } = line;
  const { ideal, answers } = other ?? line;
  if (input === undefined || ideal === undefined) return undefined;
  const content: SampleContent = {
    id,
    index,
    input,
    ideal,
    fields,
    metadata,
    ...(choices && { choices }),
    ...(answers && { answers }),
  };
  return { ...content, hashes: contentHashes(content) };
}
