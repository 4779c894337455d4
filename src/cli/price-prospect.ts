import { dirname } from "node:path";
import type { Sampling } from "../core/completion.ts";
import { canonicalJson } from "../core/json.ts";
import type { Prompt } from "../core/message.ts";
import { toText } from "../core/prompt.ts";
import type { EndLine } from "../core/run-line.ts";
import type { SampleSource } from "../core/sample.ts";
import type { TokenPrice } from "../registry/index.ts";
import { type ListedRun, listRuns, runPath } from "../runs/index.ts";

/** What will be asked: one model, one eval. */
export interface Questions {
  readonly eval: string;
  readonly model: string;
  readonly source: Pick<SampleSource, "selected" | "dataHash" | "at">;
  readonly attempts: number;
  readonly sampling: Sampling;
  /** What is put around a prompt, by the eval and the model. */
  readonly wrap: (prompt: Prompt) => Prompt;
  /** US dollars; undefined = unknown. */
  readonly price: TokenPrice | undefined;
}

/** What a run will take, as far as it can be known without asking anybody. */
export interface Prospect {
  readonly requests: number;
  readonly tokens: {
    /** About: bytes by four. */
    readonly input: number;
    readonly output: number;
    /** Where `output` comes from: at most that by max_tokens, as in an earlier run, or assumed. */
    readonly by: "limit" | "earlier" | "guess";
  };
  /** Of the whole run; undefined = no price is known. */
  readonly usd: number | undefined;
  /** What is left of an unfinished run that would be gone on with; else of the whole. */
  readonly left: { readonly usd: number | undefined; readonly leastUsd: number | undefined; readonly leastTokens: number };
  /** By an earlier run. */
  readonly ms: number | undefined;
}

/** Tokens that a reply is taken to have where nothing tells. */
export const assumedReply = 200;

/** Providers cache no shorter prompts. */
const shortestCached = 1024;

/**
 * @param out where runs are written
 * @param resumes false: a new run is made whatever is there
 */
export function prospectOf(questions: Questions, out: string, resumes: boolean): Prospect {
  const { source, attempts, price } = questions;
  const requests = source.selected * attempts;
  const runs = alike(questions, out);
  const earlier = runs.find(({ end }) => end?.status === "complete");
  const bytes = bytesPerPrompt(questions) * requests;
  const tokens = { input: Math.round(bytes / 4), ...outputTokens(questions, requests, bytes / 4, earlier?.end) };
  // No text that a model is asked takes fewer tokens: what is refused by this figure would not have fitted.
  const leastInput = bytes / 6;
  const share = resumes ? shareLeft(runs, source.selected, attempts) : 1;
  const usd = price && dollars(price.input, tokens.input) + dollars(price.output, tokens.output);
  const leastUsd = price && dollars(cheapestInput(price, leastInput / requests), leastInput) + dollars(price.output, requests);
  return {
    requests,
    tokens,
    usd,
    left: {
      usd: usd && usd * (share ?? 1),
      leastUsd: leastUsd && leastUsd * (share ?? 0),
      leastTokens: (leastInput + requests) * (share ?? 0),
    },
    ms: earlier?.end && (earlier.end.wall_ms / Math.max(1, earlier.run.data.selected * earlier.run.attempts)) * requests,
  };
}

function dollars(perMillion: number, tokens: number): number {
  return (perMillion * tokens) / 1e6;
}

function cheapestInput({ input, cached_input = input }: TokenPrice, tokensPerPrompt: number): number {
  return tokensPerPrompt < shortestCached / 2 ? input : Math.min(input, cached_input);
}

/** Over at most 200 samples of the order. */
function bytesPerPrompt({ source, wrap }: Questions): number {
  const looked = Math.min(200, source.selected);
  let bytes = 0;
  for (let position = 0; position < looked; position++) {
    const { input } = source.at(position);
    if (input !== null) bytes += Buffer.byteLength(toText(wrap(input)));
  }
  return looked === 0 ? 0 : bytes / looked;
}

function outputTokens(
  { sampling }: Questions,
  requests: number,
  input: number,
  earlier: EndLine | undefined,
): { output: number; by: Prospect["tokens"]["by"] } {
  const usage = earlier?.usage.model;
  // By the input, not by the sample: what a cache answered is in neither of the two.
  if (usage !== undefined && usage.input > 0) return { output: Math.round((usage.output / usage.input) * input), by: "earlier" };
  if (sampling.max_tokens !== undefined) return { output: sampling.max_tokens * requests, by: "limit" };
  return { output: assumedReply * requests, by: "guess" };
}

/** Runs of the same eval, model, data and sampling, newest first; how many samples and attempts they have may differ. */
function alike({ eval: name, model, source, sampling }: Questions, out: string): ListedRun[] {
  const folder = dirname(runPath(out, { id: "", started: new Date(0).toISOString(), eval: name, completion_fn: model }));
  return listRuns(folder).filter(
    ({ run }) =>
      run.eval === name &&
      run.completion_fn === model &&
      run.derived_from === undefined &&
      run.data.hash === source.dataHash &&
      canonicalJson(run.sampling) === canonicalJson(sampling),
  );
}

/** Of the newest unfinished run that has as many samples and attempts; undefined = it was killed, and does not say. */
function shareLeft(runs: readonly ListedRun[], selected: number, attempts: number): number | undefined {
  const [newest] = runs.filter(
    ({ run, end, locked }) =>
      !locked && end?.status !== "complete" && run.data.selected === selected && run.attempts === attempts,
  );
  if (newest === undefined) return 1;
  if (newest.end === undefined) return undefined;
  const { done, errors } = newest.end.counts;
  return 1 - (done - errors) / Math.max(1, selected * attempts);
}
