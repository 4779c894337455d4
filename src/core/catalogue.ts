import type { z } from "zod";
import type { CompletionFn, Sampling } from "./completion.ts";
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

/** One kind of scorer: what its arguments look like, and how to make one. */
export interface ScorerKind {
  /** Of the arguments in YAML, without those that name data (`samples_jsonl`, few-shot). */
  readonly args: z.ZodType;
  /** Sent with each request unless the eval or the command line says otherwise. Some classes take it from `args`, e.g. `max_tokens`. */
  sampling(args: unknown): Sampling;
  /** Why this sample cannot be scored, in one sentence; undefined when it can. Asked before anything is spent. */
  checkSample(sample: SampleContent): string | undefined;
  /** @param args as they stand in YAML; checked here */
  create(args: unknown, setup: ScorerSetup): Scorer;
}

/** Ties a schema to the function that takes what it yields. */
export function scorerKind<Schema extends z.ZodType>(kind: {
  args: Schema;
  sampling: (args: z.output<Schema>) => Sampling;
  checkSample?: (sample: SampleContent) => string | undefined;
  create: (args: z.output<Schema>, setup: ScorerSetup) => Scorer;
}): ScorerKind {
  return {
    args: kind.args,
    sampling: (args) => kind.sampling(kind.args.parse(args)),
    checkSample: kind.checkSample ?? (() => undefined),
    create: (args, setup) => kind.create(kind.args.parse(args), setup),
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
}
