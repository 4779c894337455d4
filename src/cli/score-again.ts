import type { ScorerKind } from "../core/catalogue.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { makeScorers } from "../core/make-scorers.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { contentHashes, type Sample, type SampleContent } from "../core/sample.ts";
import type { Score, Scorer } from "../core/score.ts";
import { storedScorer } from "../engine/index.ts";
import { scorerKinds } from "./catalogue.ts";

/** Right answers other than those that a line carries. */
export interface OtherIdeal {
  readonly ideal: readonly string[];
  readonly answers?: readonly number[] | undefined;
}

/**
 * Scores of a recorded reply; undefined when it cannot be scored again: there is none, its inputs were not kept (`--no-inputs`), or
 * its sample is not one that the scorers take.
 */
export type ScoreAgain = (line: SampleLine, ideal?: OtherIdeal) => readonly Score[] | undefined;

/** The scorers of an eval, the one that decides first. */
export interface ScorersHere {
  readonly kinds: readonly ScorerKind[];
  readonly scorers: readonly Scorer[];
}

/** Can the deciding score of this eval be worked out from replies alone: its scorers are ours, and the first asks nobody. */
export async function canScoreAgain(spec: EvalSpec): Promise<boolean> {
  return namesAgain(await scorersHere(spec)).length > 0;
}

/** Is there a scorer of this name at all: none for what another harness scored by a rule of its own. */
export function isScorerHere({ scorer }: EvalSpec): boolean {
  return Object.hasOwn(scorerKinds, scorer);
}

/** The scorers that would score again, as a run's first line names them; none where the first cannot. */
export function namesAgain(found: ScorersHere | undefined): RunLine["scorers"] {
  if (found === undefined || found.scorers[0]?.late) return [];
  return found.scorers.filter(({ late }) => !late).map(({ name, hash }) => ({ name, hash }));
}

/**
 * Scores recorded replies as a run of this eval would, asking no model and no judge: scorers beside the first that ask somebody give
 * nothing. Where it cannot be done at all (`canScoreAgain`), every line gives undefined.
 *
 * @param recorded the eval as the run had it, where that may have asked something else
 * @param seed of the run, for scorers that draw lots
 */
export async function scoreAgain(again: {
  spec: EvalSpec;
  /** Its scorers, where they are made already. */
  found?: ScorersHere;
  recorded?: EvalSpec;
  seed?: number;
}): Promise<ScoreAgain> {
  const { spec, seed = 0 } = again;
  const found = again.found ?? (await scorersHere(spec));
  if (found === undefined || found.scorers[0]?.late) return () => undefined;
  const recorded = again.recorded && (await scorersHere(again.recorded))?.scorers;
  const at = [...found.scorers.keys()].filter((place) => !found.scorers[place]?.late);
  const score = storedScorer({ scorers: at.map((place) => found.scorers[place] as Scorer), recorded, seed });
  const takes = sampleCheck(spec, found, at);
  return (line, ideal) => {
    const sample = sampleOf(line, ideal);
    return sample === undefined || !takes(sample) ? undefined : score(sample, line);
  };
}

/** Whether the scorers at some places take a sample. */
export function sampleCheck(
  spec: EvalSpec,
  { kinds }: ScorersHere,
  at: readonly number[] = [...kinds.keys()],
): (sample: Sample) => boolean {
  const { args, scorers = [], labels } = spec;
  const all = [args, ...scorers.map((one) => one.args)];
  return (sample) => at.every((place) => kinds[place]?.checkSample(sample, all[place], labels) === undefined);
}

/** undefined when one of them is not ours, or does not take the arguments that it had. */
export async function scorersHere(spec: EvalSpec): Promise<ScorersHere | undefined> {
  const kinds: ScorerKind[] = [];
  for (const { scorer: name, args } of [spec, ...(spec.scorers ?? [])]) {
    if (!Object.hasOwn(scorerKinds, name)) return undefined;
    const kind: ScorerKind = await scorerKinds[name as keyof typeof scorerKinds]();
    // A run file may come from anywhere, and another version's arguments from an old one.
    if (!kind.args.safeParse(args).success) return undefined;
    kinds.push(kind);
  }
  return { kinds, scorers: makeScorers(spec, kinds) };
}

/** The sample that a line was asked; undefined when the line does not carry it. */
export function sampleOf(line: SampleLine, other?: OtherIdeal): Sample | undefined {
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

/** A line with other right answers than it had. */
export function withIdeal<Line extends SampleLine>(line: Line, { ideal, answers }: OtherIdeal): Line {
  const { answers: _, ...rest } = line;
  const hash = contentHashes({ input: null, ideal, fields: {}, ...(answers && { answers }) }).ideal;
  const kept = line.ideal === undefined ? {} : { ideal: [...ideal], ...(answers && { answers: [...answers] }) };
  return { ...rest, ...kept, hashes: { ...line.hashes, ideal: hash } } as unknown as Line;
}
