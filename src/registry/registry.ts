import type { Catalogue, ScorerKind } from "../core/catalogue.ts";
import type { Sampling } from "../core/completion.ts";
import type { FinegaugeError, Place } from "../core/errors.ts";
import type { EvalSpec } from "../core/eval-spec.ts";
import type { Bag } from "../core/json.ts";
import type { Prompt } from "../core/message.ts";
import type { SampleContent } from "../core/sample.ts";
import type { PriceLookup, TokenPrice } from "./token-price.ts";
import type { Wrap } from "./wrap.ts";

export interface RegistryOptions {
  /** Folders with `evals`, `data`, `completion-fns`, …; a name in a later one overrides the same name in an earlier one. */
  readonly roots: readonly string[];
  /** The registry that ships with the package: every root overrides it. */
  readonly packaged?: string | undefined;
  /** The scorers and functions there are, and what their arguments look like. */
  readonly catalogue: Catalogue;
  /** For `${NAME}` in completion functions; default: nothing is set. */
  readonly env?: { readonly [name: string]: string | undefined } | undefined;
  /** Over the arguments of whichever eval is asked for. */
  readonly evalArgs?: Bag | undefined;
  /** Data paths are tried from here first, and shown relative to here; default: the working directory. */
  readonly cwd?: string | undefined;
}

/** Worth saying, but no reason to stop. */
export interface RegistryWarning {
  readonly message: string;
  readonly where?: Place | undefined;
}

/** A scorer whose arguments are in order. */
export interface ResolvedScorer {
  /** As it was written. */
  readonly class: string;
  /** Our short name of it. */
  readonly scorer: string;
  readonly compat: boolean;
  readonly kind: ScorerKind;
  /** As they go into a spec. */
  readonly args: Bag;
}

/** An eval ready to be run: aliases followed, arguments checked, files found. */
export interface ResolvedEval {
  /** Goes into the run file. `args` is what the scorer is made with: data arguments taken out, `modelgraded_spec` filled in. */
  readonly spec: EvalSpec;
  /** The kind of scorer that `spec.scorer` names. */
  readonly kind: ScorerKind;
  /** That kind, then those of `spec.scorers`: what `makeScorers` takes. */
  readonly kinds: readonly ScorerKind[];
  /** The registry that defines it. */
  readonly root: string;
  readonly place: Place;
  /** Where a part of its entry stands, such as `["gate", "rules", 0]`. */
  placeOf(path: readonly PropertyKey[]): Place;
  /** Absolute; the samples are these files one after the other. */
  readonly dataPaths: readonly string[];
  /** Absolute; the files against which leakage is checked; empty when the eval names none, or none is there. */
  readonly trainPaths: readonly string[];
  /** Why the files that `train` names cannot be read: whoever asks a model throws it. */
  readonly trainFault?: FinegaugeError | undefined;
  /** Puts the few-shot messages before the last message of a chat; absent when there are none. */
  readonly wrap?: ((prompt: Prompt) => Prompt) | undefined;
  /** Why a sample cannot be asked or scored: each scorer's own check, and what few-shot needs. */
  checkSample(sample: SampleContent): string | undefined;
  /** Of this eval only; they stand in the registry's warnings too. */
  readonly warnings: readonly RegistryWarning[];
}

/** A completion function as the registry has it. */
export interface CompletionFnEntry {
  /** The concrete name, aliases followed. */
  readonly name: string;
  /** Our short name: `openai`, `llama`, …; a key of the catalogue's functions. */
  readonly class: string;
  /** Checked against the catalogue; `${NAME}` expanded. */
  readonly args: Bag;
  /** Over the eval's sampling, under the command line's. */
  readonly sampling: Sampling;
  readonly wrap?: Wrap | undefined;
  /** Its own, over what the registry's prices.yaml say. */
  readonly price?: TokenPrice | undefined;
  readonly place: Place;
  readonly root: string;
  /** A file named in the entry: beside the registry (`models/` for GGUF), else in the working directory. Absolute. */
  resolvePath(file: string, folder?: "models"): string;
}

/** One concrete eval, as a list shows it. */
export interface EvalListing {
  readonly name: string;
  /** Other names that lead here. */
  readonly aliases: readonly string[];
  /** As the registry writes it; absent when the entry has none. */
  readonly class?: string | undefined;
  readonly description?: string | undefined;
  readonly place: Place;
}

export type EvalStatus = "runs" | "needs-judge" | "not-portable" | "data-missing" | "broken";

/** Whether an eval can be run; found out without asking a model. */
export interface EvalCheck extends EvalListing {
  readonly status: EvalStatus;
  /** Why it does not simply run, in one sentence; absent for `runs`. */
  readonly reason?: string | undefined;
  /** Rows in the data; only known when every row was checked. */
  readonly samples?: number | undefined;
}

/** Named evals, completion functions and grading prompts. Reads a folder when something in it is first asked for. */
export interface Registry {
  /** By any of its names. Throws `registry.*`, `data.missing`, `data.lfs-pointer`. */
  eval(name: string): Promise<ResolvedEval>;
  /** Concrete names for a name, a glob with `*`, or an eval set (in the set's order); each once. Throws when there are none. */
  matchEvals(pattern: string): Promise<readonly string[]>;
  /** Concrete evals by name. */
  listEvals(): Promise<readonly EvalListing[]>;
  /** `full` checks every row of the data too. A file that cannot be parsed stands in the list under its path. */
  check(options?: { readonly full?: boolean }): Promise<readonly EvalCheck[]>;
  /** undefined when the registry has no such name; throws when it has one that cannot be used. */
  completionFn(name: string): Promise<CompletionFnEntry | undefined>;
  completionFnNames(): Promise<readonly string[]>;
  /**
   * A scorer that the command line names. Grading prompts are looked up by name.
   *
   * @param option that named it, for messages
   */
  scorer(named: { readonly class: string; readonly args: Bag }, option: string): Promise<ResolvedScorer>;
  /** What the prices.yaml of the roots say. Throws `registry.invalid`. */
  prices(): Promise<PriceLookup>;
  /** All found so far; grows as more of the registry is read. */
  readonly warnings: readonly RegistryWarning[];
}

export type SampleOrder = "shuffle" | "groups" | "file";

export interface OpenSamplesOptions {
  readonly eval: Pick<ResolvedEval, "dataPaths" | "checkSample"> & {
    readonly spec: Pick<EvalSpec, "base" | "split" | "group_by">;
  };
  /**
   * `shuffle`: openai/evals' order, Python's `random.Random(seed).shuffle`, the same whatever the run's seed is; `groups`: the same over
   * the groups of `group_by`, each kept together; `file`: as they stand.
   */
  readonly order: SampleOrder;
  /** The first so many of the order; default all. */
  readonly maxSamples?: number | undefined;
  /** Of the order; default 123, as upstream. */
  readonly seed?: number | undefined;
  /** Asked of each sample after the eval's own check, e.g. for scorers that the command line adds. */
  readonly checkSample?: ((sample: SampleContent) => string | undefined) | undefined;
}
