import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { collectRun, readSide, type Side } from "../compare/index.ts";
import { FinegaugeError } from "../core/errors.ts";
import { canonicalJson } from "../core/json.ts";
import { makeScorers } from "../core/make-scorers.ts";
import type { Sample, SampleSource } from "../core/sample.ts";
import { ulid } from "../core/ulid.ts";
import { createStop, planRun, runEval, specHash } from "../engine/index.ts";
import { openSamples } from "../registry/index.ts";
import { readRun, runPath } from "../runs/index.ts";
import type { Context } from "./context.ts";
import { checkLeakage } from "./leakage.ts";
import { logLine } from "./log-line.ts";
import { counted } from "./numbers.ts";
import { openJudges } from "./open-judges.ts";
import { findModels } from "./open-models.ts";
import { note } from "./progress.ts";

export interface AskOptions {
  readonly attempts: number;
  readonly quiet?: boolean | undefined;
}

/** Replies to some samples, as a side of their own; or why nobody could be asked. */
export type Asked = { readonly side: Side } | { readonly refused: string };

/** Chooses among the samples in issue order. */
export type Pick = (samples: Iterable<Sample>) => readonly number[];

/**
 * Asks the model of a side some samples of its eval, exactly as its run did: same eval, same sampling, same judges, the model that the
 * name stands for now if it is the same one. The replies go into a run file of their own, in a hidden folder beside the others; the
 * side's own file stays as it is.
 *
 * @param pick positions in issue order; none: nobody is asked, and that is refused too
 */
export async function askAgain(context: Context, { source, facts }: Side, pick: Pick, options: AskOptions): Promise<Asked> {
  const { run } = source;
  const { environment, settings, registry } = context;
  const name = facts.completion_fn;
  const stop = createStop();
  const { given } = context;
  const setup = { registry, environment, given, concurrency: settings.concurrency, timeoutMs: settings.timeoutMs };
  const judges = openJudges({ ...setup, named: undefined, dryRun: false, stop, redact: environment.redact, gate: undefined });
  let samples: SampleSource | undefined;
  let close: (() => Promise<void>) | undefined;
  try {
    if (facts.source === "import") return { refused: `${name} is another harness's model` };
    const resolved = await registry.eval(run.eval);
    if (specHash(resolved.spec) !== run.spec_hash) return { refused: `${run.eval} is not what it was when ${name} ran it` };
    const [reference, ...others] = await findModels([name], setup);
    if (reference === undefined || others.length > 0) return { refused: `${name} names no one model` };
    const fn = await reference.open();
    close = fn.close?.bind(fn);
    if (canonicalJson(await fn.identity()) !== canonicalJson(run.model))
      return { refused: `${name} is another model than it was in that run` };
    samples = await openSamples({ eval: resolved, order: orderOf(run.data.order) });
    const part = partOf(samples, pick);
    if (part.selected === 0) return { refused: `${run.eval} has no such samples` };
    // A leak file that lies over the run says it of more samples too.
    const checked = run.leakage !== undefined && source.leakOf === undefined;
    const quiet = { out: settings.out, announce: false };
    const leakage = checked ? await checkLeakage(resolved, samples, quiet) : undefined;
    if (checked && leakage?.known.facts.train_hash !== run.leakage?.train_hash)
      return { refused: `the training data of ${run.eval} is not what it was when ${name} ran it` };
    const plan = await planRun({
      spec: resolved.spec,
      source: part,
      order: orderOf(run.data.order),
      fn,
      scorers: makeScorers(resolved.spec, resolved.kinds),
      judges: await judges.of(resolved),
      wrap: resolved.wrap,
      sampling: run.sampling,
      attempts: options.attempts,
      // Whatever a run draws by its seed is drawn anew.
      seed: run.data.seed + 1,
      inputs: run.inputs,
      concurrency: settings.concurrency,
      prices: reference.price?.source,
      leakage: leakage?.known,
      tool: context.tool,
    });
    if (canonicalJson([plan.line.judges, plan.line.scorers]) !== canonicalJson([run.judges, run.scorers])) {
      return { refused: `${run.eval} is graded by others than it was when ${name} ran it` };
    }
    await leakage?.keep();
    note(
      logLine(
        `asking ${name} ${counted(part.selected, "sample")} of ${run.eval}${options.attempts > 1 ? `, ${options.attempts} times each` : ""}`,
        1000,
      ),
      options,
    );
    const started = new Date();
    const id = ulid(started.getTime(), randomBytes(10));
    const at = { id, started: started.toISOString(), eval: run.eval, completion_fn: name };
    const { file } = await runEval({
      plan,
      target: { file: runPath(join(settings.out, ".gate"), at), id, started: at.started },
      tally: collectRun({ spec: plan.spec, selected: plan.requests, attempts: plan.attempts }),
      stop,
      progress: { inFlight: 0, finished: 0 },
      redact: environment.redact,
      redactLine: environment.redactLine,
    });
    return file === undefined ? { refused: `${name} gave no reply` } : { side: await readSide(await readRun(file)) };
  } catch (error) {
    if (error instanceof FinegaugeError) return { refused: environment.redact(error.message) };
    throw error;
  } finally {
    samples?.close();
    await judges.close();
    await close?.();
  }
}

function orderOf(order: string): "shuffle" | "groups" | "file" {
  return order === "shuffle" || order === "groups" ? order : "file";
}

/** Some positions of a source, as a source. */
function partOf(source: SampleSource, pick: Pick): SampleSource {
  function* all() {
    for (let position = 0; position < source.selected; position++) yield source.at(position);
  }
  const positions = pick(all());
  const placeOf = new Map(positions.map((position, place) => [position, place]));
  return {
    ...source,
    selected: positions.length,
    at: (position) => source.at(positions[position] as number),
    positionOf: (index) => placeOf.get(source.positionOf(index)) ?? -1,
  };
}
