import { parse } from "yaml";
import { z } from "zod";
import { type Bag, isBag } from "../../../core/json.ts";
import { baseType } from "../assertion-types.ts";
import { anyOf, everywhere, literal } from "./pattern.ts";
import { fill, type Vars } from "./template.ts";

/** What an assertion demands of a reply, in our words. */
export interface Claim {
  /** The scorer that judges it alone. */
  readonly class: string;
  readonly args: Bag;
  /** Absent: the arguments say it all. */
  readonly ideal?: string | readonly string[] | undefined;
  /** The same as a condition of a pattern, where there is one: such claims can be put together. */
  readonly condition?: string | undefined;
}

export type Claimed = Claim | { readonly why: string };

export const assertionSchema = z.looseObject({
  type: z.string(),
  value: z.unknown().optional(),
  threshold: z.number().optional(),
  weight: z.number().optional(),
  metric: z.string().optional(),
});
export type Assertion = z.output<typeof assertionSchema>;

/** The claim of an assertion with its variables filled in, or why our scorers cannot judge it. */
export function claimOf(assertion: Assertion, vars: Vars): Claimed {
  const { base, inverse } = baseType(assertion.type);
  const odd = ["transform", "contextTransform", "config", "rubricPrompt"].find((key) => assertion[key] !== undefined);
  if (odd !== undefined) return { why: `it has ${odd}` };
  const make = Object.hasOwn(claims, base) ? claims[base] : undefined;
  if (make === undefined) return { why: `no scorer here judges as ${base} does; ${instead(base, assertion.type)}` };
  const claim = make(assertion, vars);
  if ("why" in claim || !inverse) return claim;
  if (claim.condition === undefined) return { why: `no scorer here judges as ${assertion.type} does` };
  const condition = claim.condition.startsWith("(?=") ? `(?!${claim.condition.slice(3)}` : claim.condition;
  return { class: "regex", args: {}, ideal: `^${condition}`, condition };
}

/** What somebody does who wants the same all the same. */
function instead(base: string, type: string): string {
  if (base === "latency") return "a gate's rule on `latency.p95` is about the whole run";
  if (base === "cost") return "a gate's rule on `cost` is about the whole run";
  const itself = `\`class: promptfoo:${type}\` asks promptfoo itself`;
  return judgedHere.has(base) ? `\`model-graded\` asks a judge in its own words, ${itself}` : itself;
}

/** What `model-graded` is nearest to. */
const judgedHere = new Set(["llm-rubric", "model-graded-closedqa", "factuality", "model-graded-factuality", "g-eval"]);

type Maker = (assertion: Assertion, vars: Vars) => Claimed;

const claims: { readonly [type: string]: Maker } = {
  equals(assertion, vars) {
    if (typeof assertion.value !== "object") {
      return withText(assertion, vars, (text) => ({ class: "exact", args: {}, ideal: text, condition: `(?=${literal(text)}$)` }));
    }
    return { class: "json-match", args: { null_equal: true, strict_booleans: true }, ideal: JSON.stringify(assertion.value) };
  },
  contains: (assertion, vars) =>
    withText(assertion, vars, (text) => ({ class: "includes", args: {}, ideal: text, condition: everywhere(literal(text)) })),
  icontains: (assertion, vars) =>
    withText(assertion, vars, (text) => ({
      class: "includes",
      args: { ignore_case: true },
      ideal: text,
      condition: everywhere(literal(text, true)),
    })),
  "contains-any": (assertion, vars) =>
    withTexts(assertion, vars, (texts) => ({ class: "includes", args: {}, ideal: texts, condition: everywhere(anyOf(texts)) })),
  "icontains-any": (assertion, vars) =>
    withTexts(assertion, vars, (texts) => ({
      class: "includes",
      args: { ignore_case: true },
      ideal: texts,
      condition: everywhere(anyOf(texts, true)),
    })),
  "contains-all": (assertion, vars) => withTexts(assertion, vars, (texts) => allOf(texts, false)),
  "icontains-all": (assertion, vars) => withTexts(assertion, vars, (texts) => allOf(texts, true)),
  "starts-with": (assertion, vars) =>
    withText(assertion, vars, (text) => ({ class: "match", args: {}, ideal: text, condition: `(?=${literal(text)})` })),
  regex: (assertion, vars) =>
    withText(assertion, vars, (pattern) => {
      const fault = patternFault(pattern);
      if (fault !== undefined) return { why: fault };
      const numbered = /\\[1-9]|\(\?<[A-Za-z_]|\\k</.test(pattern);
      return { class: "regex", args: {}, ideal: pattern, ...(!numbered && { condition: everywhere(`(?:${pattern})`) }) };
    }),
  levenshtein(assertion, vars) {
    const { threshold = 5 } = assertion;
    return withText(assertion, vars, (text) => ({ class: "levenshtein", args: { max_edits: threshold }, ideal: text }));
  },
  "is-json": ({ value }, vars): Claimed => {
    if (value === undefined || value === null || value === "") return { class: "json-schema", args: {} };
    const schema = typeof value === "string" ? schemaIn(value, vars) : value;
    if (!isBag(schema)) return { why: "its schema is no mapping that stands in the config" };
    if (namesFormat(schema)) return { why: "its schema has a `format`, which is not checked here" };
    const draft: Bag = { $schema: "http://json-schema.org/draft-07/schema#" };
    return { class: "json-schema", args: { schema: { ...draft, ...schema } } };
  },
};

/** Conditions of one reply as one pattern; each is a look ahead from its beginning. */
export function together(conditions: readonly string[]): Claim {
  const condition = conditions.join("");
  return { class: "regex", args: {}, ideal: `^${condition}`, condition };
}

function allOf(texts: readonly string[], ignoreCase: boolean): Claim {
  // As one look-ahead, so that it can be negated.
  const each = texts.map((text) => everywhere(literal(text, ignoreCase))).join("");
  return { class: "regex", args: {}, ideal: `^${each}`, condition: `(?=${each})` };
}

function withText({ value }: Assertion, vars: Vars, make: (text: string) => Claimed): Claimed {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    return { why: "its value is no text" };
  const filled = filledValue(String(value), vars);
  if ("why" in filled) return filled;
  return filled.text === "" ? { why: "its value is empty" } : make(filled.text);
}

function withTexts({ value }: Assertion, vars: Vars, make: (texts: readonly string[]) => Claimed): Claimed {
  const given = typeof value === "string" ? listIn(value, vars) : value;
  if (!Array.isArray(given)) return { why: "its value is no list that can be told apart at commas" };
  const texts: string[] = [];
  for (const one of given) {
    if (typeof one !== "string" && typeof one !== "number") return { why: "its value holds something else than texts" };
    const filled = typeof value === "string" ? { text: String(one) } : filledValue(String(one), vars);
    if ("why" in filled) return filled;
    texts.push(filled.text);
  }
  return texts.length === 0 || texts.includes("") ? { why: "its value is empty" } : make(texts);
}

function filledValue(text: string, vars: Vars) {
  if (/^(?:file|package):/.test(text)) return { why: "its value is in a file" };
  return fill(text, vars);
}

/** promptfoo splits after filling in. Quotes have rules of their own there. */
function listIn(text: string, vars: Vars): readonly string[] | undefined {
  const filled = filledValue(text, vars);
  if ("why" in filled || filled.text.includes('"')) return undefined;
  return filled.text.split(",").flatMap((part) => part.trim() || []);
}

/** Ours are read with the flag `u`, which knows fewer escapes. */
function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return `its pattern cannot be read here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function schemaIn(text: string, vars: Vars): unknown {
  const filled = filledValue(text, vars);
  if ("why" in filled) return undefined;
  try {
    return parse(filled.text);
  } catch {
    return undefined;
  }
}

function namesFormat(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(namesFormat);
  return isBag(value) && (typeof value.format === "string" || Object.values(value).some(namesFormat));
}
