import { randomBytes } from "node:crypto";
import { basename, relative } from "node:path";
import { FinegaugeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { EndLine, RunLine, SampleLine } from "../core/run-line.ts";
import type { Score } from "../core/score.ts";
import { rawText } from "../core/think.ts";
import { ulid } from "../core/ulid.ts";
import { specHash } from "../engine/index.ts";
import { findRun, openStoredRun, type StoredRun } from "../runs/index.ts";
import { readEnvironment } from "./environment.ts";
import { metricCells } from "./metric-cells.ts";
import { counted } from "./numbers.ts";
import { type JudgedOptions, rescoreJudged } from "./rescore-judged.ts";
import { type RescoreTarget, rescoreTarget, type TargetOptions } from "./rescore-target.ts";
import { namesAgain, type ScoreAgain, scoreAgain, withIdeal } from "./score-again.ts";
import { readSettings } from "./settings.ts";
import { oneLine, table } from "./table.ts";
import { version } from "./version.ts";
import { writeDerivedRun } from "./write-derived-run.ts";

interface RescoreOptions extends TargetOptions, JudgedOptions {
  readonly check?: boolean;
  readonly sweep?: boolean;
  readonly scale?: boolean;
}

/** By what replies are scored now, nobody being asked. */
interface Judging extends RescoreTarget {
  readonly scorers: RunLine["scorers"];
  readonly score: ScoreAgain;
  /** Scorers that ask somebody, whose recorded scores are those that they would give: kept. */
  readonly kept: readonly string[];
  /** The run was scored by these very scorers, so that what cannot be scored again may stay. */
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

/** Scores the recorded replies of a run again; the run's own file stays as it is, and the model is not asked. */
export async function rescore(reference: string, options: RescoreOptions): Promise<void> {
  const { out } = await readSettings(options);
  const stored = await openStoredRun((await findRun(reference, out)).file);
  const target = await rescoreTarget(stored, options);
  if (options.sweep) return (await import("./sweep.ts")).sweep(stored, target, options);
  if (options.scale) return (await import("./scale.ts")).scale(stored, target, options);
  if (target.asks) {
    if (options.check) throw new FinegaugeError("cli.usage", "--check asks nobody", { hint: "leave out --check, or the judge" });
    const scorers = target.found.scorers.map(({ name, hash }) => ({ name, hash }));
    const lineOf = (more: Pick<RunLine, "judges"> & { readonly asked: unknown }) => {
      const { judges, asked } = more;
      const resume_hash = hashJson({ rescored: stored.run.id, spec: specHash(target.spec), scorers, judges: asked });
      return { ...runLineOf(stored, target, scorers), judges, resume_hash };
    };
    const judged = await rescoreJudged(stored, target, lineOf, notScored, options);
    printJudged(judged, options);
    return;
  }
  const judging = await judgingOf(stored, target);
  const outcome: Outcome = { agree: 0, disagree: 0, fresh: 0, cannot: 0, gone: 0, first: [] };
  const lines = rescored(stored, judging, outcome);
  if (options.check) {
    for await (const _ of lines);
    print(outcome, stored, undefined, options);
    if (outcome.disagree > 0) process.exitCode = 1;
    return;
  }
  const { redactLine } = readEnvironment();
  const run = { ...runLineOf(stored, judging, judging.scorers), judges: judging.kept.length > 0 ? stored.run.judges : [] };
  const { file } = await writeDerivedRun({ out, run, lines, end: stored.end, redactLine });
  print(outcome, stored, file, options);
}

async function judgingOf({ run }: StoredRun, target: RescoreTarget): Promise<Judging> {
  const { spec, recorded, found } = target;
  const again = namesAgain(found);
  const wasThere = (one: { name: string; hash: string }) =>
    run.scorers.some(({ name, hash }) => name === one.name && hash === one.hash);
  const kept = found.scorers.filter((scorer) => scorer.late && wasThere(scorer)).map(({ name, hash }) => ({ name, hash }));
  return {
    ...target,
    scorers: [...again, ...kept],
    score: await scoreAgain({ spec, found, recorded, seed: run.data.seed }),
    kept: kept.map(({ name }) => name),
    same: run.scorers.length === again.length + kept.length && again.every(wasThere),
  };
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
    const others = (line.scores ?? []).filter(({ name }) => judging.kept.some((scorer) => name.startsWith(`${scorer}.`)));
    yield { ...(ideal === undefined ? line : withIdeal(line, ideal)), scores: [...scores, ...others] };
  }
}

const notScored: Score = {
  name: "accuracy",
  value: null,
  unscored: { code: "score.failed", message: "the run does not have what is needed to score this reply again" },
};

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

function runLineOf({ run, file }: StoredRun, { spec, samples }: RescoreTarget, scorers: RunLine["scorers"]): RunLine {
  const id = ulid(Date.now(), randomBytes(10));
  // Scored again and again, it is still the first one that was asked.
  const first = run.derived_from?.asked ?? (run.derived_from?.by === "import" ? run.tool : run.eval);
  const asked = first === spec.name ? undefined : first;
  return {
    ...run,
    id,
    tool: `finegauge ${version()}`,
    eval: spec.name,
    spec: spec as RunLine["spec"],
    spec_hash: specHash(spec),
    scorers,
    judges: [],
    // Nobody goes on with it: its replies are another run's.
    resume_hash: hashJson({ rescored: run.id, id }),
    ...(run.eval !== spec.name && { data: { ...run.data, samples: Math.max(samples ?? 0, run.data.selected) } }),
    derived_from: { run: run.id, by: "rescore", source: basename(file), ...(asked !== undefined && { asked }) },
  };
}

function printJudged(judged: { file: string; end: EndLine; cannot: number }, options: RescoreOptions): void {
  const { file, end, cannot } = judged;
  const { status, reason, counts, metrics, usage, cost } = end;
  if (options.json) {
    const found = { file, status, reason, counts, metrics, usage, cost, cannot_be_scored_again: cannot };
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  const shown = metrics.filter(({ value, name }) => value !== null && !(name in counts) && !name.endsWith("strap_std"));
  const lines = table(shown.map((metric) => [{ text: oneLine(metric.name, 40) }, ...metricCells(metric)]));
  if (status !== "complete") lines.push(`${status}: the same command goes on`);
  if (counts.unscored > 0) lines.push(`${counts.unscored} not scored`);
  if (cannot > 0) lines.push(`${cannot} could not be scored again: no reply, inputs or ideal recorded`);
  lines.push(relative(process.cwd(), file) || file);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function print(outcome: Outcome, { run }: StoredRun, file: string | undefined, options: RescoreOptions): void {
  const { agree, disagree, fresh, cannot, gone, first } = outcome;
  if (options.json) {
    const counts = { agree, disagree, had_none: fresh, cannot_be_scored_again: cannot, not_in_the_data: gone };
    process.stdout.write(`${JSON.stringify({ run: run.id, file, ...counts, disagreements: first }, null, 2)}\n`);
    return;
  }
  const lines = [`${agree} of ${counted(agree + disagree, "verdict")} agree with those of run ${oneLine(run.id, 40)}`];
  for (const { id, attempt, score, recorded, now, reply } of first) {
    const attempted = run.attempts > 1 ? ` attempt ${attempt}` : "";
    lines.push(
      `  ${oneLine(id, 60)}${attempted}: ${oneLine(score, 60)} was ${recorded ?? "none"}, is ${now ?? "none"}: ${reply}`,
    );
  }
  if (disagree > first.length) lines.push(`  and ${disagree - first.length} more`);
  if (fresh > 0) lines.push(`${fresh} had no such verdict before`);
  if (cannot > 0) lines.push(`${cannot} could not be scored again: no reply, inputs or ideal recorded`);
  if (gone > 0) lines.push(`${gone} are not in the eval's data any more, and were judged by the ideals they had`);
  if (file !== undefined) lines.push(relative(process.cwd(), file) || file);
  process.stdout.write(`${lines.join("\n")}\n`);
}
