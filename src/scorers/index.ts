import type { Catalogue } from "../core/catalogue.ts";

/** Every scorer by its short name; each is loaded when an eval asks for it. */
export const scorerKinds = {
  match: async () => (await import("./match.ts")).matchKind,
  includes: async () => (await import("./includes.ts")).includesKind,
  "fuzzy-match": async () => (await import("./fuzzy-match.ts")).fuzzyMatchKind,
  "json-match": async () => (await import("./json-match.ts")).jsonMatchKind,
  "model-graded": async () => (await import("./model-graded/model-graded.ts")).modelGradedKind,
  "logprob-choice": async () => (await import("./logprob-choice.ts")).logprobChoiceKind,
  "multiple-choice": async () => (await import("./multiple-choice.ts")).multipleChoiceKind,
  loglikelihood: async () => (await import("./loglikelihood.ts")).loglikelihoodKind,
  perplexity: async () => (await import("./perplexity.ts")).perplexityKind,
} satisfies Catalogue["scorers"];

/** The classes of openai/evals that these scorers stand for. */
export const upstreamClasses: Catalogue["upstream"] = {
  "evals.elsuite.basic.match:Match": "match",
  "evals.elsuite.basic.includes:Includes": "includes",
  "evals.elsuite.basic.fuzzy_match:FuzzyMatch": "fuzzy-match",
  "evals.elsuite.basic.json_match:JsonMatch": "json-match",
  "evals.elsuite.modelgraded.classify:ModelBasedClassify": "model-graded",
};
