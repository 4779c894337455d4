import { FinegaugeError } from "../core/errors.ts";
import { type EvalSpec, evalSpecSchema } from "../core/eval-spec.ts";
import { type Bag, isBag } from "../core/json.ts";
import { makeScorers, scorerName, uniqueNames } from "../core/make-scorers.ts";
import type { RunLine } from "../core/run-line.ts";
import { specOf } from "../core/spec-of.ts";
import { openSamples } from "../registry/index.ts";
import type { StoredRun } from "../runs/index.ts";
import { type CommonOptions, openContext } from "./context.ts";
import { counted } from "./numbers.ts";
import { type OtherIdeal, type ScorersHere, scorersHere } from "./score-again.ts";

/** By what replies are to be scored. */
export interface RescoreTarget {
  readonly spec: EvalSpec;
  /** As the run had it. */
  readonly recorded: EvalSpec;
  readonly found: ScorersHere;
  /** The right answers of today, by the hash of the content; undefined: those that the run recorded. */
  readonly ideals: ReadonlyMap<string, OtherIdeal> | undefined;
  /** Samples that the eval has today; undefined: the run's own eval as it was. */
  readonly samples?: number;
  /** Judges are asked: the command line names an eval, a scorer or a judge, and some scorer asks somebody. */
  readonly asks: boolean;
}

export interface TargetOptions extends CommonOptions {
  readonly eval?: string;
  readonly scorer?: readonly string[];
  readonly judge?: string;
}

/**
 * The run's own eval, another one of the registry, or the run's with the scorers that the command line names.
 *
 * @throws FinegaugeError `cli.usage`, also for replies to other questions than the eval's, and `registry.*` for a scorer or eval that is
 * not in order
 */
export async function rescoreTarget(stored: StoredRun, options: TargetOptions): Promise<RescoreTarget> {
  const { run, file } = stored;
  const recorded = specOf(run, file);
  if (options.eval !== undefined && options.scorer !== undefined) {
    throw new FinegaugeError("cli.usage", "--eval and --scorer name two sets of scorers", { hint: "give one of them" });
  }
  const { spec, ideals, samples, found } = await targetOf(recorded, options);
  if (found === undefined) throw notHere(run, spec, options);
  const named = options.eval !== undefined || options.scorer !== undefined || options.judge !== undefined;
  const asks = named && found.scorers.some(({ late }) => late);
  if (found.scorers[0]?.late && !asks) throw notHere(run, spec, options);
  if (ideals !== undefined) await refuseOtherSamples(stored, spec.name, ideals);
  return { spec, recorded, found, ideals, asks, ...(samples !== undefined && { samples }) };
}

/** Share of the run's samples that have to be in the eval's data, as a gate wants it of pairs. */
const leastShared = 0.95;

/** Replies to other questions are no run of this eval, whatever they would score. */
async function refuseOtherSamples(
  { run, samples }: StoredRun,
  name: string,
  ideals: ReadonlyMap<string, OtherIdeal>,
): Promise<void> {
  const asked = new Set<number>();
  const shared = new Set<number>();
  for await (const { index, hashes } of samples()) {
    asked.add(index);
    if (ideals.has(hashes.item)) shared.add(index);
  }
  if (shared.size >= leastShared * asked.size) return;
  throw new FinegaugeError(
    "cli.usage",
    `only ${shared.size} of ${counted(asked.size, "sample")} of run ${run.id} are in the data of ${name}; 95 % are needed`,
    {
      hint: `run the model on ${name}, or leave out --eval: --scorer NAME scores by another scorer`,
    },
  );
}

async function targetOf(
  recorded: EvalSpec,
  options: TargetOptions,
): Promise<Pick<RescoreTarget, "spec" | "ideals" | "samples"> & { found: ScorersHere | undefined }> {
  if (options.eval !== undefined) return presentEval(options.eval, options);
  if (options.scorer !== undefined) return { ...(await withScorers(recorded, options.scorer, options)), ideals: undefined };
  return { spec: recorded, ideals: undefined, found: await scorersHere(recorded) };
}

/** The eval as the registry has it now, with the right answers of its samples. */
async function presentEval(
  name: string,
  options: CommonOptions,
): Promise<Pick<RescoreTarget, "spec" | "found"> & { ideals: Map<string, OtherIdeal>; samples: number }> {
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
  const { spec, kinds } = resolved;
  return { spec, ideals, samples: source.total, found: { kinds, scorers: makeScorers(spec, kinds) } };
}

/** The run's eval with other scorers. Its metrics and gate name scores that may not be there any more. */
async function withScorers(
  recorded: EvalSpec,
  texts: readonly string[],
  options: CommonOptions,
): Promise<Pick<RescoreTarget, "spec" | "found">> {
  const { registry } = await openContext(options);
  const named = await Promise.all(texts.map(parseScorer));
  const all = await Promise.all(named.map((one) => registry.scorer(one, "--scorer")));
  const names = uniqueNames(all.map(scorerName));
  const [first, ...others] = all.map(({ kind: _, ...one }, at) => ({ name: names[at] as string, ...one }));
  const judge = [...new Set(all.flatMap(({ kind, args }) => kind.judges(args)))];
  const { metrics: _metrics, gate: _gate, judge: _judge, scorers: _scorers, ...rest } = recorded;
  const { name: _name, ...deciding } = first as NonNullable<typeof first>;
  const metrics = all[0]?.kind.metrics(all[0].args) ?? {};
  const spec = evalSpecSchema.parse({
    ...rest,
    ...deciding,
    ...(others.length > 0 && { scorers: others }),
    ...(judge.length > 0 && { judge }),
    ...(Object.keys(metrics).length > 0 && { metrics }),
  });
  // As the registry made them: a run file does not tell how to make a scorer of the user's own.
  const kinds = all.map(({ kind }) => kind);
  return { spec, found: { kinds, scorers: makeScorers(spec, kinds) } };
}

/** `includes`, or `includes={ ignore_case: true }`, in YAML, which JSON is too. */
async function parseScorer(text: string): Promise<{ class: string; args: Bag }> {
  const equals = text.indexOf("=");
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  const usage = (message: string) =>
    new FinegaugeError("cli.usage", `--scorer ${name}: ${message}`, {
      hint: "arguments are a mapping: --scorer 'includes={ ignore_case: true }'",
    });
  if (equals < 0) return { class: name, args: {} };
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text.slice(equals + 1), { prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) throw usage(`its arguments are not valid YAML: ${error.message}`);
  const args: unknown = document.toJS() ?? {};
  if (!isBag(args)) throw usage("its arguments are no mapping");
  return { class: name, args };
}

function notHere(run: RunLine, spec: EvalSpec, options: TargetOptions): FinegaugeError {
  const whose = options.eval === undefined ? `run ${run.id}` : `eval ${spec.name}`;
  const byOurs = "--scorer NAME or --eval NAME scores by one of ours";
  const isGraded = run.judges.length > 0;
  return new FinegaugeError(
    "cli.usage",
    `the scores of ${whose} cannot be worked out again here: they come from ${spec.scorer}`,
    {
      hint: isGraded
        ? `a judge's scores are kept as they are; --judge NAME asks again, ${byOurs}`
        : run.derived_from?.by === "import"
          ? `its scorer is that of ${run.tool}: ${byOurs}`
          : `the scorer is not here: ${byOurs}, --judge NAME asks a judge`,
    },
  );
}
