import { randomBytes } from "node:crypto";
import { basename, relative } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { type EvalSpec, evalSpecSchema } from "../core/eval-spec.ts";
import { hashJson } from "../core/hash.ts";
import type { RunLine, SampleLine } from "../core/run-line.ts";
import { contentHashes } from "../core/sample.ts";
import type { Score } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { ulid } from "../core/ulid.ts";
import { specHash } from "../engine/index.ts";
import { openSamples } from "../registry/index.ts";
import { findRun, openStoredRun, type StoredRun } from "../runs/index.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { counted } from "./numbers.ts";
import { type OtherIdeal, type ScoreAgain, scoreAgain, scorerAgain } from "./score-again.ts";
import { readSettings } from "./settings.ts";
import { oneLine } from "./table.ts";
import { version } from "./version.ts";
import { writeDerivedRun } from "./write-derived-run.ts";

interface RescoreOptions extends CommonOptions {
  readonly eval?: string;
  readonly check?: boolean;
}

/** By what replies are scored now. */
interface Judging {
  readonly spec: EvalSpec;
  readonly scorer: RunLine["scorers"][number];
  readonly score: ScoreAgain;
  /** The right answers of today, by the hash of the content; undefined: those that the run recorded. */
  readonly ideals: ReadonlyMap<string, OtherIdeal> | undefined;
  /** The run was scored by this very scorer, so that what cannot be scored again may stay. */
  readonly same: boolean;
}

/** A verdict that comes out otherwise now. */
interface Disagreement {
  readonly id: string;
  readonly attempt: number;
  readonly score: string;
  readonly recorded: number | null;
  readonly now: number | null;
  readonly reply: string;
}

interface Outcome {
  agree: number;
  disagree: number;
  /** Replies that have a verdict now and had none of this kind before. */
  fresh: number;
  /** Replies that could not be scored again; errors are none. */
  cannot: number;
  /** Samples that are not in the eval's data any more, and are judged by the ideals they had. */
  gone: number;
  readonly first: Disagreement[];
}

const mostShown = 10;

/** Scores the recorded replies of a run again, asking nobody; the run's own file stays as it is. */
export async function rescore(reference: string, options: RescoreOptions): Promise<void> {
  const { out } = await readSettings(options);
  const stored = await openStoredRun((await findRun(reference, out)).file);
  const judging = await judgingOf(stored, options);
  const outcome: Outcome = { agree: 0, disagree: 0, fresh: 0, cannot: 0, gone: 0, first: [] };
  const lines = rescored(stored, judging, outcome);
  if (options.check) {
    for await (const _ of lines);
    print(outcome, stored, undefined, options);
    if (outcome.disagree > 0) process.exitCode = 1;
    return;
  }
  const { redactLine } = readEnvironment();
  const { file } = await writeDerivedRun({ out, run: runLineOf(stored, judging), lines, end: stored.end, redactLine });
  print(outcome, stored, file, options);
}

async function judgingOf({ run }: StoredRun, options: RescoreOptions): Promise<Judging> {
  const recorded = evalSpecSchema.parse(run.spec);
  const { spec, ideals } =
    options.eval === undefined ? { spec: recorded, ideals: undefined } : await presentEval(options.eval, options);
  const scorer = await scorerAgain(spec);
  if (scorer === undefined) throw notHere(run, spec, options.eval !== undefined);
  const same = run.scorers.length === 1 && run.scorers[0]?.hash === scorer.hash;
  return { spec, scorer, score: await scoreAgain({ spec, seed: run.data.seed }), ideals, same };
}

/** The eval as the registry has it now, with the right answers of its samples. */
async function presentEval(name: string, options: CommonOptions): Promise<{ spec: EvalSpec; ideals: Map<string, OtherIdeal> }> {
  const { registry } = await openContext(options);
  const resolved = await registry.eval(name);
  const source = await openSamples({ eval: resolved, order: "file" });
  const ideals = new Map<string, OtherIdeal>();
  try {
    for (let at = 0; at < source.selected; at++) {
      const { hashes, ideal, answers } = source.at(at);
      ideals.set(hashes.item, { ideal, ...(answers && { answers }) });
    }
  } finally {
    source.close();
  }
  return { spec: resolved.spec, ideals };
}

function notHere(run: RunLine, { scorer, class: className }: EvalSpec, named: boolean): FinegaugeError {
  const whose = named ? `eval ${className}` : `run ${run.id}`;
  return new FinegaugeError("cli.usage", `the scores of ${whose} cannot be worked out again here: they come from ${scorer}`, {
    hint: named
      ? "name an eval whose scorer asks nobody"
      : "a judge's scores are kept as they are; --eval NAME scores the replies by an eval of the registry",
  });
}

async function* rescored(stored: StoredRun, judging: Judging, outcome: Outcome): AsyncGenerator<SampleLine, void, void> {
  for await (const line of stored.samples()) {
    if (line.error !== undefined) {
      yield line;
      continue;
    }
    const ideal = judging.ideals?.get(line.hashes.item);
    if (judging.ideals !== undefined && ideal === undefined) outcome.gone++;
    const scores = judging.score(line, ideal);
    if (scores === undefined) {
      outcome.cannot++;
      yield judging.same ? line : { ...line, scores: [notScored] };
      continue;
    }
    compare(line, scores, outcome);
    yield { ...(ideal === undefined ? line : withIdeal(line, ideal)), scores: [...scores] };
  }
}

const notScored: Score = {
  name: "accuracy",
  value: null,
  unscored: { code: "score.failed", message: "the run does not have what is needed to score this reply again" },
};

function withIdeal(line: SampleLine, { ideal, answers }: OtherIdeal): SampleLine {
  const { answers: _, ...rest } = line;
  const hash = contentHashes({ input: null, ideal, fields: {}, ...(answers && { answers }) }).ideal;
  const kept = line.ideal === undefined ? {} : { ideal: [...ideal], ...(answers && { answers: [...answers] }) };
  return { ...rest, ...kept, hashes: { ...line.hashes, ideal: hash } };
}

/** Sums of floating-point numbers may differ in the last place from one machine or harness to another. */
const near = (a: number | null, b: number | null) => a === b || (a !== null && b !== null && Math.abs(a - b) < 1e-9);

function compare({ id, attempt, scores: recorded = [], completion }: SampleLine, now: readonly Score[], outcome: Outcome): void {
  const pairs = now.flatMap((score) => {
    const before = recorded.find(({ name }) => name === score.name);
    return before === undefined ? [] : [{ before, score }];
  });
  const different = pairs.find(
    ({ before, score }) => !near(before.value, score.value) || (before.passed !== undefined && before.passed !== score.passed),
  );
  if (different === undefined) {
    if (pairs.length > 0) outcome.agree++;
    else outcome.fresh++;
    return;
  }
  outcome.disagree++;
  if (outcome.first.length === mostShown) return;
  const { before, score } = different;
  const reply = completion === undefined ? "" : oneLine(rawText(completion), 80);
  outcome.first.push({ id, attempt, score: score.name, recorded: before.value, now: score.value, reply });
}

function runLineOf({ run, file }: StoredRun, { spec, scorer }: Judging): RunLine {
  const id = ulid(Date.now(), randomBytes(10));
  return {
    ...run,
    id,
    tool: `finegauge ${version()}`,
    eval: spec.name,
    spec: spec as RunLine["spec"],
    spec_hash: specHash(spec),
    scorers: [scorer],
    judges: [],
    // Nobody goes on with it: its replies are another run's.
    resume_hash: hashJson({ rescored: run.id, id }),
    derived_from: { run: run.id, by: "rescore", source: basename(file) },
  };
}

function print(outcome: Outcome, { run }: StoredRun, file: string | undefined, options: RescoreOptions): void {
  const { agree, disagree, fresh, cannot, gone, first } = outcome;
  if (options.json) {
    const counts = { agree, disagree, had_none: fresh, cannot_be_scored_again: cannot, not_in_the_data: gone };
    process.stdout.write(`${JSON.stringify({ run: run.id, file, ...counts, disagreements: first }, null, 2)}\n`);
    return;
  }
  const lines = [`${agree} of ${counted(agree + disagree, "verdict")} agree with those of run ${run.id}`];
  for (const { id, attempt, score, recorded, now, reply } of first) {
    const attempted = run.attempts > 1 ? ` attempt ${attempt}` : "";
    lines.push(`  ${oneLine(id, 60)}${attempted}: ${score} was ${recorded ?? "none"}, is ${now ?? "none"}: ${reply}`);
  }
  if (disagree > first.length) lines.push(`  and ${disagree - first.length} more`);
  if (fresh > 0) lines.push(`${fresh} had no such verdict before`);
  if (cannot > 0) lines.push(`${cannot} could not be scored again: no reply, inputs or ideal recorded`);
  if (gone > 0) lines.push(`${gone} are not in the eval's data any more, and were judged by the ideals they had`);
  if (file !== undefined) lines.push(relative(process.cwd(), file) || file);
  process.stdout.write(`${lines.join("\n")}\n`);
}
