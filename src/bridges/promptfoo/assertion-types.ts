/** What an assertion of promptfoo needs from us, by its type without `not-`. */
export interface AssertionType {
  /** Who grades. */
  readonly asks: "nobody" | "judge" | "embeddings" | "both";
  /** Its score says more than passed or not. */
  readonly graded: boolean;
  /** Without `value` it takes the sample's ideal. */
  readonly ideal: "one" | "list" | undefined;
}

const plain: AssertionType = { asks: "nobody", graded: false, ideal: undefined };
const oneIdeal: AssertionType = { ...plain, ideal: "one" };
const manyIdeals: AssertionType = { ...plain, ideal: "list" };
const graded: AssertionType = { ...plain, graded: true };
const judged: AssertionType = { asks: "judge", graded: true, ideal: undefined };
const similar: AssertionType = { asks: "embeddings", graded: true, ideal: "one" };

const types: { readonly [type: string]: AssertionType } = {
  equals: oneIdeal,
  contains: oneIdeal,
  icontains: oneIdeal,
  "contains-all": manyIdeals,
  "contains-any": manyIdeals,
  "icontains-all": manyIdeals,
  "icontains-any": manyIdeals,
  "starts-with": oneIdeal,
  regex: oneIdeal,
  levenshtein: oneIdeal,
  "word-count": plain,
  "finish-reason": plain,
  "is-refusal": plain,
  latency: plain,
  cost: plain,
  perplexity: plain,
  "perplexity-score": graded,
  "is-json": plain,
  "is-html": plain,
  "is-sql": plain,
  "is-xml": plain,
  "contains-json": plain,
  "contains-html": plain,
  "contains-sql": plain,
  "contains-xml": plain,
  bleu: { ...graded, ideal: "list" },
  gleu: { ...graded, ideal: "list" },
  "rouge-n": { ...graded, ideal: "one" },
  meteor: { ...graded, ideal: "list" },
  javascript: graded,
  python: graded,
  ruby: graded,
  webhook: graded,
  "llm-rubric": judged,
  "g-eval": judged,
  factuality: { ...judged, ideal: "one" },
  "model-graded-factuality": { ...judged, ideal: "one" },
  "model-graded-closedqa": judged,
  "conversation-relevance": judged,
  "context-recall": { ...judged, ideal: "one" },
  "context-relevance": judged,
  "context-faithfulness": judged,
  "answer-relevance": { ...judged, asks: "both" },
  similar,
  "similar:cosine": similar,
  "similar:dot": similar,
  "similar:euclidean": similar,
};

/** Why an assertion that promptfoo has cannot judge a reply here. */
const impossible: readonly (readonly [RegExp, string])[] = [
  [/^(?:select-best|max-score)$/, "it compares the replies of several models, and a run here is of one"],
  [/^human$/, "it waits for a person: finegauge label does"],
  [/^assert-set$/, "it is several: name each under `scorers`"],
  [/^(?:trace-|trajectory:|skill-used$|guardrails$)/, "it reads what only promptfoo's own runs record"],
  [/^(?:is-valid-|tool-call-f1$)/, "the model is offered no tools: the scorer tool-call does"],
  [/^(?:classifier|moderation|pi|search-rubric|agent-rubric)$/, "it asks a service that no judge can stand for"],
  [/^promptfoo:/, "red-team graders belong to promptfoo's own runs"],
];

export const knownTypes: readonly string[] = Object.keys(types);

/** A type without `not-`, and whether it had that. */
export function baseType(type: string): { readonly base: string; readonly inverse: boolean } {
  return type.startsWith("not-") ? { base: type.slice(4), inverse: true } : { base: type, inverse: false };
}

/** One that promptfoo has and this table has not judges by itself: its own doors are checked when it is loaded. */
export function assertionType(type: string): AssertionType {
  return types[baseType(type).base] ?? graded;
}

/** Why a type cannot be used; undefined when it can, or is not known. */
export function whyNot(type: string): string | undefined {
  const { base } = baseType(type);
  return impossible.find(([pattern]) => pattern.test(base))?.[1];
}
