import type { Catalogue } from "../core/catalogue.ts";

/** Every scorer by its short name; each is loaded when an eval asks for it. */
export const scorerKinds = {
  match: async () => (await import("./match.ts")).matchKind,
  includes: async () => (await import("./includes.ts")).includesKind,
  "fuzzy-match": async () => (await import("./fuzzy-match.ts")).fuzzyMatchKind,
  "json-match": async () => (await import("./json-match.ts")).jsonMatchKind,
  exact: async () => (await import("./exact.ts")).exactKind,
  regex: async () => (await import("./regex.ts")).regexKind,
  numeric: async () => (await import("./numeric.ts")).numericKind,
  levenshtein: async () => (await import("./levenshtein.ts")).levenshteinKind,
  "rouge-l": async () => (await import("./rouge-l.ts")).rougeLKind,
  bleu: async () => (await import("./bleu.ts")).bleuKind,
  chrf: async () => (await import("./chrf.ts")).chrfKind,
  "list-match": async () => (await import("./list-match.ts")).listMatchKind,
  "json-schema": async () => (await import("./json-schema.ts")).jsonSchemaKind,
  "json-fields": async () => (await import("./json-fields.ts")).jsonFieldsKind,
  "tool-call": async () => (await import("./tool-call.ts")).toolCallKind,
  "model-graded": async () => (await import("./model-graded/model-graded.ts")).modelGradedKind,
  "logprob-choice": async () => (await import("./logprob-choice.ts")).logprobChoiceKind,
  "multiple-choice": async () => (await import("./multiple-choice.ts")).multipleChoiceKind,
  loglikelihood: async () => (await import("./loglikelihood.ts")).loglikelihoodKind,
  perplexity: async () => (await import("./perplexity.ts")).perplexityKind,
  kl: async () => (await import("./kl.ts")).klKind,
  "embedding-similarity": async () => (await import("./embedding-similarity.ts")).embeddingSimilarityKind,
  module: async () => (await import("./module.ts")).moduleKind,
  command: async () => (await import("./command.ts")).commandKind,
} satisfies Catalogue["scorers"];

export type { GivenScorer } from "./given-scorer.ts";

/** A scorer that is a value. */
export const givenScorer = async () => (await import("./given-scorer.ts")).givenScorer;

/** The classes of openai/evals that these scorers stand for. */
export const upstreamClasses: Catalogue["upstream"] = {
  "evals.elsuite.basic.match:Match": "match",
  "evals.elsuite.basic.includes:Includes": "includes",
  "evals.elsuite.basic.fuzzy_match:FuzzyMatch": "fuzzy-match",
  "evals.elsuite.basic.json_match:JsonMatch": "json-match",
  "evals.elsuite.basic.json_validator:JsonValidator": "json-schema",
  "evals.elsuite.modelgraded.classify:ModelBasedClassify": "model-graded",
};
