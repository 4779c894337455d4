import type { Capabilities, CompletionFn, ModelIdentity, Sampling } from "../core/completion.ts";
import { FinegaugeError } from "../core/errors.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import { hashJson } from "../core/hash.ts";
import type { LeakKind, RunLeakage } from "../core/leakage.ts";
import type { Prompt } from "../core/message.ts";
import { type RunLine, runFormat } from "../core/run-line.ts";
import type { SampleSource } from "../core/sample.ts";
import type { Scorer } from "../core/score.ts";
import type { OpenJudge } from "./open-judge.ts";
import { type WidthBounds, widthOf } from "./width.ts";

/** Everything that decides what a run asks and how it scores. */
export interface RunInputs {
  readonly spec: EvalSpec;
  readonly source: SampleSource;
  readonly order: "shuffle" | "groups" | "file";
  readonly fn: CompletionFn;
  readonly scorers: readonly Scorer[];
  readonly judges: readonly OpenJudge[];
  /** What the eval puts around a prompt. */
  readonly wrap?: ((prompt: Prompt) => Prompt) | undefined;
  /** Eval under completion function under command line, merged. */
  readonly sampling: Sampling;
  readonly attempts: number;
  readonly seed: number;
  readonly inputs: boolean;
  /** undefined = auto. */
  readonly concurrency?: number | undefined;
  /** The price table by which replies get their cost; undefined = no price is known. */
  readonly prices?: string | undefined;
  /** What is known of the eval's training data; absent where it names none. */
  readonly leakage?: KnownLeakage | undefined;
  /** Name and version of this program. */
  readonly tool: string;
}

/** Which of an eval's samples are in its training data. */
export interface KnownLeakage {
  readonly facts: RunLeakage;
  /** How a sample was found there, by the hash of its content; undefined: it was not. */
  readonly kindOf: (item: string) => LeakKind | undefined;
}

/** A run that could begin: nothing is asked and nothing written yet. */
export interface RunPlan extends RunInputs {
  /** The run's first line, save for the id and the start that only a beginning gives it. */
  readonly line: Omit<RunLine, "id" | "started">;
  readonly capabilities: Capabilities;
  readonly topLogprobs: number | undefined;
  readonly width: WidthBounds;
  /** (sample, attempt) pairs of a run from the beginning: one request for each, unless a scorer asks more. */
  readonly requests: number;
}

/**
 * Asks the completion function who it is and what it can do, and refuses what it cannot.
 *
 * @throws FinegaugeError `model.capability`, `provider.unreachable`, `provider.auth`
 */
export async function planRun(inputs: RunInputs): Promise<RunPlan> {
  const { spec, source, fn, scorers, judges, sampling, attempts, seed, order } = inputs;
  const model = await fn.identity();
  const capabilities = await fn.capabilities();
  refuseWhatIsLacking(fn, capabilities, scorers, judges);
  const topLogprobs = topLogprobsOf(scorers);
  const width = widthOf(inputs.concurrency, capabilities);
  const scorerNames = scorers.map(({ name, hash }) => ({ name, hash }));
  const judgeIdentities = judges.map((judge) => judge.identity);
  const leakage = inputs.leakage?.facts;
  const data = { hash: source.dataHash, samples: source.total, ids: source.ids, order, seed, selected: source.selected };
  return {
    ...inputs,
    capabilities,
    topLogprobs,
    width,
    requests: source.selected * attempts,
    line: {
      type: "run",
      format: runFormat,
      tool: inputs.tool,
      eval: spec.name,
      spec: spec as RunLine["spec"],
      spec_hash: specHash(spec),
      data,
      completion_fn: fn.name,
      model,
      capabilities,
      judges: judgeIdentities,
      scorers: scorerNames,
      sampling,
      attempts,
      inputs: inputs.inputs,
      concurrency: width.start,
      ...(inputs.prices !== undefined && { prices: inputs.prices }),
      ...(leakage && { leakage }),
      resume_hash: resumeHash({
        specHash: specHash(spec),
        data,
        model,
        judges: judges.map(({ identity, sampling: own }) =>
          own && Object.keys(own).length > 0 ? { ...identity, sampling: own } : identity,
        ),
        scorers: scorerNames,
        sampling,
        attempts,
        inputs: inputs.inputs,
        // By what is in the file, whatever it is called. A run that was never checked keeps the hash that it had.
        ...(leakage && { leakage: [leakage.train_hash, leakage.leaked] }),
      }),
    },
  };
}

/**
 * Of what decides questions and scores: descriptions, costs and gates may be edited in mid-run. Judges count by who they are, not by name.
 */
export function specHash(spec: EvalSpec): string {
  const { description, disclaimer, gate, train, metrics, higher_is_better, judge, confusion_cost, ...decisive } = spec;
  return hashJson(decisive);
}

function resumeHash(parts: { specHash: string; model: ModelIdentity } & Record<string, unknown>): string {
  return hashJson(parts);
}

/** How many log-probability alternatives the scorers need together; undefined = none at all. */
export function topLogprobsOf(scorers: readonly Scorer[]): number | undefined {
  const needed = scorers.flatMap(({ needs }) => needs.top_logprobs ?? []);
  return needed.length === 0 ? undefined : Math.max(...needed);
}

function refuseWhatIsLacking(
  fn: CompletionFn,
  capabilities: Capabilities,
  scorers: readonly Scorer[],
  judges: readonly OpenJudge[],
): void {
  for (const { name, needs } of scorers) {
    const lacks = (what: string, support: Capabilities["logprobs"]) => {
      if (support === "yes") return;
      const reason = support === "no" ? "it does not offer them" : support.no;
      throw new FinegaugeError("model.capability", `scorer ${name} needs ${what}, which ${fn.name} cannot give: ${reason}`, {
        hint: "choose another scorer, or reach the model another way (a local GGUF gives everything)",
      });
    };
    if (needs.top_logprobs !== undefined) {
      lacks("log-probabilities", capabilities.logprobs);
      if (needs.top_logprobs > capabilities.top_logprobs_max) {
        lacks(`the ${needs.top_logprobs} likeliest tokens`, { no: `it gives at most ${capabilities.top_logprobs_max}` });
      }
    }
    if (needs.continuations) {
      const { continuations } = capabilities;
      lacks("likelihoods of given texts", continuations === "yes" && fn.continuations === undefined ? "no" : continuations);
    }
    if (needs.rolling) lacks("likelihoods of whole texts", capabilities.rolling ?? "yes");
    if (needs.embeddings && !needs.judge) lacks("embeddings", fn.embed === undefined ? "no" : capabilities.embeddings);
    if (needs.tools) lacks("tool calls", capabilities.tools);
    if (needs.judge && judges.length === 0) {
      throw new FinegaugeError("model.capability", `scorer ${name} needs a judge, and none is named`, {
        hint: "--judge NAME, or `judge:` in the eval",
      });
    }
    if (needs.embeddings && needs.judge && !judges.some(({ embed }) => embed !== undefined)) {
      const names = judges.map((judge) => judge.name).join(", ");
      throw new FinegaugeError("model.capability", `scorer ${name} needs embeddings, which ${names} cannot give`, {
        hint: "name an embedding model: --judge text-embedding-3-small",
      });
    }
  }
}
