import type { z } from "zod";
import type { CompletionFn, Sampling } from "./completion.ts";
import type { Place } from "./errors.ts";
import type { Bag } from "./json.ts";
import type { SampleContent } from "./sample.ts";
import type { Scorer } from "./score.ts";

/** Label to its aliases. */
export type Labels = { readonly [label: string]: readonly string[] };

/** What a scorer is made with besides its own arguments. */
export interface ScorerSetup {
  /** Unique in the run: `match`, `match:2`. */
  readonly name: string;
  /** Score the reply with its reasoning text, as openai/evals would. */
  readonly compat: boolean;
  readonly labels?: Labels | undefined;
}

/** The surroundings of an eval, for scorers that are more than their arguments. */
export interface ScorerFiles {
  /** The registry's folder. */
  readonly root: string;
  /** A file named in YAML, as an absolute path: beside the registry, or in the working directory. */
  resolvePath(file: string): string;
  /** Where an argument stands in YAML. */
  placeOf(path: readonly PropertyKey[]): Place;
  /** Environment, `.env` included. The only way to a secret. */
  readonly env: { readonly [name: string]: string | undefined };
}

/** What a kind makes of arguments that name files or programs. */
export interface OpenedScorer {
  /** In place of those in YAML, e.g. with what a file holds instead of its name: they go into the run file. */
  readonly args?: Bag;
  /** In place of the kind's own. */
  readonly create?: (setup: ScorerSetup) => Scorer;
}

/** One kind of scorer: what its arguments look like, and how to make one. */
export interface ScorerKind {
  /** Of the arguments in YAML, without those that name data (`samples_jsonl`, few-shot). */
  readonly args: z.ZodType;
  /** Sent with each request unless the eval or the command line says otherwise. Some classes take it from `args`, e.g. `max_tokens`. */
  sampling(args: unknown): Sampling;
  /** Of the grading prompt that the argument `modelgraded_spec` names, for scorers that have one: faults are told where it stands. */
  readonly gradingPrompt?: z.ZodType;
  /** Why this sample cannot be scored, in one sentence; undefined when it can. Asked before anything is spent. */
  checkSample(sample: SampleContent, args?: unknown, labels?: Labels): string | undefined;
  /** Metrics made of the means of its scores, such as a perplexity: name to expression, under the eval's own. */
  metrics(args: unknown): { readonly [name: string]: string };
  /** Names of judges that the arguments name. */
  judges(args: unknown): readonly string[];
  /**
   * Asked by the registry, never about a run file: what that names is not read and not run. Throws FinegaugeError.
   *
   * @param args as they stand in YAML
   */
  open?(args: unknown, files: ScorerFiles): Promise<OpenedScorer>;
  /** @param args as they stand in YAML; checked here */
  create(args: unknown, setup: ScorerSetup): Scorer;
}

/** Ties a schema to the function that takes what it yields. */
export function scorerKind<Schema extends z.ZodType>(kind: {
  args: Schema;
  gradingPrompt?: z.ZodType;
  sampling: (args: z.output<Schema>) => Sampling;
  checkSample?: (sample: SampleContent, args: z.output<Schema>, labels: Labels | undefined) => string | undefined;
  metrics?: (args: z.output<Schema>) => { readonly [name: string]: string };
  judges?: (args: z.output<Schema>) => readonly string[];
  open?: (args: z.output<Schema>, files: ScorerFiles) => Promise<OpenedScorer>;
  create: (args: z.output<Schema>, setup: ScorerSetup) => Scorer;
}): ScorerKind {
  const { checkSample, judges, metrics, open } = kind;
  const parsed = parseOnce(kind.args);
  return {
    args: kind.args,
    ...(kind.gradingPrompt && { gradingPrompt: kind.gradingPrompt }),
    sampling: (args) => kind.sampling(kind.args.parse(args)),
    checkSample:
      checkSample === undefined ? () => undefined : (sample, args = {}, labels) => checkSample(sample, parsed(args), labels),
    metrics: (args) => metrics?.(kind.args.parse(args)) ?? {},
    judges: (args) => judges?.(kind.args.parse(args)) ?? [],
    ...(open && { open: async (args, files) => open(kind.args.parse(args), files) }),
    create: (args, setup) => kind.create(kind.args.parse(args), setup),
  };
}

/** Arguments are the same for every sample; parsing them costs more than looking at one. */
function parseOnce<Schema extends z.ZodType>(schema: Schema): (args: unknown) => z.output<Schema> {
  let last: { readonly args: unknown; readonly value: z.output<Schema> } | undefined;
  return (args) => {
    if (last === undefined || last.args !== args) last = { args, value: schema.parse(args) };
    return last.value;
  };
}

/** What a completion function is made with besides its own arguments. */
export interface FunctionSetup {
  /** How the user called it, paths and credentials removed. */
  readonly name: string;
  /** A file named in YAML, as an absolute path: beside the registry (`models/` for GGUF), or in the working directory. */
  resolvePath(file: string, folder?: "models"): string;
  /** Environment, `.env` included. The only way to a secret. */
  readonly env: { readonly [name: string]: string | undefined };
  /** Requests at once that the user asked for; undefined = auto. */
  readonly concurrency?: number | undefined;
  /** Total time for one try, ms. */
  readonly timeoutMs: number;
  /** true: it will say who it is, and is asked nothing: no key is needed. */
  readonly silent?: boolean | undefined;
}

/** One kind of completion function. */
export interface FunctionKind {
  readonly args: z.ZodType;
  /** Opens nothing and asks nobody yet. Throws FinegaugeError, e.g. `model.key-missing`. */
  create(args: unknown, setup: FunctionSetup): Promise<CompletionFn>;
}

export function functionKind<Schema extends z.ZodType>(kind: {
  args: Schema;
  create: (args: z.output<Schema>, setup: FunctionSetup) => CompletionFn | Promise<CompletionFn>;
}): FunctionKind {
  return { args: kind.args, create: async (args, setup) => kind.create(kind.args.parse(args), setup) };
}

/** What `cli` hands to `registry`, so that it can check arguments without knowing a scorer or a function. */
export interface Catalogue {
  readonly scorers: { readonly [name: string]: () => Promise<ScorerKind> };
  readonly functions: { readonly [name: string]: () => Promise<FunctionKind> };
  /** Dotted class of openai/evals to the name of our scorer. */
  readonly upstream: { readonly [dotted: string]: string };
  /** Scorers whose class says an argument behind a colon, `promptfoo:equals`, to the name of that argument. */
  readonly prefixes?: { readonly [scorer: string]: string };
}
