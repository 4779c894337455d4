import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Capabilities, Sampling } from "../../core/completion.ts";
import type { EvalSpec } from "../../core/eval-spec.ts";
import { hashJson } from "../../core/hash.ts";
import type { Bag } from "../../core/json.ts";
import { type Counts, type EndLine, type RunLine, runFormat, type SampleLine } from "../../core/run-line.ts";
import { ulid } from "../../core/ulid.ts";
import type { ImportedLog } from "./log-format.ts";

/** What a log says of its run; the samples are read apart from it. */
export interface ForeignRun {
  readonly file: string;
  /** Who wrote it: `inspect_ai 0.3.150`. */
  readonly tool: string;
  /** The run's identity where it comes from. */
  readonly id: string;
  /** ms since 1970; of the first thing that the log dates. */
  readonly started: number;
  readonly eval: string;
  readonly description?: string | undefined;
  /** Of the scorer where it comes from, e.g. `evals.elsuite.basic.match:Match`. */
  readonly class: string;
  /** Ours, where replies are scored by the same rule; else one that is nobody's here. */
  readonly scorer: string;
  readonly compat: boolean;
  readonly args: Bag;
  readonly higherIsBetter?: boolean | undefined;
  readonly scorers: RunLine["scorers"];
  readonly completionFn: string;
  readonly model: RunLine["model"];
  readonly sampling: Sampling;
  readonly seed: number;
  /** Samples in the data as far as the log says, and those that were to be asked. */
  readonly samples: number;
  readonly selected: number;
  readonly attempts: number;
  readonly ids: "given" | "line";
  readonly inputs: boolean;
  /** undefined: the run did not come to an end. */
  readonly status: EndLine["status"] | undefined;
  readonly reason?: string | undefined;
  /** ms since 1970. */
  readonly ended: number;
  readonly notes: readonly string[];
  /** In `seq` order, each (sample, attempt) once. */
  /** In `seq` order, each (sample, attempt) once. */
  lines(): Iterable<SampleLine> | AsyncIterable<SampleLine>;
}

/** Nobody is going to ask this model again by its log. */
const unknown = { no: "the run is another harness's" };
const capabilities: Capabilities = {
  chat: unknown,
  text: unknown,
  logprobs: unknown,
  top_logprobs_max: 0,
  continuations: unknown,
  embeddings: unknown,
  tools: unknown,
  json_schema: unknown,
};

/**
 * A log as a run of ours, walked over once for its counts and its data hash. The same log gives the same run, its id included, on every
 * machine and at every time.
 */
export async function storedRun(foreign: ForeignRun): Promise<ImportedLog> {
  const totals = await addUp(foreign);
  const run = runLine(foreign, totals.dataHash);
  return {
    file: foreign.file,
    run,
    sessions: [],
    end: foreign.status === undefined ? undefined : endLine(foreign, foreign.status, totals),
    notes: foreign.notes,
    samples: async function* () {
      yield* foreign.lines();
    },
  };
}

interface Totals {
  readonly dataHash: string;
  readonly counts: Counts;
  readonly usage: EndLine["usage"]["model"];
  readonly cost: number | undefined;
  readonly served: EndLine["served"];
}

async function addUp(foreign: ForeignRun): Promise<Totals> {
  const data = createHash("sha256");
  const counts = { selected: foreign.selected * foreign.attempts, done: 0, errors: 0, unscored: 0 };
  const replies = { filtered: 0, cut_off: 0, empty: 0, refused: 0, invalid_label: 0 };
  const usage = { input: 0, output: 0 };
  const served = new Map<string, number>();
  let cost: number | undefined;
  let prefix = 0;
  for await (const { seq, hashes, error, scores = [], completion } of foreign.lines()) {
    data.update(`${hashes.item} ${hashes.ideal}\n`);
    counts.done++;
    if (seq === prefix) prefix++;
    if (error !== undefined) counts.errors++;
    else if (scores.length === 0 || scores[0]?.value === null) counts.unscored++;
    if (completion === undefined) continue;
    const { finish, text, refusal, tool_calls = [] } = completion;
    if (finish === "content_filter") replies.filtered++;
    if (finish === "length") replies.cut_off++;
    if (refusal !== undefined) replies.refused++;
    else if (finish !== "content_filter" && text.trim() === "" && tool_calls.length === 0) replies.empty++;
    usage.input += completion.usage?.input ?? 0;
    usage.output += completion.usage?.output ?? 0;
    if (completion.cost !== undefined) cost = (cost ?? 0) + completion.cost;
    const model = completion.served?.model;
    if (model !== undefined) served.set(model, (served.get(model) ?? 0) + 1);
  }
  return {
    dataHash: data.digest("hex").slice(0, 16),
    counts: { ...counts, ...replies, prefix },
    usage,
    cost,
    served: [...served].map(([model, n]) => ({ model, n })),
  };
}

function runLine(foreign: ForeignRun, dataHash: string): RunLine {
  const { eval: name, class: className, scorer, compat, args, sampling, description, higherIsBetter } = foreign;
  const [base = "", split = ""] = name.split(".");
  const spec: EvalSpec = {
    name,
    base,
    split,
    ...(description !== undefined && { description }),
    class: className,
    scorer,
    compat,
    args,
    sampling,
    ...(higherIsBetter !== undefined && { higher_is_better: higherIsBetter }),
  };
  const { samples, selected, ids, seed } = foreign;
  const identity = createHash("sha256")
    .update(JSON.stringify([foreign.tool, foreign.id, name]))
    .digest();
  return {
    type: "run",
    format: runFormat,
    id: ulid(foreign.started, identity),
    tool: foreign.tool,
    started: new Date(foreign.started).toISOString(),
    eval: name,
    spec: spec as RunLine["spec"],
    spec_hash: hashJson(spec),
    data: { hash: dataHash, samples: Math.max(samples, selected), ids, order: "log", seed, selected },
    completion_fn: foreign.completionFn,
    model: foreign.model,
    capabilities,
    judges: [],
    scorers: foreign.scorers,
    sampling,
    attempts: foreign.attempts,
    inputs: foreign.inputs,
    concurrency: 1,
    // Nothing that this program would ask is the same run.
    resume_hash: identity.toString("hex").slice(0, 16),
    derived_from: { run: foreign.id, by: "import", source: basename(foreign.file) },
  };
}

/** Without metrics: whoever reads a run works them out from its samples. */
function endLine(foreign: ForeignRun, status: EndLine["status"], totals: Totals): EndLine {
  return {
    type: "end",
    at: new Date(foreign.ended).toISOString(),
    status,
    ...(foreign.reason !== undefined && { reason: foreign.reason }),
    counts: totals.counts,
    metrics: [],
    served: totals.served,
    usage: { model: totals.usage, judge: { input: 0, output: 0 } },
    cost: totals.cost === undefined ? {} : { model: totals.cost },
    wall_ms: Math.max(0, Math.round(foreign.ended - foreign.started)),
  };
}
