import {
  assumedFlips,
  assumedSpread,
  attemptSpread,
  halfCorrelated,
  makePlan,
  type Plan,
  pairSpread,
  type ReplyPrice,
  readSide,
  type Side,
  type Spread,
  sizeText,
} from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { openSamples, type ResolvedEval } from "../registry/index.ts";
import { listRuns } from "../runs/index.ts";
import type { Context } from "./context.ts";
import { findSides } from "./find-sides.ts";
import { type ListedSide, sideOfRun } from "./listed-side.ts";
import { evalGlob } from "./name-glob.ts";
import { prospectOf } from "./price-prospect.ts";
import { scoreAlike } from "./score-alike.ts";

/** What a plan is asked for. */
export interface PlanRequest {
  /** The difference to be seen. */
  readonly mde: number;
  /** Planned from these: runs, models or baselines. */
  readonly baseline?: string | undefined;
  readonly candidate?: string | undefined;
  readonly attempts?: number | undefined;
  /** How often the difference is to be seen. */
  readonly power: number;
  /** How much worse is acceptable; absent = the eval's. */
  readonly margin?: number | undefined;
}

/**
 * What it takes to see a difference on an eval, and what its present samples can tell. Asks no model.
 *
 * @throws FinegaugeError `cli.usage`, `registry.unknown-name`
 */
export async function planEval(context: Context, name: string, request: PlanRequest): Promise<Plan> {
  if (!(request.mde > 0)) throw new FinegaugeError("cli.usage", "--mde is a difference above 0, such as 0.03 for 3 points");
  if (!(request.power > 0 && request.power < 1)) {
    throw new FinegaugeError("cli.usage", "--power is a share between 0 and 1, such as 0.8");
  }
  return planFor(await targetOf(name, context), context, request);
}

/** One eval: as the registry has it, or at least as runs of it say. */
interface Target {
  readonly name: string;
  readonly resolved: ResolvedEval | undefined;
  /** Complete runs of it, newest first. */
  readonly runs: readonly ListedSide[];
}

async function targetOf(name: string, { registry, settings }: Context): Promise<Target> {
  const all = listRuns(settings.out).filter(({ end }) => end?.status === "complete");
  const runsOf = (evalName: string) => {
    const runs = all.filter(({ run }) => run.eval === evalName);
    // Replies that were graded again tell of the judge; a model is only what was asked.
    const asked = runs.filter(({ run }) => run.model.fn !== "replay");
    const usable = asked.length > 0 ? asked : runs;
    const fresh = usable.filter((run) => !isCached(run));
    return (fresh.length > 0 ? fresh : usable).map((run) => sideOfRun(evalName, run));
  };
  let names: readonly string[];
  try {
    names = await registry.matchEvals(name);
  } catch (error) {
    // What was run once can be planned for, whatever became of the registry.
    names = [...new Set(all.map(({ run }) => run.eval).filter(evalGlob(name)))];
    const [only] = names;
    if (only === undefined) throw error;
    if (names.length === 1) return { name: only, resolved: undefined, runs: runsOf(only) };
  }
  const [only] = names;
  if (only === undefined || names.length > 1) {
    throw new FinegaugeError("cli.usage", `${name} names ${names.length} evals: a plan is made for one`, {
      hint: names.slice(0, 5).join(", "),
    });
  }
  return { name: only, resolved: await registry.eval(only), runs: runsOf(only) };
}

/** What came from the cache was said in an earlier run: beside that one a model seems never to waver. */
function isCached({ end }: Pick<ListedSide, "end">): boolean {
  return (end?.cached?.replies ?? 0) > 0;
}

async function planFor(target: Target, context: Context, options: PlanRequest): Promise<Plan> {
  const { candidate, baseline, earlier } = await pilotOf(target, context, options);
  const notes: string[] = [];
  const isNamed = options.baseline !== undefined || options.candidate !== undefined;
  const spreads = await spreadsOf({ candidate, baseline, earlier }, isNamed, notes);
  const size = await sizeOf(target, candidate);
  const metric = candidate?.primary ?? "accuracy";
  const column = candidate?.columns.get(metric);
  const unitRange = column?.unitRange ?? true;
  if (unitRange && options.mde >= 1) {
    throw new FinegaugeError("cli.usage", `--mde ${options.mde} is more than ${metric} can change`, {
      hint: "it is a share: 0.03 for 3 points",
    });
  }
  const margin = options.margin ?? target.resolved?.spec.gate?.margin?.[metric] ?? candidate?.spec.gate?.margin?.[metric] ?? null;
  if (margin === 0) notes.push("a margin of 0 is never settled: an unchanged model is as often below it as above");
  if (margin === null) notes.push(`${target.name} declares no margin: --margin says what one would bring`);
  return makePlan({
    eval: target.name,
    metric,
    better: column?.better ?? "higher",
    unitRange,
    delta: options.mde,
    power: options.power,
    margin: margin === 0 ? null : margin,
    attempts: options.attempts ?? null,
    available: size.samples,
    price: candidate === undefined ? size.price : priceOf(candidate),
    spreads,
    notes,
  });
}

interface Pilot {
  readonly candidate: Side | undefined;
  readonly baseline: Side | undefined;
  /** Of the candidate's model, before the candidate. */
  readonly earlier: Side | undefined;
}

/** Named, or the newest run, and against it the newest of another model, else the one before it. */
async function pilotOf({ name, runs }: Target, { settings }: Context, options: PlanRequest): Promise<Pilot> {
  const where = { out: settings.out, baselines: settings.baselines, evals: [name] };
  const named = async (reference: string | undefined) =>
    reference === undefined ? undefined : (await findSides(reference, where))[0];
  const candidate = (await named(options.candidate)) ?? runs.find(({ run }) => isWhole(run)) ?? runs[0];
  if (candidate === undefined) return { candidate: undefined, baseline: undefined, earlier: undefined };
  const before = runs.filter(
    (one) => one.run.id < candidate.run.id && one.model === candidate.model && !isCached(one) && !isCached(candidate),
  );
  const others = runs.filter(({ model }) => model !== candidate.model);
  const baseline = (await named(options.baseline)) ?? others.find(({ run }) => isWhole(run)) ?? others[0] ?? before[0];
  const [earlier] = before.filter(({ run }) => run.id !== baseline?.run.id);
  const read = async (side: ListedSide | undefined) => (side === undefined ? undefined : readSide(await side.open()));
  return { candidate: await read(candidate), baseline: await read(baseline), earlier: await read(earlier) };
}

function isWhole({ data }: ListedSide["run"]): boolean {
  return data.selected >= data.samples;
}

async function spreadsOf({ candidate, baseline, earlier }: Pilot, isNamed: boolean, notes: string[]): Promise<Spread[]> {
  const found: Spread[] = [];
  if (candidate !== undefined) {
    for (const other of [baseline, earlier]) {
      if (other === undefined) continue;
      const { baseline: alike } = await scoreAlike(other, candidate);
      const spread = await pairSpread(alike, candidate);
      if (spread !== null) found.push(asRerun(spread, alike, candidate));
      else
        notes.push(`nothing can be planned from ${candidate.facts.name} against ${other.facts.name}: no two scores to compare`);
    }
    const ofAttempts = await attemptSpread(candidate);
    if (ofAttempts !== null) found.push(ofAttempts);
  }
  const scores = candidate?.columns.get(candidate.primary);
  const isVerdicts = scores?.values.every((value) => value === 0 || value === 1 || Number.isNaN(value)) ?? true;
  const single = (candidate?.attempts ?? 1) === 1;
  if (isVerdicts && single) {
    found.push(...assumedFlips.map(assumedSpread));
    const [first] = found;
    if (!isNamed && first !== undefined && isOneWay(first)) {
      // The more cautious assumption stands in.
      found.unshift(...found.splice(-1));
      notes.push(
        `${first.from}: they differ by ${sizeText(Math.abs(first.difference ?? 0), true)}: models nearer to each other flip less; --baseline and --candidate name other runs to plan from`,
      );
    }
  } else if (found.length === 0 && candidate !== undefined) {
    const spread = halfCorrelated(candidate);
    if (spread !== null) found.push(spread);
  }
  if (found.length === 0) found.push(...assumedFlips.map(assumedSpread));
  if (candidate === undefined)
    notes.push("there is no complete run of it yet: all is planned from assumptions; a pilot tells more");
  return found;
}

/** Most flips go one way: they tell of a difference that everybody sees, not of how much alike models waver. */
function isOneWay({ flips, difference }: Spread): boolean {
  return flips !== null && difference !== null && Math.abs(difference) > flips / 2 && Math.abs(difference) > 0.05;
}

/** Two runs of one model have one name. */
function asRerun(spread: Spread, baseline: Side, candidate: Side): Spread {
  if (baseline.facts.name !== candidate.facts.name) return spread;
  return { ...spread, from: spread.from.replace(/against .*?, (?=[\d,]+ pairs?$)/, "against an earlier run of it, ") };
}

async function sizeOf(
  { name, resolved }: Target,
  candidate: Side | undefined,
): Promise<{ readonly samples: number; readonly price: ReplyPrice }> {
  const unknown = { tokens: null, usd: null, ms: null };
  if (resolved === undefined) return { samples: candidate?.source.run.data.samples ?? 1, price: unknown };
  const source = await openSamples({ eval: resolved, order: "shuffle" });
  try {
    const { wrap, spec } = resolved;
    const questions = { eval: name, model: "", source, attempts: 1, sampling: spec.sampling, price: undefined };
    const { tokens } = prospectOf({ ...questions, wrap: wrap ?? ((prompt) => prompt) }, "", false);
    return { samples: source.total, price: { ...unknown, tokens: (tokens.input + tokens.output) / source.selected } };
  } finally {
    source.close();
  }
}

function priceOf({ facts }: Side): ReplyPrice {
  const replies = facts.counts.done - facts.counts.errors - facts.cached;
  const tokens = facts.usage.model.input + facts.usage.model.output;
  const each = (total: number | null | undefined) => (total == null || total === 0 || replies <= 0 ? null : total / replies);
  return { tokens: each(tokens), usd: each(facts.cost.model), ms: each(facts.wall_ms) };
}
