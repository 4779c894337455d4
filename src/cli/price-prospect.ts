import { dirname } from "node:path";
import type { Sampling } from "../core/completion.ts";
import { canonicalJson } from "../core/json.ts";
import type { Prompt } from "../core/message.ts";
import { toText } from "../core/prompt.ts";
import type { EndLine } from "../core/run-line.ts";
import type { SampleSource } from "../core/sample.ts";
import type { TokenPrice } from "../registry/index.ts";
import { type ListedRun, listRuns, runPath } from "../runs/index.ts";
import type { CachedPart } from "./cache-session.ts";

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
  /** What need not be asked; absent: there is no cache, or nobody can tell. */
  readonly cached?: CachedPart | undefined;
}

/** What a run will take, as far as it can be known without asking anybody. */
export interface Prospect {
  readonly requests: number;
  /** How many of them the cache answers: tokens, price and time are of the others. */
  readonly cached?: CachedPart | undefined;
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
  const { source, attempts, price, cached } = questions;
  const requests = source.selected * attempts;
  const asked = askedOf(cached, requests);
  const runs = alike(questions, out);
  const earlier = runs.find(({ end }) => end?.status === "complete");
  const timed = runs.find(({ end }) => end?.status === "complete" && end.cached === undefined);
  const bytes = bytesPerPrompt(questions) * asked;
  const tokens = { input: Math.round(bytes / 4), ...outputTokens(questions, asked, bytes / 4, earlier?.end) };
  // No text that a model is asked takes fewer tokens: what is refused by this figure would not have fitted.
  const leastInput = bytes / 6;
  const left = leftOf(resumes ? shareLeft(runs, source.selected, attempts) : 1, asked / Math.max(1, requests));
  const usd = price && dollars(price.input, tokens.input) + dollars(price.output, tokens.output);
  const leastUsd =
    price && dollars(cheapestInput(price, leastInput / Math.max(1, asked)), leastInput) + dollars(price.output, asked);
  return {
    requests,
    cached,
    tokens,
    usd,
    left: {
      usd: usd && usd * left.most,
      leastUsd: leastUsd && leastUsd * left.least,
      leastTokens: (leastInput + asked) * left.least,
    },
    ms: timed?.end && (timed.end.wall_ms / Math.max(1, timed.run.data.selected * timed.run.attempts)) * asked,
  };
}

function askedOf(cached: CachedPart | undefined, requests: number): number {
  if (cached === undefined) return requests;
  return cached.mode === "only" ? 0 : requests - cached.there;
}

/**
 * Of what would be asked of the whole run, the share that is still to be asked, at most and at least: nobody has looked which samples of
 * an unfinished run the cache has too.
 *
 * @param share of the run that is left; undefined = not known
 * @param asked share of the run that the cache does not answer
 */
function leftOf(share: number | undefined, asked: number): { readonly most: number; readonly least: number } {
  if (asked === 0) return { most: 0, least: 0 };
  return { most: Math.min(1, (share ?? 1) / asked), least: Math.max(0, (share ?? 0) + asked - 1) / asked };
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
