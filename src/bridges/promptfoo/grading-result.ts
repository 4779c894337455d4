import { z } from "zod";
import { FinegaugeError } from "../../core/errors.ts";
import type { Score } from "../../core/score.ts";
import { assertionType, baseType } from "./assertion-types.ts";

/** What promptfoo makes of a reply. NaN is no number, and so no score. */
const resultSchema = z.object({
  pass: z.boolean(),
  score: z.number(),
  reason: z.string().optional().catch(undefined),
  namedScores: z.record(z.string(), z.number()).optional().catch(undefined),
  metadata: z.object({ graderError: z.boolean().optional() }).optional().catch(undefined),
});

/** What failed by itself, where promptfoo gives a 0 and says so in words only. */
const broken =
  /^(?:Custom function threw error|Python code execution failed|Ruby code execution failed|Webhook error|Invalid regex pattern|METEOR assertion requires)/;

/** The same for grades that could not be read. */
const unread: { readonly [type: string]: RegExp } = {
  factuality: /^(?:Invalid category value|Factuality checker output did not match|No output)/,
  "model-graded-closedqa": /^(?:Model grader produced a malformed response|Error parsing output|No output)/,
};

const longestReason = 500;
const trace = /\nStack Trace:.*$/s;

/**
 * Scores of a result: `accuracy` is whether the assertion passed, `score` its number where that says more, and each named score has its
 * own. A failure of the grader is a score without a value.
 *
 * @throws FinegaugeError `score.failed`, `score.judge-unparsed`
 */
export function scoresOf(type: string, given: unknown): Score[] {
  const parsed = resultSchema.safeParse(given);
  if (!parsed.success)
    throw new FinegaugeError("score.failed", `promptfoo's ${type} gave no result: ${parsed.error.issues[0]?.message}`);
  const { pass, score, namedScores = {}, metadata } = parsed.data;
  const reason = (parsed.data.reason ?? "").replace(trace, "").slice(0, longestReason);
  const { base } = baseType(type);
  const said = `${type}: ${reason}`;
  const unreadable = unread[base === "model-graded-factuality" ? "factuality" : base];
  if (metadata?.graderError === true || (!pass && unreadable?.test(reason)))
    throw new FinegaugeError("score.judge-unparsed", said);
  if (broken.test(reason)) throw new FinegaugeError("score.failed", said);

  const { graded } = assertionType(type);
  const explanation = reason !== "" && reason !== "Assertion passed" ? { explanation: reason } : {};
  const own = Object.entries(namedScores).map(([name, value]): [string, number] => [name.replace(/\W+/g, "_"), value]);
  const taken = new Set(["accuracy", "score"]);
  return [
    { name: "accuracy", value: pass ? 1 : 0, passed: pass, ...explanation },
    ...(graded ? [{ name: "score", value: score, passed: pass }] : []),
    ...own.filter(([name]) => !taken.has(name) && taken.add(name)).map(([name, value]) => ({ name, value })),
  ];
}
