import type { Bag } from "../../core/json.ts";

interface UpstreamClass {
  /** Our name of it. */
  readonly scorer: string;
  /** Arguments that decide scores or sampling; the others name data. */
  readonly args: { readonly [name: string]: "number" | "boolean" };
}

/** Classes of openai/evals whose verdicts ours are, so that a reply of such a log can be scored again. */
export const upstreamScorers: { readonly [dotted: string]: UpstreamClass } = {
  "evals.elsuite.basic.match:Match": { scorer: "match", args: { max_tokens: "number" } },
  "evals.elsuite.basic.includes:Includes": { scorer: "includes", args: { ignore_case: "boolean" } },
  "evals.elsuite.basic.fuzzy_match:FuzzyMatch": { scorer: "fuzzy-match", args: { max_tokens: "number" } },
  "evals.elsuite.basic.json_match:JsonMatch": { scorer: "json-match", args: { max_tokens: "number" } },
  "evals.elsuite.basic.json_validator:JsonValidator": { scorer: "json-schema", args: {} },
};

export const modelGradedClass = "evals.elsuite.modelgraded.classify:ModelBasedClassify";

/** The arguments of an upstream class that its scorer here takes. */
export function scorerArgs({ args: known }: UpstreamClass, args: Bag): Bag {
  return Object.fromEntries(Object.entries(args).filter(([name, value]) => typeof value === known[name]));
}
